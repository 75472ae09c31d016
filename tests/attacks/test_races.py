"""Everything at once on one file, account, school, message or round: one is first, and all agree who."""

from dataclasses import replace
from datetime import date

import making
import pytest
import steps
from watching import at_once, audited, errors

from s2s_tui.base.errors import NotFound
from s2s_tui.services import (
    downloads,
    drafts,
    establishments,
    forwarding,
    groups,
    inbox,
    message_sending,
    messages,
    school_changes,
    schools,
    templates,
    transfers,
    uncollected,
    upkeep,
    uploads,
    user_audit,
    user_changes,
    user_passwords,
    users,
)
from s2s_tui.services.drafts import Draft
from s2s_tui.services.user_changes import NewUser
from s2s_tui.store.models import Message, MessageCopy, MessageInbox, Transfer, User, UserAudit


@pytest.mark.requirement("R-SYS-3")
def test_of_all_that_can_be_done_with_a_file_at_once_one_is_first(site, on, tmp_path):
    sender, clerk, colleague = on("school", "6804012"), on("user", "681"), on("user", "681")
    for number in range(1, 5):
        offered = making.offered("6804012", "681LLLL", number, [making.Child(making.upn(number))])
        key = steps.sent(sender, site, offered)
        (tmp_path / str(number)).mkdir()
        downloads.download(clerk, site, [key], tmp_path / str(number))
        confirmed, rejected, deleted, recalled, forwarded, again = at_once(
            site,
            lambda key=key: transfers.confirm(clerk, site, [key])[0].ok,
            lambda key=key: transfers.reject(colleague, site, [key], "no")[0].ok,
            lambda key=key: uncollected.delete(clerk, site, [key], "no")[0].ok,
            lambda key=key: transfers.recall(sender, site, key, "oops"),
            lambda key=key: forwarding.forward(colleague, site, key, "6814053").status == uploads.SENT,
            lambda offered=offered: uploads.upload(sender, site, offered),
        )
        file = steps.transfer(site, key)
        withdrawn = recalled is True
        sent_on = forwarded is True
        assert [confirmed or sent_on, rejected is True, deleted is True, withdrawn].count(True) == 1
        assert file.state == (
            "collected" if confirmed or sent_on else "rejected" if rejected is True else "deleted"
        )
        assert (file.recalled_at is not None) == (recalled is False)
        with site.store.connection():
            on_the_way = list(Transfer.select().where(Transfer.forwarded_from == key))
        assert len(on_the_way) == sent_on
        # The same name can only be sent anew once the first is out of the way.
        assert again.status == "already-sent" or file.state in ("rejected", "deleted")
    assert upkeep.verify(site).ok


@pytest.mark.requirement("R-USR-2")
def test_of_all_that_is_done_to_an_account_as_it_was_seen_one_is_done(site, on):
    dba, colleague = on("dba", "680"), on("dba", "680")
    seen = users.show(dba, site, "680user")
    done = at_once(
        site,
        lambda: user_changes.update(dba, site, "680user", contact="A", seen=seen),
        lambda: user_changes.update(colleague, site, "680user", contact="B", seen=seen),
        lambda: user_changes.set_role(dba, site, "680user", "plasc", seen=seen),
        lambda: user_changes.set_active(colleague, site, "680user", False, seen=seen),
        lambda: user_passwords.reset(dba, site, "680user", seen=seen),
        lambda: user_changes.delete(colleague, site, "680user", seen=seen),
    )
    assert set(errors(done)) <= {"user-changed", "user-gone"}
    assert len(errors(done)) == 5
    assert upkeep.verify(site).ok


@pytest.mark.requirement("R-USR-1", "R-USR-5")
def test_of_several_who_make_what_there_is_one_of_one_makes_it(site, on):
    """A username in any case, the LA School, an authority's DBA, who takes a DBA's place."""
    dba, wg = on("dba", "680"), on("wg", "WG")

    def new(name: str, role: str, code: str) -> NewUser:
        return NewUser(username=name, role=role, organisation=code, email="a@newport.gov.uk")

    user_changes.delete(dba, site, "680laschool")
    made = at_once(
        site,
        *(
            lambda name=name: user_changes.add(dba, site, new(name, "plasc", "680"))
            for name in ("Same", "same")
        ),
        *(lambda n=n: user_changes.add(dba, site, new(f"school{n}", "la-school", "680")) for n in range(2)),
        *(lambda n=n: user_changes.add(wg, site, new(f"dba{n}", "dba", "662")) for n in range(2)),
        *(
            lambda n=n: user_changes.add(wg, site, new(f"next{n}", "dba", "681"), replace=True)
            for n in range(2)
        ),
    )
    assert errors(made) == ["dba-one", "la-school-taken", "username-taken"]
    with site.store.connection():
        live = User.active & User.deleted_at.is_null()
        assert (
            User.select().where((User.role == "la-school") & (User.organisation == "680") & live).count() == 1
        )
        for code in ("662", "681"):
            one = (User.role == "dba") & (User.organisation == code) & live
            assert User.select().where(one).count() == 1
    assert upkeep.verify(site).ok


@pytest.mark.requirement("R-SCH-2")
def test_of_all_that_is_done_to_a_school_as_it_was_seen_one_is_done(site, on):
    dba, wg = on("dba", "680"), on("wg", "WG")
    seen = schools.show(dba, site, "6804012")
    done = at_once(
        site,
        lambda: school_changes.update(dba, site, "6804012", {"town": "A"}, seen=seen),
        lambda: school_changes.update(wg, site, "6804012", {"town": "B", "username": "glan"}, seen=seen),
        lambda: school_changes.set_active(wg, site, "6804012", False, seen=seen),
    )
    assert errors(done) == ["school-changed"] * 2


@pytest.mark.requirement("R-SCH-3")
def test_what_is_sent_to_a_school_while_it_merges_is_at_its_successor_or_refused(site, on):
    wg, sender = on("wg", "WG"), on("school", "6814053")

    def file(number: int):
        children = [making.Child(making.upn(number, "6814053"))]
        return making.offered("6814053", "6804031", number, children)

    steps.sent(sender, site, file(9))
    moved, *receipts = at_once(
        site,
        lambda: establishments.merge(wg, site, "6804031", "6804012", making.NOW.date()),
        *(lambda number=number: uploads.upload(sender, site, file(number)) for number in range(1, 5)),
    )
    came = sum(receipt.status == "sent" for receipt in receipts)
    with site.store.connection():
        assert [row.destination for row in Transfer.select()] == ["6804012"] * (1 + came)
    assert moved == 1 + came
    assert upkeep.verify(site).ok


@pytest.mark.requirement("R-MSG-2")
def test_of_several_windows_with_one_draft_one_sends_it(site, on):
    clerk = on("user", "680")
    draft = drafts.save(clerk, site, Draft(("6814053", "681/user"), "An enquiry", "About a pupil."))
    answered = on("user", "681")
    question = message_sending.send(answered, site, ["680/user"], "?", "?").id
    reply = drafts.save(clerk, site, Draft(("681/user",), "Re: ?", "Yes.", answers=question))
    sent = at_once(
        site,
        *[lambda: message_sending.send(clerk, site, draft.to, "An enquiry", "x", draft=draft.id)] * 3,
        *[lambda: message_sending.reply(clerk, site, question, "Yes.", draft=reply.id)] * 2,
    )
    assert errors(sent) == ["draft-unknown"] * 3
    with site.store.connection():
        assert sorted(row.subject for row in Message.select()) == ["?", "An enquiry", "Re: ?"]
    assert len(audited(site, "message-send")) == 2 + 3, "the refusals are on record, too"
    assert drafts.drafts(clerk, site) == ()


@pytest.mark.requirement("R-MSG-4")
def test_of_colleagues_who_change_what_they_share_each_hears_who_was_first(site, on):
    clerk, colleague = on("user", "680"), on("dba", "680")
    template = templates.add(clerk, site, "Ours", "S", "T")
    group = groups.add(clerk, site, "Ours", ["6814053"])
    changed = at_once(
        site,
        *[lambda: templates.update(clerk, site, template.id, text="x", seen=template)] * 2,
        lambda: templates.update(colleague, site, template.id, subject="y", seen=template),
        *[lambda: groups.update(clerk, site, group.id, title="x", seen=group)] * 2,
        lambda: groups.update(colleague, site, group.id, members=["wg"], seen=group),
    )
    assert errors(changed) == ["shared-changed"] * 4
    # Of commands that saw nothing each changes what it was given, and only that.
    at_once(
        site,
        lambda: templates.update(clerk, site, template.id, text="one"),
        lambda: templates.update(clerk, site, template.id, subject="two"),
        lambda: templates.update(colleague, site, template.id, title="three"),
        lambda: groups.update(clerk, site, group.id, title="four"),
        lambda: groups.update(colleague, site, group.id, members=["681/user"]),
    )
    now, team = templates.show(clerk, site, template.id), groups.show(clerk, site, group.id)
    assert (now.title, now.subject, now.text) == ("three", "two", "one")
    assert (team.title, team.members) == ("four", ("681/user",))


@pytest.mark.requirement("R-MSG-2")
def test_no_window_writes_over_what_another_has_saved_of_a_draft(site, on, clock):
    clerk = on("user", "680")
    first = drafts.save(clerk, site, Draft((), "An enquiry", "As begun."))
    clock.forward(seconds=1)
    second = drafts.save(clerk, site, replace(first, text="Written on in this window."))
    clock.forward(seconds=1)
    with pytest.raises(NotFound, match="draft-unknown"):
        drafts.save(clerk, site, replace(first, text="Written on in the other."))
    assert drafts.show(clerk, site, second.id).text == "Written on in this window."
    assert drafts.save(clerk, site, replace(second, text="And on.")).id == first.id


@pytest.mark.requirement("R-MSG-1", "R-MSG-3")
def test_a_message_that_is_opened_recalled_and_deleted_at_once_is_counted_right(site, on):
    sender, clerk, colleague = on("user", "680"), on("user", "681"), on("user", "681")
    for _ in range(4):
        key = message_sending.send(sender, site, ["681/user", "6814053"], "An enquiry", "About a pupil.").id
        recalled, shown, again, _deleted = at_once(
            site,
            lambda key=key: messages.recall(sender, site, key),
            lambda key=key: messages.show(clerk, site, key),
            lambda key=key: messages.show(colleague, site, key),
            lambda key=key: messages.delete(clerk, site, [key]),
        )
        assert {getattr(one, "code", "message-unknown") for one in (shown, again)} == {"message-unknown"}
        assert recalled.recalled in (1, 2)
        with site.store.connection():
            kept = MessageCopy.gone_at.is_null()
            for name in ("681/user", "6814053"):
                here = MessageCopy.select().where((MessageCopy.inbox == name) & kept)
                counted = MessageInbox.get(MessageInbox.inbox == name)
                unread = here.where(MessageCopy.is_read == False).count()  # noqa: E712
                assert (counted.held, counted.unread) == (here.count(), unread)
    assert inbox.received(clerk, site).count() == 0


@pytest.mark.requirement("R-USR-6")
def test_of_several_answers_for_an_account_none_is_lost_and_one_round_is_open(site, on):
    wg, dba, colleague = on("wg", "WG"), on("dba", "680"), on("dba", "680")
    rounds = at_once(
        site,
        *(lambda n=n: user_audit.open_round(wg, site, f"20{n}", date(2027, 1, 31)) for n in range(27, 30)),
    )
    assert errors(rounds) == ["user-audit-open"] * 2
    confirmed, again, removed = at_once(
        site,
        lambda: user_audit.answer(dba, site, ["680user"], "confirm")[0],
        lambda: user_audit.answer(colleague, site, ["680user"], "confirm")[0],
        lambda: user_audit.answer(colleague, site, ["680user"], "remove")[0],
    )
    assert [confirmed.ok, again.ok].count(True) <= 1
    assert removed.ok, "what was confirmed can still be removed"
    (entry,) = [one for one in user_audit.entries(dba, site) if one.username == "680user"]
    assert entry.answer == "removed"
    with site.store.connection():
        assert User.get(User.username == "680user").deleted_at is not None
        assert UserAudit.select().where(UserAudit.closed_at.is_null()).count() == 1
    assert upkeep.verify(site).ok
