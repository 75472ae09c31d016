"""Messaging by keys, in the whole app: read, answer, write in three steps, templates, groups (R-MSG)."""

import sys
from pathlib import Path

import making
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, harmless, plain

from s2s_tui.services import drafts, groups, inbox, message_sending, messages, sent_messages, templates
from s2s_tui.services.drafts import Draft
from s2s_tui.tui.screens import send
from s2s_tui.tui.widgets.head import Head
from s2s_tui.tui.widgets.writing import Writing

SIZE = (80, 24)
WALES_SIZED = "\n".join(f"Jones, Siôn 0{day}.03.2015" for day in range(1, 6))


def sent_to(site, *to, subject="Enquiry", text="Do you know this pupil?", by=("user", "681")):
    actor = making.logged_on(site, *by)
    return message_sending.send(actor, site, to, subject, text, confirmed=2).id


async def in_messaging(here, pilot, user, entry="inbox"):
    await here.log_on(pilot, user)
    await here.app.open(f"messaging.{entry}")
    await here.until(pilot, lambda: here.app.screen.current == f"messaging.{entry}")
    pane = here.app.screen.pane
    table = getattr(pane, "table", None) or pane.begin.table
    await here.until(pilot, lambda: table.source is not None and not table.busy)
    return pane


@pytest.mark.requirement("R-MSG-1")
async def test_new_messages_are_counted_and_reading_one_answers_for_the_whole_inbox(portal, lite):
    sent_to(lite, "680/user", subject="First")
    sent_to(lite, "680/user", subject="Second")
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await here.until(pilot, "● 2 new messages")
        assert "●2" in here.screen, "the menu counts, too"
        await pilot.press("escape", "m")
        await here.until(pilot, "681 Cardiff")
        lines = here.screen.splitlines()
        assert next(line for line in lines if "Second" in line).count("●") == 1
        assert "Do you know" not in here.screen, "nothing is read before it is opened"
        await pilot.press("enter")
        await here.until(pilot, "Do you know this pupil?")
        assert "Esc back" in here.foot
        await here.until(pilot, "● 1 new message ")
        await pilot.press("right")
        await here.until(pilot, "First")
        await here.until(pilot, lambda: "new message" not in here.screen.splitlines()[0])
        await pilot.press("right")
        await here.until(pilot, "That was the last one.")
        await pilot.press("escape")
        await here.until(pilot, "Opened by 680user")


@pytest.mark.requirement("R-MSG-1")
async def test_the_count_comes_while_one_works_and_sends_nothing_while_nothing_is_new(portal, lite):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await here.until(pilot, lambda: not here.app.workers)
        head = here.app.screen.query_one(Head)
        painted = []
        head.refresh = lambda *args, **options: painted.append(args)
        here.app.screen.look_for_news()
        await here.until(pilot, lambda: not here.app.workers)
        assert painted == []
        sent_to(lite, "680/user")
        here.app.screen.look_for_news()
        await here.until(pilot, lambda: head.unread == 1)
        assert painted


@pytest.mark.requirement("R-MSG-1")
async def test_a_message_is_answered_printed_and_deleted(portal, lite, tmp_path):
    sent_to(lite, "680/user", "680/lost-pupil", subject="Who has Siân?")
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        pane = await in_messaging(here, pilot, "680user")
        await pilot.press("R")
        await here.until(pilot, "Re: Who has Siân?")
        await here.until(pilot, "680 Newport: LEA Lost Pupil")
        await here.until(pilot, "> Do you know this pupil?")
        await pilot.press(*"Yes")
        await pilot.press("f9")
        await here.until(pilot, "Send it to 2 inboxes? y/n")
        await pilot.press("y")
        await here.until(pilot, "Sent to 2 inboxes;")
        cardiff = making.logged_on(lite, "user", "681")
        (answer,) = inbox.received(cardiff, lite).page()
        assert answer.subject == "Re: Who has Siân?"
        await here.app.open("messaging.inbox")
        await here.until(pilot, lambda: pane.table.row is not None)
        await pilot.press("x")
        await here.until(pilot, "Delete this message for your whole inbox? y/n")
        await pilot.press("n")
        assert inbox.received(here.app.session.actor, lite).count() == 1
        await pilot.press("x")
        await here.until(pilot, "y/n")
        await pilot.press("y")
        await here.until(pilot, "1 message deleted.")
        assert inbox.received(here.app.session.actor, lite).count() == 0


@pytest.mark.requirement("R-MSG-2")
async def test_a_newcomer_sends_an_enquiry_to_two_authorities_in_three_steps(portal, lite):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await in_messaging(here, pilot, "680user", "send")
        assert "1 Begin" in here.screen
        await pilot.press("down", "down")
        await here.until(pilot, "Date of birth:")
        await pilot.press("enter")
        await here.until(pilot, "Nobody yet")
        await pilot.press("a")
        await here.until(pilot, "Which authorities, and which roles there?")
        await pilot.press(*"card", "enter", *"angl", "enter", "tab", "f1")
        await here.until(pilot, "Add each marked role of each authority.")
        await pilot.press("escape")
        assert here.app.focused.id == "roles"
        assert "Enter open" not in here.foot
        await pilot.press("f9")
        await here.until(pilot, "4 added.")
        for wanted in ("681/user", "681/lost-pupil", "660/user", "660/lost-pupil"):
            assert wanted in here.screen
        await pilot.press("f9")
        await here.until(pilot, "To        681 Cardiff: LEA User, LEA Lost Pupil; 660 Isle")
        await here.until(pilot, "Newport, 24/11/2026")
        await pilot.press("escape")
        await here.until(pilot, "▸2 Recipients · 4")
        assert "F9 go on" in here.foot
        assert "Esc back" in here.foot, "to the step before, not to the menu"
        await pilot.press("end", "x")
        await here.until(pilot, "Recipients · 3")
        await pilot.press("f9")
        await here.until(pilot, "▸3 Write")
        await pilot.press("f9")
        await here.until(pilot, "Send it to 3 inboxes? y/n")
        await pilot.press("y")
        await here.until(pilot, "Sent to 3 inboxes;")
        await here.until(pilot, "3 / 3")
        assert drafts.drafts(here.app.session.actor, lite) == ()


@pytest.mark.requirement("R-MSG-2")
async def test_a_list_of_pupils_to_all_authorities_asks_twice(portal, lite):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        pane = await in_messaging(here, pilot, "680user", "send")
        await pilot.press("f9")
        await here.until(pilot, "Nobody yet")
        await pilot.press("f9")
        await here.until(pilot, "First add somebody")
        await pilot.press("a")
        await here.until(pilot, "Which authorities")
        await pilot.press("f3", "f9")
        await here.until(pilot, "added.")
        assert "This goes to all authorities (22)." in here.screen
        await pilot.press("f9")
        await here.until(pilot, "▸3 Write")
        pane.subject.input.value = "Who has them?"
        pane.text.text = WALES_SIZED
        await pilot.press("f9")
        await here.until(pilot, "y/n")
        await pilot.press("y")
        await here.until(pilot, "most will ignore")
        await pilot.press("n")
        await pilot.pause()
        actor = here.app.session.actor
        assert sent_messages.sent(actor, lite).count() == 0
        await pilot.press("f9")
        await here.until(pilot, "Send it to")
        await pilot.press("y")
        await here.until(pilot, "most will ignore")
        await pilot.press("y")
        await here.until(pilot, "Sent to")
        assert sent_messages.sent(actor, lite).count() == 1


@pytest.mark.requirement("R-MSG-2")
async def test_what_is_written_is_kept_when_the_line_is_lost(portal, lite, monkeypatch):
    monkeypatch.setattr(send, "PAUSE", 0.05)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        pane = await in_messaging(here, pilot, "680user", "send")
        await pilot.press("f9")
        await here.until(pilot, "Nobody yet")
        await pane.recipients.put(["681/user"])
        await pilot.press("f9")
        await here.until(pilot, "▸3 Write")
        pane.subject.input.value = "Half a"
        pane.query_one(Writing).focus()
        await pilot.press(*"thought")
        await here.until(pilot, lambda: bool(drafts.drafts(here.app.session.actor, lite)))
        await here.until(pilot, lambda: drafts.drafts(here.app.session.actor, lite)[0].text == "thought")
    again = portal()
    async with again.app.run_test(size=SIZE) as pilot:
        await in_messaging(again, pilot, "680user", "send")
        await again.until(pilot, "Half a")
        await pilot.press("down")
        await again.until(pilot, "To 681 Cardiff: LEA User")
        await pilot.press("enter")
        await again.until(pilot, "thought")
        assert "681 Cardiff: LEA User" in again.screen


@pytest.mark.requirement("R-MSG-2")
async def test_typing_while_a_draft_is_being_saved_makes_no_second_one(portal, lite, monkeypatch):
    import time

    first, begun = drafts.save, []

    def slow(*args, **options):
        begun.append(args)
        time.sleep(0.3)
        return first(*args, **options)

    monkeypatch.setattr(send, "PAUSE", 0.01)
    monkeypatch.setattr(drafts, "save", slow)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        pane = await in_messaging(here, pilot, "680user", "send")
        await pilot.press("f9")
        await here.until(pilot, "Nobody yet")
        await pane.recipients.put(["681/user"])
        await here.until(pilot, lambda: begun)
        await pilot.press("f9")
        await here.until(pilot, "▸3 Write")
        pane.subject.input.value = "One"
        pane.query_one(Writing).focus()
        await pilot.press(*"draft")
        await here.until(pilot, lambda: pane._saved.text == "draft")
        (only,) = drafts.drafts(here.app.session.actor, lite)
        assert (only.to, only.subject, only.text) == (("681/user",), "One", "draft")
        await pilot.press("f9")
        await here.until(pilot, "y/n")
        await pilot.press("y")
        await here.until(pilot, "Sent to 1 inbox;")
        assert drafts.drafts(here.app.session.actor, lite) == ()


@pytest.mark.requirement("R-MSG-2")
async def test_a_field_that_could_not_fill_itself_in_is_not_sent_unseen(portal, lite):
    draft = Draft(("681/user",), "Enquiry", "To {school}")
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await in_messaging(here, pilot, "680user")
        await here.app.open("messaging.send", draft=draft)
        await here.until(pilot, "▸2 Recipients · 1")
        await pilot.press("f9")
        await here.until(pilot, "▸3 Write")
        await pilot.press("f9")
        await here.until(pilot, "{school} still stands in it. Send it so? y/n")
        await pilot.press("n")
        await pilot.pause()
        assert sent_messages.sent(here.app.session.actor, lite).count() == 0


@pytest.mark.requirement("R-MSG-3")
async def test_who_has_read_is_told_and_the_rest_is_taken_back(portal, lite):
    message = sent_to(lite, "681/user", "6804012", by=("user", "680"))
    from s2s_tui.services import messages

    messages.show(making.logged_on(lite, "user", "681"), lite, message)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await in_messaging(here, pilot, "680user", "sent")
        await here.until(pilot, "1 / 2")
        await pilot.press("w")
        await here.until(pilot, "681 Cardiff: LEA User · 24 Nov 2026")
        assert "unread" in here.screen
        await pilot.press("escape", "c")
        await here.until(pilot, "Take it back from 1 inbox that has not read it? y/n")
        await pilot.press("y")
        await here.until(pilot, "Taken back from 1 inbox; 1 has read it.")
        await here.until(pilot, "recalled")
    school = making.logged_on(lite, "school", "6804012")
    assert inbox.received(school, lite).count() == 0


@pytest.mark.requirement("R-MSG-4")
async def test_templates_are_copied_changed_used_and_deleted(portal, lite):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await in_messaging(here, pilot, "680user", "templates")
        assert "e change" not in here.foot, "what comes with the program stays"
        await pilot.press("c")
        await here.until(pilot, "e changes it.")
        actor = here.app.session.actor
        pane = here.app.screen.pane
        await here.until(pilot, lambda: pane.here is not None and not pane.here.is_ready)
        await pilot.press("e")  # of the copy: the cursor has followed it
        await here.until(pilot, "F9 save")
        form = here.app.screen
        form.title_field.input.value = ""
        await pilot.press("f9")
        await here.until(pilot, "✗")
        form.title_field.input.value = "Ours [/bold]"
        form.text_field.text = "Dear {school}"
        await pilot.press("escape")
        await here.until(pilot, "Throw away what you typed? y/n")
        await pilot.press("n", "f9")
        await here.until(pilot, "“Ours [/bold]” is kept.")
        assert templates.show(actor, lite, "Ours [/bold]").text == "Dear {school}"
        await pilot.press("x")
        await here.until(pilot, "It can't be brought back. y/n")
        await pilot.press("y")
        await here.until(pilot, "is deleted.")
        assert all(one.is_ready for one in templates.templates(actor, lite))


@pytest.mark.requirement("R-MSG-4")
async def test_a_group_is_made_of_recipients_and_written_to(portal, lite):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await in_messaging(here, pilot, "680user", "groups")
        await pilot.press("a")
        await here.until(pilot, "Group of recipients")
        await here.until(pilot, "Nobody yet: a adds authorities and roles")
        await pilot.press(*"Neighbours", "escape")
        await here.until(pilot, "Throw away what you typed? y/n")
        await pilot.press("n", "enter", "a")
        await here.until(pilot, "Which authorities")
        await pilot.press(*"card", "enter", "f9")
        await here.until(pilot, "681/lost-pupil")
        await pilot.press("l")
        await here.until(pilot, "Which schools of 680?")
        await pilot.press("enter", "f9")
        await here.until(pilot, "LEA User")
        await pilot.press("f9")
        await here.until(pilot, "“Neighbours” is kept.")
        (group,) = groups.groups(here.app.session.actor, lite)
        assert group.count == 3
        await here.until(pilot, lambda: here.app.screen.pane.table.row is not None)
        await pilot.press("n")
        await here.until(pilot, "▸1 Begin")
        await pilot.press("enter")
        await here.until(pilot, "▸2 Recipients · 3")
        await here.app.open("messaging.groups")
        await here.until(pilot, "Neighbours")
        await pilot.press("x")
        await here.until(pilot, "y/n")
        await pilot.press("y")
        await here.until(pilot, "is deleted.")


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_messages_are_shown_literally(portal, lite):
    for text in HOSTILE:
        if "\x00" not in text:
            sent_to(lite, "680/user", subject=text, text=f"{text}\n{text * 3}")
    draft = Draft(("680/user",), HOSTILE[0], HOSTILE[4])
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await in_messaging(here, pilot, "680user")
        harmless(plain(here.app))
        for _each in HOSTILE[1:]:
            await pilot.press("enter")
            await pilot.pause()
            harmless(plain(here.app))
            await pilot.press("escape", "down")
        await here.app.open("messaging.send", draft=draft)
        await here.until(pilot, "▸2 Recipients")
        await pilot.press("f9")
        await here.until(pilot, "▸3 Write")
        harmless(plain(here.app))
        assert here.app.is_running


@pytest.mark.requirement("R-MSG-1")
async def test_the_inbox_is_sorted_by_each_heading_by_key_and_by_click(portal, lite, clock):
    for subject, sender in (("Beta", "681"), ("alpha", "660"), ("Gamma", "681")):
        clock.forward(days=1)
        sent_to(lite, "680/user", subject=subject, by=("user", sender))
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        pane = await in_messaging(here, pilot, "680user")

        def subjects():
            lines = here.screen.splitlines()
            return [word for line in lines[3:6] for word in ("Beta", "alpha", "Gamma") if word in line]

        assert subjects() == ["Gamma", "alpha", "Beta"], "the newest first"
        heading = pane.table.region
        for title, wanted in (
            ("Subject", ["alpha", "Beta", "Gamma"]),
            ("Received", ["Beta", "alpha", "Gamma"]),
        ):
            at = here.screen.splitlines()[2].index(title)
            await pilot.click(offset=(at, heading.y))
            await here.until(pilot, lambda wanted=wanted: subjects() == wanted)
            await pilot.click(offset=(at, heading.y))
            await here.until(pilot, lambda wanted=wanted: subjects() == wanted[::-1])
        seen = set()
        for _press in range(10):
            await pilot.press("s")
            await here.until(pilot, lambda: not pane.table.busy)
            seen.add((pane.table.sort, pane.table.descending))
        assert {sort for sort, _down in seen} == {"from", "subject", "received", "days"}


@pytest.mark.requirement("R-MSG-1")
async def test_a_message_of_a_hundred_thousand_characters_is_read_to_its_end(portal, lite):
    sent_to(lite, "680/user", text="Annwyl bawb, \n" * 3_000 + "x" * 50_000 + "\nمرحبا\nTHE END")
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await in_messaging(here, pilot, "680user")
        await pilot.press("enter")
        await here.until(pilot, "Annwyl bawb")
        await pilot.press("end")
        await here.until(pilot, "THE END")


@pytest.mark.requirement("R-MSG-2")
async def test_what_is_written_outlives_its_draft_and_the_message_that_it_answers(portal, lite):
    """Sent or dropped in another window, deleted for the whole inbox by a colleague: nothing is lost."""
    message = sent_to(lite, "680/user")
    clerk = making.logged_on(lite, "user", "680")
    messages.show(clerk, lite, message)
    begun = message_sending.begin_answer(clerk, lite, message)
    draft = drafts.save(clerk, lite, Draft(begun.to, "Re: Enquiry", "We do.", answers=message))
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await in_messaging(here, pilot, "680user")
        await here.app.open("messaging.send", draft=draft)
        await here.until(pilot, "▸2 Recipients")
        await pilot.press("f9")
        await here.until(pilot, "We do.")
        pane = here.app.screen.pane
        drafts.drop(clerk, lite, [draft.id])
        messages.delete(clerk, lite, [message])
        for said in ("is gone from your inbox. F9 sends it", "changed elsewhere. F9 sends this."):
            await pilot.press("f9")
            await here.until(pilot, "Send it to 1 inbox?")
            await pilot.press("y")
            await here.until(pilot, said)
            assert sent_messages.sent(clerk, lite).count() == 0
        pane.text.text = "We do indeed."
        await pane._keep()
        assert [one.text for one in drafts.drafts(clerk, lite)] == ["We do indeed."]
        await pilot.press("f9")
        await here.until(pilot, "Send it to 1 inbox?")
        await pilot.press("y")
        await here.until(pilot, "Sent to 1 inbox;")
        assert drafts.drafts(clerk, lite) == ()
