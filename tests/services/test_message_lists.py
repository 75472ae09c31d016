"""What lies in an inbox and what was sent from it, a page at a time; drafts and their pages (R-MSG)."""

import making
import pytest

from s2s_tui.base.errors import NotLoggedOn, Refused, WrongUse
from s2s_tui.services import drafts, inbox, message_page, message_sending, messages, sent_messages
from s2s_tui.services.draft_pages import save_text
from s2s_tui.services.drafts import Draft
from s2s_tui.services.sessions import log_off
from s2s_tui.store.models import AuditEntry


@pytest.fixture
def clerk(on):
    return on("user", "680")


def send(actor, site, *to, subject="An enquiry", text="A text."):
    return message_sending.send(actor, site, to, subject, text).id


def ids(source, **asked):
    return [item.id for item in source.page(**asked)]


@pytest.mark.requirement("R-MSG-1")
def test_an_inbox_is_narrowed_to_the_unread_and_to_what_has_a_text_in_subject_or_sender(site, on, clerk):
    reader = on("user", "681")
    first = send(clerk, site, "681/user", subject="Ŵyl y plant")
    second = send(on("school", "6804031"), site, "681/user", subject="50% of it: [x]")
    third = send(on("wg", "WG"), site, "681/user", subject="Housekeeping")
    messages.show(reader, site, third)
    everything = inbox.received(reader, site)
    unread = inbox.received(reader, site, unread_only=True)
    assert (ids(everything), everything.count()) == ([third, second, first], 3)
    assert (ids(unread), unread.count()) == ([second, first], 2)
    assert (unread.position(first), unread.position(third), everything.position(first)) == (1, None, 2)
    for text, found in (
        ("wyl", [first]),
        ("WOOLOS", [second]),
        ("6804", [second]),
        ("680", [second, first]),
        ("newport", [first]),
        ("casnewydd", [first]),
        ("50%", [second]),
        ("[x]", [second]),
        ("_", []),
        ("!", []),
        ("nobody", []),
    ):
        narrowed = inbox.received(reader, site, text)
        assert (ids(narrowed), narrowed.count()) == (found, len(found)), text
    assert ids(inbox.received(reader, site, "ho", unread_only=True)) == []
    with pytest.raises(WrongUse, match="sort-unknown"):
        everything.page(sort="colour")


@pytest.mark.requirement("R-MSG-3")
def test_what_was_sent_is_listed_with_how_many_have_yet_to_read_it(site, on, clerk, clock):
    first = send(clerk, site, "681/user", "6814053", "WG", subject="B first")
    clock.forward(days=1)
    second = send(on("user", "680"), site, "6814053", subject="A second")
    messages.show(on("school", "6814053"), site, first)
    sent = sent_messages.sent(clerk, site)
    assert sent.count() == 2
    latest, earliest = sent.page()
    assert (latest.id, latest.recipients, latest.unread, latest.days_left) == (second, 1, 1, 45)
    assert (earliest.id, earliest.recipients, earliest.unread, earliest.days_left) == (first, 3, 2, 44)
    assert (earliest.first, earliest.first_name, earliest.sent_by) == ("681/user", "Cardiff", "680user")
    assert ids(sent, sort="subject") == [first, second]
    assert ids(sent, sort="subject", descending=False, limit=1) == [second]
    assert ids(sent, offset=1) == [first]
    assert ids(sent, offset=2) == []
    assert (sent.position(first), sent.position(first, descending=False)) == (1, 0)
    assert sent.position(second, sort="subject") == 1
    narrowed = sent_messages.sent(clerk, site, "second")
    assert (narrowed.count(), ids(narrowed), narrowed.position(first)) == (1, [second], None)
    assert sent_messages.sent(on("dba", "680"), site).count() == 0


@pytest.mark.requirement("R-MSG-1")
def test_more_messages_than_a_statement_asks_for_come_in_their_order(lite, monkeypatch):
    for module in (inbox, sent_messages):
        monkeypatch.setattr(module, "AT_A_TIME", 2)
    clerk, reader = making.logged_on(lite, "user", "680"), making.logged_on(lite, "school", "6814053")
    sent = [send(clerk, lite, "6814053", subject=f"No. {n}") for n in range(5)]
    assert ids(inbox.received(reader, lite)) == sent[::-1]
    assert ids(sent_messages.sent(clerk, lite), descending=False) == sent


@pytest.mark.requirement("R-MSG-1", "R-USR-2")
def test_a_list_that_is_open_gives_nothing_out_once_the_session_has_ended(lite):
    clerk = making.logged_on(lite, "user", "680")
    lists = inbox.received(clerk, lite), sent_messages.sent(clerk, lite)
    assert inbox.news(clerk, lite) == inbox.News(0, 0)
    log_off(clerk, lite)
    for source in lists:
        for act in (source.count, source.page, lambda source=source: source.position(1)):
            with pytest.raises(NotLoggedOn, match="session-ended"):
                act()
    with pytest.raises(NotLoggedOn, match="session-ended"):
        inbox.news(clerk, lite)


@pytest.mark.requirement("R-MSG-2")
def test_a_draft_is_one_of_so_many_and_no_longer_than_a_message(lite, monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 2)
    clerk = making.logged_on(lite, "user", "680")
    one = drafts.save(clerk, lite, Draft())
    two = drafts.save(clerk, lite, Draft(text="x" * 100_000, subject="y" * 200))
    with pytest.raises(Refused, match="drafts-many"):
        drafts.save(clerk, lite, Draft())
    assert drafts.save(clerk, lite, Draft(subject="over it", id=one.id)).id == one.id
    with pytest.raises(Refused, match="message-long"):
        drafts.save(clerk, lite, Draft(text="x" * 100_001))
    with pytest.raises(Refused, match="subject-long"):
        drafts.save(clerk, lite, Draft(subject="y" * 201))
    assert drafts.show(clerk, lite, one.id).subject == "over it"
    assert drafts.show(clerk, lite, one.id).to == ()
    assert drafts.drop(clerk, lite, [one.id, one.id, two.id, 2**70, 0]) == 2
    with lite.store.connection():
        dropped = AuditEntry.select().where(AuditEntry.action == "draft-drop")
        assert {entry.subject for entry in dropped} == {str(one.id), str(two.id)}


@pytest.mark.requirement("R-MSG-2")
def test_what_is_being_written_is_printed_with_its_recipients_and_never_over_another_file(lite, tmp_path):
    clerk = making.logged_on(lite, "user", "680")
    draft = Draft(("681/lost-pupil", "6814053", "WG"), "Siân \x1b[1m", "Line\x1b\nand line")
    saved = save_text(clerk, lite, draft, tmp_path)
    assert saved.name == "message-draft.txt"
    head, text = saved.read_text("utf-8").split("-" * 72 + "\n")
    lines = [line.split(":", 1) for line in head.splitlines()]
    assert [(label, said.strip()) for label, said in lines] == [
        ("From", "680 Newport: LEA User"),
        ("To", "681 Cardiff: LEA Lost Pupil; 6814053 Ysgol Bro Glan; Welsh Government"),
        ("Subject", "Siân \ufffd[1m"),
        ("Sent", "not sent yet"),
    ]
    assert text == "Line\ufffd\nand line\n"
    with pytest.raises(Refused, match="file-exists"):
        save_text(clerk, lite, draft, tmp_path)
    with lite.store.connection():
        prints = AuditEntry.select().where(AuditEntry.action == "draft-print").order_by(AuditEntry.id)
        assert [entry.outcome for entry in prints] == ["done", "done", "file-exists"]


@pytest.mark.requirement("R-MSG-1")
def test_a_page_names_ten_recipients_and_says_how_many_more_there_are():
    to = [f"68{n:05}" for n in range(12)]
    ten = message_page.laid_out("a", to[:10], "s", "now", "t")
    assert "more" not in ten
    assert "; ".join(to[:10]) + "\n" in ten
    assert "; ".join(to[:10]) + "; and 2 more\n" in message_page.laid_out("a", to, "s", "now", "t")
    assert message_page.who("S2S", "", "") == "s2s itself (automatic)"
    assert message_page.who("WG", "", "") == "WG"
