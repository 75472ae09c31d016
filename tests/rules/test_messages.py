"""Inboxes by name, what a message may hold, and what looks like a list of pupils."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.base.errors import WrongUse
from s2s_tui.rules import inboxes, messages
from s2s_tui.rules.roles import Actor, Role


@pytest.mark.requirement("R-MSG-6")
def test_both_lost_pupil_roles_share_one_inbox_and_every_other_role_has_its_own():
    found = {role: inboxes.inbox_of(Actor("x", role, "680")) for role in (*inboxes.ROLES, *inboxes.SHARED)}
    assert found[Role.LOST_PUPIL] == found[Role.LOST_PUPIL_TRANSFER] == "680/lost-pupil"
    assert len(set(found.values())) == len(inboxes.ROLES) == 6
    assert Role.DBA_VIEW not in inboxes.ROLES
    assert inboxes.roles_of("680/lost-pupil") == (Role.LOST_PUPIL, Role.LOST_PUPIL_TRANSFER)


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
