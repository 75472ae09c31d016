"""Inboxes by name, what a message may hold, and what looks like a list of pupils."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.base.errors import Refused, WrongUse
from s2s_tui.rules import inboxes, messages
from s2s_tui.rules.roles import SYSTEM, Actor, Role


@pytest.mark.requirement("R-MSG-6")
def test_both_lost_pupil_roles_share_one_inbox_and_every_other_role_has_its_own():
    found = {role: inboxes.inbox_of(Actor("x", role, "680")) for role in (*inboxes.ROLES, *inboxes.SHARED)}
    assert found[Role.LOST_PUPIL] == found[Role.LOST_PUPIL_TRANSFER] == "680/lost-pupil"
    assert len(set(found.values())) == len(inboxes.ROLES) == 6
    assert Role.DBA_VIEW not in inboxes.ROLES


@pytest.mark.requirement("R-MSG-6")
@pytest.mark.parametrize(
    ("role", "organisation", "inbox", "title"),
    [
        (Role.SCHOOL, "6804012", "6804012", ""),
        (Role.WG, "WG", "WG", ""),
        (Role.DBA, "680", "680/dba", "LEA DBA"),
        (Role.ADMISSIONS, "873", "873/admissions", "LEA Admissions"),
        (Role.LOST_PUPIL_TRANSFER, "680", "680/lost-pupil", "LEA Lost Pupil"),
    ],
)
def test_an_inbox_says_whose_it_is_and_which_roles_share_it(role, organisation, inbox, title):
    assert inboxes.inbox_of(Actor("x", role, organisation)) == inbox
    assert inboxes.organisation_of(inbox) == organisation
    assert inboxes.role_title(inbox) == title


def test_the_program_sends_from_an_inbox_to_which_nothing_can_be_sent():
    assert inboxes.inbox_of(SYSTEM) == inboxes.AUTOMATIC == "S2S"


def test_inboxes_are_kept_once_in_the_order_they_came():
    assert inboxes.unique(["WG", "681/user", "WG", "6814053", "681/user"]) == ("WG", "681/user", "6814053")


@pytest.mark.requirement("R-MSG-2")
def test_what_is_no_inbox_is_refused_with_what_was_typed_and_what_there_is():
    with pytest.raises(WrongUse) as told:
        inboxes.parse(" 681/Nobody ")
    assert (told.value.code, told.value.params["typed"]) == ("recipient-role", " 681/Nobody ")
    assert told.value.params["allowed"] == "dba, user, la-school, lost-pupil, plasc, admissions"
    with pytest.raises(WrongUse) as told:
        inboxes.parse("681 user")
    assert (told.value.code, told.value.params) == ("recipient-form", {"typed": "681 user"})


@pytest.mark.requirement("R-MSG-2")
def test_an_inbox_is_known_by_its_name():
    for typed, inbox in {
        "681/user": "681/user",
        " 681/USER ": "681/user",
        "681/lost-pupil-transfer": "681/lost-pupil",
        "6814053": "6814053",
        "wg": "WG",
        "WG": "WG",
    }.items():
        assert inboxes.parse(typed) == inbox
        assert inboxes.parse(inbox) == inbox
    for typed in (
        "",
        "681",
        "681LLLL",
        "681/",
        "681/school",
        "681/dba-view",
        "S2S",
        "６８１/user",
        "6814053x",
    ):
        with pytest.raises(WrongUse):
            inboxes.parse(typed)


@given(st.text())
def test_any_text_is_an_inbox_or_said_to_be_none(typed):
    try:
        inbox = inboxes.parse(typed)
    except WrongUse:
        return
    assert inboxes.parse(inbox) == inbox
    assert len(inbox) <= inboxes.LONGEST


@pytest.mark.requirement("R-MSG-2")
@pytest.mark.parametrize(
    ("text", "pupils"),
    [
        ("We meet on 12/03/2026.\nOr on 13/03/2026.", 0),
        ("Rhys Llwyd 12/03/2014", 1),
        ("Rhys Llwyd, 12 March 2014\nSIÂN PUGH; 2015-04-01\n3ydd Mai 2016\tMari Wyn", 3),
        ("A801200001001 and a801200001001 again, B80120000100C", 2),
        ("Rhys Llwyd\t1.4.14\nmari wyn 1.4.2014\nSiân 1.4.2014\nSiân PUGH, 1st apr. 2014", 2),
        ("Rhys Llwyd 12/03/2014 X801200001001\nH80120000100 is short, XH801200001001 long", 1),
        ("Llwyd,Rhys,12/03/2014\nLlwyd;Rhys;12/03/2014\nLlwyd\tRhys\t12/03/2014", 3),
        ("Rhys Llwyd 12/03/20145, Mari Wyn 3 Mawrth, Siân Pugh 112/3/2014", 0),
        ("", 0),
    ],
)
def test_pupils_in_a_text_are_counted(text, pupils):
    assert messages.pupils_in(text) == pupils


@given(st.text(), st.dictionaries(st.sampled_from(messages.FIELDS), st.text()))
def test_filling_changes_nothing_but_the_fields(text, fields):
    plain = text.replace("{", "(")
    assert messages.filled(plain, fields) == plain
    assert messages.filled("{school}" + plain, {"school": "Y"}) == "Y" + plain


@pytest.mark.requirement("R-MSG-4")
def test_a_template_is_filled_as_far_as_its_fields_are_known_and_says_what_is_left():
    text = "{school} {la}\n{school} {date} {name} {School} {{la}}"
    said = messages.filled(text, {"school": "Llanwern High {la}", "la": "", "name": "x"})
    assert said == "Llanwern High {la} {la}\nLlanwern High {la} {date} {name} {School} {{la}}"
    assert messages.left_open(said) == ("{la}", "{date}")
    assert messages.left_open("{name}") == ()


def refusal(act, *given, **named) -> tuple[str, dict]:
    with pytest.raises(Refused) as told:
        act(*given, **named)
    return told.value.code, dict(told.value.params)


@pytest.mark.requirement("R-MSG-1")
@pytest.mark.parametrize(
    ("check", "most", "what"),
    [(messages.require_subject, 200, "subject"), (messages.require_title, 60, "title")],
)
def test_a_subject_and_a_title_are_one_line_that_says_something(check, most, what):
    assert check("  Lost\r\n pupils\t2014 ") == "Lost pupils 2014"
    assert check("x" * most) == "x" * most
    assert check(" " * most + "x") == "x"
    assert refusal(check, "x" * (most + 1)) == (f"{what}-long", {"most": most, "length": most + 1})
    assert refusal(check, " \n\u00a0")[0] == f"{what}-missing"
    for broken in ("a\0b", "a\ud800", "a\udfff"):
        assert refusal(check, broken)[0] == "message-nul"
    assert check("a\ud7ff\ue000") == "a\ud7ff\ue000"


@pytest.mark.requirement("R-MSG-4")
def test_a_title_needs_something_to_be_told_apart_by():
    assert refusal(messages.require_title, "?!") == ("title-missing", {})
    assert messages.require_subject("?!") == "?!"
    assert messages.sort_key("Ŵyl - " + "y" * 70) == "wyl " + "y" * 56


@pytest.mark.requirement("R-MSG-1")
def test_a_text_is_kept_as_it_was_typed_or_refused():
    assert messages.require_text(" \n a\r\n ") == " \n a\r\n "
    assert messages.require_text("x" * 100_000) == "x" * 100_000
    assert refusal(messages.require_text, "x" * 100_001) == (
        "message-long",
        {"most": 100_000, "length": 100_001},
    )
    assert refusal(messages.require_text, " \n")[0] == "text-missing"
    assert messages.require_text(" \n", may_be_empty=True) == " \n"
    assert refusal(messages.require_text, "\0", may_be_empty=True)[0] == "message-nul"


@pytest.mark.requirement("R-MSG-1")
def test_a_reply_says_so_once_and_is_no_longer_than_a_subject():
    assert messages.answered("Lost pupils") == "Re: Lost pupils"
    assert messages.answered("RE: Lost pupils") == "RE: Lost pupils"
    assert messages.answered("Reading") == "Re: Reading"
    assert messages.answered("x" * 200) == "Re: " + "x" * 196


@pytest.mark.requirement("R-MSG-1")
def test_messages_go_after_31_days_unread_and_14_read_and_the_senders_copy_after_both():
    assert messages.due_unread(date(2026, 1, 31)) == date(2026, 3, 3)
    assert messages.due_read(date(2026, 2, 20)) == date(2026, 3, 6)
    assert messages.due_whole(date(2026, 1, 31)) == messages.due_read(messages.due_unread(date(2026, 1, 31)))


NOON = datetime(2026, 11, 24, 12)


def ago(**by):
    return NOON - timedelta(**by)


@pytest.mark.requirement("R-MSG-2")
@pytest.mark.parametrize(
    ("sent", "free"),
    [
        ([], None),
        ([(ago(minutes=1), 1, 5)] * 59, None),
        ([(ago(minutes=1), 1, 5)] * 60, ago(minutes=-59)),
        ([(ago(minutes=1), 1, 5), *[(ago(minutes=50), 1, 5)] * 59], ago(minutes=-10)),
        ([(ago(minutes=60), 1, 5)] * 60, None),
        ([(ago(hours=2), 1, 5)] * 300, ago(hours=-22)),
        ([(ago(minutes=-1), 1, 5)] * 900, None),
        # One message to every inbox that there is goes; soon after it another doesn't.
        ([(ago(minutes=10), 1, 4_999)], None),
        ([(ago(minutes=10), 1, 5_000)], ago(minutes=-50)),
        # What the program words counts by its inboxes alone.
        ([(ago(minutes=10), 0, 1)] * 4_999, None),
        ([(ago(minutes=10), 0, 1)] * 5_000, ago(minutes=-50)),
        ([*[(ago(minutes=10), 1, 1)] * 60, *[(ago(hours=9), 1, 1)] * 240], ago(hours=-15)),
    ],
)
def test_how_much_one_account_sends_in_an_hour_and_in_a_day_and_when_it_may_go_on(sent, free):
    assert messages.room_at(sent, NOON) == free


@given(
    st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 1), st.integers(1, 4_000)), max_size=400).map(
        lambda found: [(ago(minutes=m), c, i) for m, c, i in sorted(found)]
    )
)
def test_once_it_may_go_on_it_may_and_a_minute_before_it_may_not(sent):
    free = messages.room_at(sent, NOON)
    if free is not None:
        assert messages.room_at(sent, free) is None
        assert messages.room_at(sent, max(NOON, free - timedelta(minutes=1))) == free


@pytest.mark.requirement("R-MSG-2")
def test_only_a_list_of_pupils_to_all_authorities_but_perhaps_ones_own_asks_twice():
    wales = ("660", "680", "681")
    one, two = "Rhys Llwyd 12/03/2014", "Rhys Llwyd 12/03/2014\nMari Wyn 1.4.2015"
    assert messages.is_list_to_all(two, wales, wales)
    assert messages.is_list_to_all(two, ["660", "681", "873"], wales)
    assert not messages.is_list_to_all(two, ["660", "873", "874"], wales)
    assert not messages.is_list_to_all(one, wales, wales)
    assert messages.is_blanket(wales, wales)
    assert not messages.is_blanket(["680"], ["680"])
    assert messages.is_blanket(["680"], ["680", "681"])
