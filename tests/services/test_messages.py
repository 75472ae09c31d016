"""Secure messages (R-MSG): sent to all or none, read once an inbox, nobody else's to see."""

import sqlite3
from datetime import timedelta
from functools import partial

import making
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from steps import code_of
from watching import at_once, audited, errors, every_write_fails_once, letters, mails

from s2s_tui.base.errors import NotAllowed, NotFound, Refused
from s2s_tui.rules import messages as rules
from s2s_tui.services import (
    drafts,
    home,
    inbox,
    message_recipients,
    message_sending,
    messages,
    sent_messages,
    uncollected,
)
from s2s_tui.services.drafts import Draft
from s2s_tui.services.wording import say
from s2s_tui.store.models import Mail, Message, MessageCopy, MessageInbox, User

HOSTILE = "\x1b[31mred\x1b[0m [bold]b[/bold] \u202eabc\r\n\tŵŷ Siân · العربية 🏫 'x'; DROP TABLE message; --"


@pytest.fixture
def clerk(on):
    return on("user", "680")


def post(actor, site, *to, subject="An enquiry", text="A text."):
    return message_sending.send(actor, site, to, subject, text)


def counted(site) -> None:
    """What the inboxes count is what lies in them."""
    with site.store.connection():
        held, unread = {}, {}
        for row in MessageCopy.select().where(MessageCopy.gone_at.is_null()):
            held[row.inbox] = held.get(row.inbox, 0) + 1
            unread[row.inbox] = unread.get(row.inbox, 0) + (not row.is_read)
        told = {row.inbox: (row.held, row.unread) for row in MessageInbox.select() if row.held or row.unread}
    assert told == {one: (held[one], unread[one]) for one in held}


# Sending


@pytest.mark.requirement("R-MSG-2", "R-LOG-6")
def test_an_account_that_floods_is_stopped_and_told_when_it_may_go_on_and_nobody_else_is(
    site, on, clerk, clock, monkeypatch
):
    monkeypatch.setattr(rules, "LIMITS", ((timedelta(hours=1), 3, 50), (timedelta(days=1), 5, 90)))
    for _ in range(3):
        sent = post(clerk, site, "681/user")
        # To call it back and delete it makes no room: it has been sent.
        messages.recall(clerk, site, sent.id)
        messages.delete(clerk, site, [sent.id])
    before = len(mails(site))
    with pytest.raises(Refused) as told:
        post(clerk, site, "681/user")
    assert told.value.code == "messages-many"
    assert "The next can go from 11:30" in say(told.value)
    assert len(mails(site)) == before
    assert audited(site, "message-send")[-1][-1] == "messages-many"
    draft = drafts.save(clerk, site, Draft(to=("681/user",), subject="S", text="T"))
    assert code_of(lambda: message_sending.send(clerk, site, ["681/user"], "S", "T", draft=draft.id)) == (
        "messages-many"
    )
    assert [one.text for one in drafts.drafts(clerk, site)] == ["T"]
    assert post(on("dba", "680"), site, "681/user").told
    clock.forward(hours=1)
    question = post(clerk, site, "680/dba").id
    message_sending.reply(clerk, site, question, "So?")
    with pytest.raises(Refused) as told:
        message_sending.reply(clerk, site, question, "And?")
    assert "from 2026-11-25 10:30" in say(told.value)
    clock.forward(hours=23)
    assert post(clerk, site, "681/user").id


@pytest.mark.requirement("R-MSG-2", "R-DWN-5")
def test_the_usual_mailings_of_an_authority_are_far_from_any_limit(lite):
    clerk = making.logged_on(lite, "user", "680")
    to = [one.number for one in message_recipients.schools(clerk, lite, "680")]
    assert len(to) == 3
    for _ in range(30):
        assert post(clerk, lite, *to).id
    assert rules.LIMITS[0][2] >= message_recipients.MOST, "one message goes to as many as it can"


@pytest.mark.requirement("R-MSG-2")
def test_a_message_reaches_each_inbox_once_however_often_it_was_picked(site, on, clerk):
    to = ("681/user", "681/lost-pupil", "681/lost-pupil-transfer", "6814053", "WG", "wg", " 6814053 ")
    receipt = post(clerk, site, *to)
    assert [one.inbox for one in receipt.recipients] == ["681/user", "681/lost-pupil", "6814053", "WG"]
    for actor in (
        on("user", "681"),
        on("lost-pupil-transfer", "681"),
        on("school", "6814053"),
        on("wg", "WG"),
    ):
        (item,) = inbox.received(actor, site).page()
        assert (item.id, item.sender, item.subject, item.days_left) == (
            receipt.id,
            "680/user",
            "An enquiry",
            31,
        )
    assert inbox.received(on("dba", "681"), site).count() == 0
    counted(site)


@pytest.mark.requirement("R-MSG-5")
def test_the_waiting_email_says_nothing_but_that_one_waits_in_the_readers_language(site, on, clerk):
    def welsh() -> None:
        User.update(language="cy").where(User.username == "681user").execute()

    site.store.write(welsh)
    post(clerk, site, "681/user", "681/lost-pupil", "6814053", subject="Rhys Llwyd", text="Born 19/08/2016")
    assert mails(site) == [
        ("message", "681lostpupil@681.example"),
        ("message", "681lostpupiltransfer@681.example"),
        ("message", "681user@681.example"),
        ("message", "office@s6814053.example"),
    ]
    with site.store.connection():
        by_language = {mail.language: mail for mail in Mail.select()}
        assert all("Llwyd" not in mail.subject + mail.body for mail in Mail.select())
        assert all("Newport" not in mail.body and "680" not in mail.body for mail in Mail.select())
    assert set(by_language) == {"en", "cy"}
    assert len(set(letters(site, "message"))) == 2, "nothing tells one message's e-mail from another's"


@pytest.mark.requirement("R-MSG-5")
def test_a_role_without_a_users_address_is_told_at_the_authoritys(site, clerk):
    site.store.write(lambda: User.update(email="").where(User.organisation == "681").execute())
    post(clerk, site, "681/user", "681/plasc", "6814053")
    assert mails(site) == [("message", "data@la681.example"), ("message", "office@s6814053.example")]


@pytest.mark.requirement("R-MSG-6")
def test_a_role_that_nobody_has_is_marked_and_falls_to_the_dba(site, on, clerk):
    def gone() -> None:
        User.update(active=False).where(User.username == "681plasc").execute()

    site.store.write(gone)
    chosen = message_recipients.chosen(clerk, site, ["681/plasc", "681/dba"])
    marked = {one.inbox: (one.lies_in, one.marks) for one in chosen.recipients}
    assert marked["681/plasc"] == ("681/dba", ("no-user",))
    assert "message-falls" in [problem.code for problem in chosen.problems]
    receipt = post(clerk, site, "681/plasc")
    (item,) = inbox.received(on("dba", "681"), site).page()
    assert (item.id, item.addressed) == (receipt.id, "681/plasc")
    counted(site)


@pytest.mark.requirement("R-MSG-6")
def test_a_role_and_the_dba_it_falls_to_are_one_inbox(site, clerk):
    site.store.write(lambda: User.update(active=False).where(User.username == "681plasc").execute())
    post(clerk, site, "681/plasc", "681/dba")
    with site.store.connection():
        assert [row.inbox for row in MessageCopy.select()] == ["681/dba"]
        assert Message.get().recipients == 1


@pytest.mark.requirement("R-MSG-2")
@pytest.mark.parametrize(
    ("to", "code"),
    [
        (["6819999"], "recipient-unknown"),
        (["199/user"], "recipient-unknown"),
        (["681/wg"], "recipient-role"),
        (["681/dba-view"], "recipient-role"),
        (["S2S"], "recipient-form"),
        (["681"], "recipient-form"),
        ([], "recipients-missing"),
        (["6814053", "6819999"], "recipient-unknown"),
    ],
)
def test_what_cannot_be_written_to_keeps_all_of_it_back(lite, to, code):
    clerk = making.logged_on(lite, "user", "680")
    assert code_of(lambda: message_sending.send(clerk, lite, to, "S", "T")) == code
    with lite.store.connection():
        assert Message.select().count() == MessageCopy.select().count() == Mail.select().count() == 0
    assert audited(lite, "message-send")[-1][2] == code


@pytest.mark.requirement("R-MSG-2")
def test_a_message_is_sent_once_although_its_transaction_is_tried_again(site, clerk):
    with every_write_fails_once():
        post(clerk, site, "681/user", "6814053")
    with site.store.connection():
        assert (Message.select().count(), MessageCopy.select().count(), Mail.select().count()) == (1, 2, 2)
    counted(site)


@pytest.mark.requirement("R-MSG-2")
def test_many_who_write_to_the_same_inboxes_at_once_all_reach_them(site, on):
    senders = [on("user", code) for code in ("660", "681", "680")]
    to = ["6804012", "6814053", "WG", "660/dba", "681/dba"]
    results = at_once(site, *(partial(message_sending.send, one, site, to, "S", "T") for one in senders))
    assert errors(results) == []
    counted(site)
    with site.store.connection():
        assert MessageInbox.get_by_id("WG").held == 3


# Text


@pytest.mark.requirement("R-MSG-1")
@pytest.mark.parametrize("text", [HOSTILE, "x" * 100_000, "ع" * 100_000, " \n leading and trailing \n "])
def test_a_text_comes_back_as_it_was_sent(site, on, clerk, text):
    receipt = post(clerk, site, "6814053", subject="[b]\x1bŵ[/b] العربية", text=text)
    shown = messages.show(on("school", "6814053"), site, receipt.id)
    assert (shown.text, shown.subject) == (text, "[b]\x1bŵ[/b] العربية")
    assert messages.show(clerk, site, receipt.id).text == text


@pytest.mark.requirement("R-MSG-1")
def test_what_is_too_long_or_cannot_be_kept_is_refused_with_a_word(lite):
    clerk = making.logged_on(lite, "user", "680")
    said = {
        "message-long": ("S", "x" * 100_001),
        "message-nul": ("S", "a\0b"),
        "subject-long": ("x" * 201, "T"),
        "subject-missing": (" \n ", "T"),
        "text-missing": ("S", " \n"),
    }
    for code, (subject, text) in said.items():
        assert code_of(lambda: post(clerk, lite, "6814053", subject=subject, text=text)) == code  # noqa: B023
    assert code_of(lambda: post(clerk, lite, "6814053", subject="a\0")) == "message-nul"
    assert code_of(lambda: post(clerk, lite, "6814053", text="\ud800")) == "message-nul"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300))
def test_any_text_comes_back_as_it_was_sent(lite, text):
    clerk = making.logged_on(lite, "user", "680")
    if text.strip():
        assert messages.show(clerk, lite, post(clerk, lite, "6814053", text=text).id).text == text


# Reading


@pytest.mark.requirement("R-MSG-1", "R-MSG-3")
def test_one_who_opens_it_has_read_it_for_the_inbox_and_the_sender_sees_when_not_who(site, on, clerk, clock):
    receipt = post(clerk, site, "681/lost-pupil", "6814053")
    first, second = on("lost-pupil", "681"), on("lost-pupil-transfer", "681")
    assert inbox.news(first, site).unread == inbox.news(second, site).unread == 1
    shown = messages.show(first, site, receipt.id)
    opened = clock()
    assert (shown.read, shown.read_by, shown.days_left) == (opened, first.user, 14)
    clock.forward(hours=3)
    shown = messages.show(second, site, receipt.id)
    assert (shown.read, shown.read_by) == (opened, first.user)
    assert inbox.news(second, site).unread == 0
    (sent,) = sent_messages.sent(clerk, site).page()
    assert (sent.recipients, sent.unread, sent.sent_by) == (2, 1, clerk.user)
    waiting, read = messages.readings(clerk, site, receipt.id)
    assert (waiting.inbox, waiting.read) == ("6814053", None)
    assert (read.inbox, read.read, read.read_by) == ("681/lost-pupil", opened, "")
    # Another recipient learns neither that it was read nor by whom.
    other = messages.show(on("school", "6814053"), site, receipt.id)
    assert [(one.inbox, one.read) for one in other.to] == [("681/lost-pupil", None), ("6814053", clock())]
    assert other.sent_by == ""
    counted(site)


@pytest.mark.requirement("R-MSG-1")
def test_two_who_open_it_at_once_are_one_first_reading(site, on, clerk):
    receipt = post(clerk, site, "681/lost-pupil")
    both = [on("lost-pupil", "681"), on("lost-pupil-transfer", "681")]
    results = at_once(site, *(partial(messages.show, one, site, receipt.id) for one in both))
    assert len({shown.read_by for shown in results}) == 1
    counted(site)


@pytest.mark.requirement("R-MSG-1")
def test_nobody_reads_a_message_of_another_inbox_by_its_id(site, on, clerk):
    receipt = post(clerk, site, "681/lost-pupil")
    strangers = [
        on("dba", "680"),
        on("lost-pupil", "680"),
        on("user", "681"),
        on("dba", "681"),
        on("school", "6814053"),
        on("wg", "WG"),
    ]
    for actor in strangers:
        told = []
        for number in (receipt.id, receipt.id + 1000, 0, -1, 2**63, 10**40):
            for act in (
                messages.show,
                messages.readings,
                messages.recall,
                message_sending.begin_answer,
            ):
                with pytest.raises(NotFound) as caught:
                    act(actor, site, number)
                told.append((caught.value.code, caught.value.params["id"] == number))
        assert set(told) == {("message-unknown", True)}, actor.role
        (outcome,) = messages.delete(actor, site, [receipt.id])
        assert outcome.error is not None
        assert outcome.error.code == "message-unknown"
    assert inbox.news(on("lost-pupil", "681"), site).unread == 1
    for act in (inbox.received, sent_messages.sent):
        with pytest.raises(NotAllowed):
            act(on("dba-view", "680"), site)


@pytest.mark.requirement("R-MSG-1")
def test_an_inbox_is_sorted_by_each_heading_and_each_message_stands_where_it_is_said_to(
    site, on, clerk, clock
):
    school, other = on("school", "6814053"), on("school", "6604025")
    for number in range(12):
        sender = clerk if number % 3 else other
        receipt = post(sender, site, "6814053", subject=f"{'zyxw'[number % 4]} number {number}")
        if number % 4 == 0:
            messages.show(school, site, receipt.id)
        clock.forward(hours=30)
    found = inbox.received(school, site)
    orders = {
        "received": lambda one: one.received,
        "from": lambda one: one.sender,
        "subject": lambda one: one.subject,
        "read": lambda one: (one.is_read, one.received),
        "days": lambda one: one.days_left,
    }
    assert found.count() == 12
    for sort, key in orders.items():
        for descending in (False, True):
            whole = found.page(sort=sort, descending=descending)
            keys = [key(one) for one in whole]
            assert keys == sorted(keys, reverse=descending), (sort, descending)
            paged = [one for start in range(0, 12, 5) for one in found.page(start, 5, sort, descending)]
            assert tuple(paged) == whole
            places = [found.position(one.id, sort, descending) for one in whole]
            assert places == list(range(12))
    assert inbox.received(school, site, unread_only=True).count() == 9
    assert [one.subject for one in inbox.received(school, site, "NUMBER 11").page()] == ["w number 11"]
    assert inbox.received(school, site, "Newport").count() == 8
    assert inbox.received(school, site, "660").count() == 4
    assert code_of(lambda: found.page(sort="text")) == "sort-unknown"


# Answering


@pytest.mark.requirement("R-MSG-1")
def test_a_reply_goes_to_the_sender_and_to_all_to_the_others_too(site, on, clerk):
    receipt = post(clerk, site, "681/user", "6814053", "WG", subject="Where is she?")
    reader = on("user", "681")
    alone = message_sending.reply(reader, site, receipt.id, "Here.")
    assert [one.inbox for one in alone.recipients] == ["680/user"]
    everybody = message_sending.reply(reader, site, receipt.id, "Here.", to_all=True)
    assert [one.inbox for one in everybody.recipients] == ["680/user", "6814053", "WG"]
    shown = messages.show(clerk, site, alone.id)
    assert (shown.subject, shown.answers) == ("Re: Where is she?", receipt.id)
    again = message_sending.begin_answer(clerk, site, alone.id)
    assert again.subject == "Re: Where is she?", "once"
    assert again.quoted == "> Here."
    school = on("school", "6814053")
    assert messages.show(school, site, everybody.id).answers == receipt.id
    messages.delete(school, site, [receipt.id])
    assert messages.show(school, site, everybody.id).answers is None, "it can no longer be opened"


@pytest.mark.requirement("R-MSG-1")
def test_nobody_reads_what_is_replied_to_an_automatic_message(site, on, clerk):
    from s2s_tui.services import notices

    site.store.write(lambda: notices.standing_found(site, "681"))
    reader = on("lost-pupil", "681")
    (item,) = inbox.received(reader, site).page()
    assert (item.sender, item.sender_name) == ("S2S", "")
    assert not messages.show(reader, site, item.id).may_answer
    assert code_of(lambda: message_sending.reply(reader, site, item.id, "Thanks")) == "message-automatic"
    messages.delete(reader, site, [item.id])
    with site.store.connection():
        assert Message.select().count() == 0, "nobody has a copy any more"


# Recalling and deleting


@pytest.mark.requirement("R-MSG-3")
def test_a_recall_takes_it_from_those_who_have_not_read_it(site, on, clerk):
    receipt = post(clerk, site, "681/user", "6814053", "WG")
    messages.show(on("user", "681"), site, receipt.id)
    done = messages.recall(clerk, site, receipt.id)
    assert (done.recalled, done.read) == (2, 1)
    assert code_of(lambda: messages.show(on("school", "6814053"), site, receipt.id)) == "message-unknown"
    assert messages.show(on("user", "681"), site, receipt.id).text == "A text."
    assert inbox.received(on("wg", "WG"), site).count() == 0
    assert code_of(lambda: messages.recall(clerk, site, receipt.id)) == "message-read"
    assert {one.inbox: one.gone for one in messages.readings(clerk, site, receipt.id)} == {
        "681/user": "",
        "6814053": "recalled",
        "WG": "recalled",
    }
    (sent,) = sent_messages.sent(clerk, site).page()
    assert sent.unread == 0
    counted(site)


@pytest.mark.requirement("R-MSG-1")
def test_deleting_takes_ones_own_copy_and_the_last_copy_takes_the_text(site, on, clerk):
    receipt = post(clerk, site, "681/user", "6814053")
    school, user = on("school", "6814053"), on("user", "681")
    outcomes = messages.delete(school, site, [receipt.id, 10**6])
    assert [one.ok for one in outcomes] == [True, False]
    assert code_of(lambda: messages.show(school, site, receipt.id)) == "message-unknown"
    assert messages.show(user, site, receipt.id).text == "A text."
    messages.delete(clerk, site, [receipt.id])
    assert sent_messages.sent(clerk, site).count() == 0
    assert messages.show(user, site, receipt.id).text == "A text."
    messages.delete(user, site, [receipt.id])
    with site.store.connection():
        assert Message.select().count() == MessageCopy.select().count() == 0
    counted(site)


@pytest.mark.requirement("R-SYS-3")
def test_the_audit_log_says_who_wrote_to_whom_and_never_what(site, on, clerk):
    receipt = post(clerk, site, "6814053", subject="Rhys Llwyd", text="Born 19/08/2016")
    school = on("school", "6814053")
    messages.show(school, site, receipt.id)
    message_sending.reply(school, site, receipt.id, "Rhys is here")
    messages.delete(school, site, [receipt.id])
    number = str(receipt.id)
    assert audited(site, "message-send") == [(clerk.user, number, "done")]
    assert audited(site, "message-show", "message-delete") == [(school.user, number, "done")] * 2
    from s2s_tui.store.models import AuditEntry

    with site.store.connection():
        told = "".join(row.details + row.subject for row in AuditEntry.select())
    assert "6814053" in told
    assert "Rhys" not in told
    assert "Born" not in told


@pytest.mark.requirement("R-MSG-1")
def test_a_printed_message_is_plain_text_and_never_over_another_file(lite, tmp_path):
    clerk = making.logged_on(lite, "user", "680")
    receipt = post(clerk, lite, "6814053", "WG", text=HOSTILE)
    path = messages.save_text(clerk, lite, receipt.id, tmp_path)
    page = path.read_text("utf-8")
    assert page.startswith(
        "From:    680 Newport: LEA User\nTo:      6814053 Ysgol Bro Glan; Welsh Government\n"
    )
    assert "\x1b" not in page
    assert "[bold]b[/bold]" in page
    with pytest.raises(Refused, match="file-exists"):
        messages.save_text(clerk, lite, receipt.id, tmp_path)
    assert path.read_text("utf-8") == page


# Recipients


@pytest.mark.requirement("R-MSG-2")
def test_the_notes_advice_comes_before_it_is_sent(lite):
    clerk = making.logged_on(lite, "user", "680")

    def codes(picked, text=""):
        return [one.code for one in message_recipients.chosen(clerk, lite, picked, "S", text).problems]

    assert codes(["681/user"]) == ["message-lost-too"]
    assert codes(["681/lost-pupil"]) == ["message-user-too"]
    assert codes(["681/user", "681/lost-pupil"]) == []
    assert codes(["681/admissions", "6814053"]) == []
    everybody = message_recipients.all_of_wales(clerk, lite, ["user", "lost-pupil"])
    assert len(everybody) == 44
    assert "message-blanket" in codes(everybody)
    assert "message-blanket" not in codes(everybody[:10])
    one, two = "Rhys Llwyd, 12/03/2014", "Rhys Llwyd, 12/03/2014\nSiân Pugh, 3 March 2015"
    assert "message-list-to-all" not in codes(everybody, one)
    assert "message-list-to-all" in codes(everybody, two)
    assert "message-list-to-all" in codes(everybody, f"{making.upn(1)} and {making.upn(2)}")
    assert "message-list-to-all" not in codes(everybody[:10], two)
    assert "message-list-to-all" not in codes(everybody, "We meet on 12/03/2026\nand on 13/03/2026.")


@pytest.mark.requirement("R-MSG-2")
def test_a_list_of_pupils_to_all_goes_only_once_it_was_confirmed_twice(lite):
    clerk = making.logged_on(lite, "user", "680")
    to = message_recipients.all_of_wales(clerk, lite, ["user"])
    text = f"{making.upn(1)}\n{making.upn(2)}"
    for confirmed in (0, 1):
        with pytest.raises(Refused, match="message-list-to-all"):
            message_sending.send(clerk, lite, to, "Who has them?", text, confirmed=confirmed)
    assert message_sending.send(clerk, lite, to, "Who has them?", text, confirmed=2).recipients


@pytest.mark.requirement("R-MSG-2")
def test_schools_are_found_by_number_and_from_the_list_of_an_authority(site, clerk):
    assert message_recipients.school(clerk, site, "681", "4053") == "6814053"
    assert message_recipients.school(clerk, site, "", "6814053") == "6814053"
    assert code_of(lambda: message_recipients.school(clerk, site, "681", "9999")) == "recipient-unknown"
    assert code_of(lambda: message_recipients.school(clerk, site, "681", "user")) == "recipient-form"
    found = message_recipients.schools(clerk, site, "680")
    assert [one.number for one in found] == ["6802310", "6804031", "6804012"]
    assert [one.number for one in message_recipients.schools(clerk, site, "680", "woolos")] == ["6804031"]
    assert code_of(lambda: message_recipients.schools(clerk, site, "199")) == "recipient-unknown"
    choices = message_recipients.authorities(clerk, site)
    assert [one.is_welsh for one in choices] == sorted((one.is_welsh for one in choices), reverse=True)
    newport = next(one for one in choices if one.code == "680")
    assert newport.without == ()
    assert "dba" in next(one for one in choices if one.code == "662").without


# Drafts


@pytest.mark.requirement("R-MSG-2")
def test_a_draft_is_there_after_a_lost_line_and_goes_when_it_is_sent(site, on, clerk):
    draft = drafts.save(clerk, site, Draft(to=("681/user",), subject="So", text="So far"))
    draft = drafts.save(clerk, site, Draft(("681/user",), "So", "So far and further", id=draft.id))
    again = on("user", "680")
    (found,) = drafts.drafts(again, site)
    assert (found.id, found.to, found.text) == (draft.id, ("681/user",), "So far and further")
    assert drafts.drafts(on("dba", "680"), site) == ()
    assert code_of(lambda: drafts.show(on("dba", "680"), site, draft.id)) == "draft-unknown"
    assert drafts.drop(on("dba", "680"), site, [draft.id]) == 0
    message_sending.send(clerk, site, found.to, "So", found.text, draft=found.id)
    assert drafts.drafts(clerk, site) == ()
    assert code_of(lambda: drafts.save(clerk, site, draft)) == "draft-unknown"


@pytest.mark.requirement("R-DWN-5")
def test_a_chase_can_be_answered_by_the_school(site, on, clerk, clock):
    from s2s_tui.services import uploads

    school = on("school", "6804012")
    file = uploads.upload(on("school", "6804031"), site, making.offered("6804031", "6804012")).id
    uncollected.chase(clerk, site, [file])
    (item,) = inbox.received(school, site).page()
    assert item.sender == "680/user"
    assert "6804031_CTF_6804012_001.XML" in messages.show(school, site, item.id).text
    answer = message_sending.reply(school, site, item.id, "We will.")
    assert [one.inbox for one in answer.recipients] == ["680/user"]


@pytest.mark.requirement("R-MSG-1")
def test_each_order_of_an_inbox_is_read_along_its_index(lite):
    """No order makes the engine sort: a large inbox would wait for that."""
    assert lite.store.path is not None
    orders = {
        "received_at": "message_copy_received",
        "sender": "message_copy_from",
        "subject_key": "message_copy_subject",
        "is_read, received_at": "message_copy_read",
        "due_on": "message_copy_due",
    }
    with sqlite3.connect(lite.store.path) as raw:
        for columns, index in orders.items():
            plan = raw.execute(
                "EXPLAIN QUERY PLAN SELECT id FROM message_copy WHERE inbox = '680/user' AND gone_at IS NULL "
                f"ORDER BY {columns}, id LIMIT 100"
            ).fetchall()
            assert [row[3] for row in plan] == [f"SEARCH message_copy USING COVERING INDEX {index} (inbox=?)"]


@pytest.mark.requirement("R-SYS-1", "R-MSG-1")
def test_home_says_how_many_messages_are_unread_and_how_old_the_oldest_is(site, on, clerk, clock):
    for _ in range(2):
        post(clerk, site, "681/plasc")
        clock.forward(days=5)
    reader = on("plasc", "681")
    (need,) = [need for need in home.overview(reader, site).needs if need.what == "messages"]
    assert (need.count, need.oldest_days, need.overdue) == (2, 10, True)
    for item in inbox.received(reader, site).page():
        messages.show(reader, site, item.id)
    assert all(need.what != "messages" for need in home.overview(reader, site).needs)
