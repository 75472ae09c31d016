"""Closing and merging schools: a merged school's waiting files go to its successor (R-SCH-3)."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import making
import pytest
from making import Child, offered
from watching import (
    at_once,
    audited,
    every_write_fails_once,
    forget_mails,
    letters,
    mails,
    require_nothing_personal,
    require_only,
)

from s2s_tui.base.errors import NotFound, NotLoggedOn, Refused, S2SError
from s2s_tui.rules.roles import Actor
from s2s_tui.services import (
    downloads,
    establishments,
    inbox,
    listing,
    message_sending,
    messages,
    phase,
    transfers,
    uploads,
)
from s2s_tui.services.files import Offered
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Establishment, MessageCopy, MessageInbox, Transfer, User
from s2s_tui.store.statements import insert

On = Callable[..., Actor]
ON = making.past(0)


def send(site: Site, on: On, source: str, destination: str, number: int = 1, count: int = 1) -> int:
    kids = [Child(making.upn(number * 10 + place, source)) for place in range(count)]
    receipt = uploads.upload(on("school", source), site, offered(source, destination, number, kids))
    assert receipt.id is not None, receipt
    return receipt.id


def row(site: Site, number: int) -> Transfer:
    with site.store.connection():
        return Transfer.get(Transfer.id == number)


@pytest.mark.requirement("R-SCH-3")
def test_only_wg_closes_and_merges(site: Site) -> None:
    require_only(
        site,
        "schools.open",
        lambda actor: establishments.close(actor, site, "6804031", ON),
        lambda actor: establishments.merge(actor, site, "6804031", "6802310", ON),
    )
    with site.store.connection():
        assert Establishment.select().where(Establishment.closed.is_null(False)).count() == 0


@pytest.mark.requirement("R-SCH-3", "R-MSG-1")
def test_the_messages_of_a_merged_school_lie_in_its_successors_inbox_and_in_no_other(
    site: Site, on: On, clock: making.Clock
) -> None:
    clerk, wg, old, heir = on("user", "681"), on("wg", "WG"), on("school", "6804031"), on("school", "6802310")
    opened = message_sending.send(clerk, site, ["6804031", "6804012"], "Opened", "x").id
    messages.show(old, site, opened)
    unread = message_sending.send(clerk, site, ["6804031", "6804012"], "Unread", "x").id
    both = message_sending.send(clerk, site, ["6804031", "6802310"], "To both", "x").id
    deleted = message_sending.send(clerk, site, ["6804031"], "Deleted", "x").id
    messages.delete(old, site, [deleted])
    clock.forward(days=3)
    forget_mails(site)
    establishments.merge(wg, site, "6804031", "6802310", ON)
    assert mails(site) == [("message", "office@s6802310.example")], "one e-mail for all of them"
    found = {item.id: item for item in inbox.received(heir, site).page()}
    assert set(found) == {opened, unread, both}
    assert (found[opened].is_read, found[unread].is_read) == (True, False)
    assert (found[opened].addressed, found[both].addressed) == ("6804031", "")
    assert (found[opened].days_left, found[unread].days_left) == (11, 28)
    with site.store.connection():
        counts = {one.inbox: (one.held, one.unread) for one in MessageInbox.select()}
        assert (
            MessageCopy.select()
            .where((MessageCopy.inbox == "6804031") & MessageCopy.gone_at.is_null())
            .count()
            == 0
        )
    assert counts["6802310"] == (3, 2)
    assert counts["6804031"] == (0, 0)
    for stranger in (on("user", "680"), on("dba", "680"), on("school", "6814053")):
        assert inbox.received(stranger, site).page() == ()
        with pytest.raises(NotFound):
            messages.show(stranger, site, unread)
    # The sender sees who of those it wrote to has read it; the successor answers.
    messages.show(heir, site, unread)
    (reading,) = [one for one in messages.readings(clerk, site, unread) if one.inbox == "6804031"]
    assert reading.read is not None
    assert message_sending.begin_answer(heir, site, unread, to_all=True).to == ("681/user", "6804012")
    # And with the successor they go on to the next.
    establishments.merge(wg, site, "6802310", "6804012", ON)
    last = {item.id for item in inbox.received(on("school", "6804012"), site).page()}
    assert last == {opened, unread, both}


@pytest.mark.requirement("R-SCH-3")
@pytest.mark.parametrize("number", ["", "6809999", "680LLLL", "XXXXXXX", "\0", "'; --", "6804031 "])
def test_a_number_that_no_school_has_is_unknown(site: Site, on: On, number: str) -> None:
    wg = on("wg", "WG")
    for act in (
        lambda: establishments.close(wg, site, number, ON),
        lambda: establishments.merge(wg, site, number, "6802310", ON),
        lambda: establishments.merge(wg, site, "6802310", number, ON),
    ):
        with pytest.raises(NotFound) as told:
            act()
        assert told.value.code == "school-unknown"
    with site.store.connection():
        assert Establishment.get(Establishment.number == "6802310").closed is None


@pytest.mark.requirement("R-SCH-3")
def test_a_closed_school_is_logged_off_and_gets_nothing_more_and_what_waits_stays(site: Site, on: On) -> None:
    file = send(site, on, "6804012", "6804031")
    school, wg = on("school", "6804031"), on("wg", "WG")
    establishments.close(wg, site, "6804031", ON)
    with pytest.raises(NotLoggedOn):
        listing.files(school, site, "ctf", "mine")
    with pytest.raises(NotLoggedOn, match="logon-wrong"):
        on("school", "6804031")
    receipt = uploads.upload(on("school", "6804012"), site, offered("6804012", "6804031", 2))
    assert [problem.code for problem in receipt.problems if problem.severity == "refuse"] == [
        "destination-closed"
    ]
    assert row(site, file).state == "awaiting"
    assert row(site, file).destination == "6804031"
    assert audited(site, "school-close") == [("wg", "6804031", "done")]
    with pytest.raises(Refused) as told:
        establishments.close(wg, site, "6804031", ON)
    assert told.value.code == "school-closed"


@pytest.mark.requirement("R-SCH-3")
def test_waiting_files_go_to_the_successor_which_collects_them(site: Site, on: On, tmp_path: Path) -> None:
    within = send(site, on, "6804012", "6804031")
    coming = send(site, on, "6814053", "6804031")
    done = send(site, on, "6804012", "6804031", 2)
    school = on("school", "6804031")
    downloads.download(school, site, [done], tmp_path)
    transfers.confirm(school, site, [done])
    forget_mails(site)
    assert establishments.merge(on("wg", "WG"), site, "6804031", "6802310", ON) == 2
    assert mails(site) == [("moved", "office@s6802310.example")] * 2
    assert all("St Woolos High has become part of your school" in one for one in letters(site, "moved"))
    require_nothing_personal(site)
    successor = on("school", "6802310")
    found = listing.files(successor, site, "ctf", "mine").page()
    assert {item.id for item in found} == {within, coming}
    assert {item.id for item in listing.files(on("user", "680"), site, "ctf", "within").page()} == {within}
    moved = row(site, within)
    assert (moved.name, moved.first_destination) == ("6804012_CTF_6804031_001.XML", "6804031")
    assert row(site, done).destination == "6804031"
    forget_mails(site)
    saved = downloads.download(successor, site, [within], tmp_path / ".")
    assert saved.to_confirm == (within,)
    transfers.confirm(successor, site, [within])
    assert mails(site) == [("collected", "office@s6804012.example")]
    (outcome,) = transfers.reject(successor, site, [coming], "not ours")
    assert outcome.ok


@pytest.mark.requirement("R-SCH-3")
def test_files_to_a_merged_number_are_refused_with_the_successors(site: Site, on: On) -> None:
    establishments.merge(on("wg", "WG"), site, "6804031", "6802310", ON)
    receipt = uploads.upload(on("school", "6804012"), site, offered("6804012", "6804031"))
    (problem,) = [one for one in receipt.problems if one.severity == "refuse"]
    assert (problem.code, problem.params["successor"]) == ("destination-merged", "6802310")


@pytest.mark.requirement("R-SCH-3")
def test_merged_twice_all_leads_to_the_last(site: Site, on: On) -> None:
    wg = on("wg", "WG")
    file = send(site, on, "6804012", "6804031")
    other = send(site, on, "6804012", "6802310", 2)
    establishments.merge(wg, site, "6804031", "6802310", ON)
    # Into a school of another authority: the lists follow.
    assert establishments.merge(wg, site, "6802310", "6814053", ON) == 2
    moved = row(site, file)
    assert (moved.destination, moved.first_destination) == ("6814053", "6804031")
    assert (moved.within, moved.incoming, moved.outgoing) == (None, "681", "680")
    assert row(site, other).first_destination == "6802310"
    receipt = uploads.upload(on("school", "6804012"), site, offered("6804012", "6804031", 3))
    assert receipt.problems[-1].params["successor"] == "6814053"
    incoming = listing.files(on("user", "681"), site, "ctf", "incoming").page()
    assert {item.id for item in incoming} == {file, other}
    for number in ("6804031", "6802310"):
        with pytest.raises(Refused):
            establishments.merge(wg, site, number, "6604025", ON)
    with pytest.raises(Refused) as told:
        establishments.merge(wg, site, "6604025", "6804031", ON)
    assert told.value.code == "school-closed"
    with pytest.raises(Refused) as told:
        establishments.merge(wg, site, "6604025", "6604025", ON)
    assert told.value.code == "merge-itself"


@pytest.mark.requirement("R-SCH-3")
def test_pupils_allocated_to_a_merged_school_by_other_authorities_go_to_its_successor(
    site: Site, on: On
) -> None:
    send(site, on, "6814053", "681LLLL", 1, count=3)
    send(site, on, "6804012", "680LLLL", 2, count=2)
    clerks = [on("user", "681"), on("user", "680")]
    for clerk in clerks:
        phase.take_in(clerk, site)
        seats = [seat.id for seat in phase.board(clerk, site).seats]
        phase.assign(clerk, site, seats[:1], "6804031")
        (step,) = phase.send(clerk, site)
        assert step.receipt.status == "sent"
        phase.assign(clerk, site, seats[1:], "6804031")
    assert establishments.merge(on("wg", "WG"), site, "6804031", "6802310", ON) == 2
    for clerk in clerks:
        (step,) = phase.send(clerk, site)
        assert (step.school, step.receipt.status) == ("6802310", "sent")
    # A place changed later: the successor, which has the file now, is told to discard.
    forget_mails(site)
    gone = next(seat for seat in phase.board(clerks[0], site).seats if seat.school == "6804031")
    assert phase.change_place(clerks[0], site, gone.id, "6814060").status == "sent"
    assert ("discard", "office@s6802310.example") in mails(site)


@pytest.mark.requirement("R-SCH-3")
def test_other_kinds_of_files_move_too(site: Site, on: On) -> None:
    school = on("school", "6804012")
    packed = BytesIO()
    with ZipFile(packed, "w") as bundle:
        bundle.writestr("notes.txt", "x")
    receipt = uploads.upload(school, site, Offered("6804012_6804031_notes.ZIP", packed.getvalue()))
    assert receipt.status == "sent", receipt
    assert establishments.merge(on("wg", "WG"), site, "6804031", "6802310", ON) == 1
    assert len(listing.files(on("school", "6802310"), site, "generic", "mine").page()) == 1


@pytest.mark.requirement("R-SCH-3")
def test_an_upload_and_a_merger_at_once_lose_nothing(site: Site, on: On) -> None:
    school, wg = on("school", "6804012"), on("wg", "WG")
    results = at_once(
        site,
        lambda: uploads.upload(school, site, offered("6804012", "6804031")),
        lambda: establishments.merge(wg, site, "6804031", "6802310", ON),
    )
    receipt, moved = results
    if receipt.status == "sent":
        assert moved == 1
        assert row(site, receipt.id).destination == "6802310"
    else:
        assert (receipt.status, moved) == ("refused", 0)


@pytest.mark.requirement("R-SCH-3")
def test_a_merger_that_is_tried_again_tells_the_successor_once(site: Site, on: On) -> None:
    send(site, on, "6804012", "6804031")
    forget_mails(site)
    wg = on("wg", "WG")
    with every_write_fails_once() as undone:
        assert establishments.merge(wg, site, "6804031", "6802310", ON) == 1
    assert len(undone) == 1
    assert mails(site) == [("moved", "office@s6802310.example")]
    assert len(audited(site, "school-merge")) == 1


@pytest.mark.requirement("R-SCH-3")
def test_a_school_is_opened_once_with_an_account_that_has_no_password_yet(site: Site, on: On) -> None:
    wg = on("wg", "WG")
    made = establishments.open_school(wg, site, "6802399", {"name": "Ysgol Newydd", "town": "Bala"})
    assert (made.number, made.username, made.again) == ("6802399", "s6802399", False)
    with site.store.connection():
        school = Establishment.get(Establishment.number == "6802399")
        account = User.get(User.username == "s6802399")
    assert (school.name, school.opened, school.authority_id) == ("Ysgol Newydd", making.past(0), "680")
    assert (account.organisation, account.role, account.password) == ("6802399", "school", "")


@pytest.mark.requirement("R-SCH-3")
@pytest.mark.parametrize(
    ("number", "typed", "code"),
    [
        ("6804012", {"name": "Twice"}, "school-exists"),
        ("680401", {"name": "Short"}, "school-number"),
        ("680LLLL", {"name": "No school"}, "school-number"),
        ("1994012", {"name": "Nowhere"}, "authority-unknown"),
        ("6602399", {"name": "In a closed one"}, "la-closed"),
        ("6802399", {}, "school-name"),
        ("6802399", {"name": "  "}, "school-name"),
        ("6802399", {"name": "Ysgol", "email": "x@hotmail.com"}, "email-personal"),
    ],
)
def test_what_is_no_new_school_is_refused_and_on_record(
    lite: Site, number: str, typed: dict[str, str], code: str
) -> None:
    wg = making.logged_on(lite, "wg", "WG")
    lite.store.write(lambda: Authority.update(closed=ON).where(Authority.code == "660").execute())
    with pytest.raises(S2SError) as told:
        establishments.open_school(wg, lite, number, typed)
    assert told.value.code == code
    assert audited(lite, "school-open")[-1] == ("wg", number, code)
    with lite.store.connection():
        assert Establishment.select().where(Establishment.number == "6802399").count() == 0


@pytest.mark.requirement("R-SCH-3")
def test_a_closed_school_is_opened_again_under_its_name_and_account(site: Site, on: On) -> None:
    wg = on("wg", "WG")
    establishments.close(wg, site, "6804012", ON)
    again = establishments.open_school(wg, site, "6804012", {"town": "Bala"})
    assert (again.username, again.again) == ("s6804012", True)
    with site.store.connection():
        school = Establishment.get(Establishment.number == "6804012")
        others = Establishment.get(Establishment.number == "6804031")
    assert (school.name, school.town, school.closed) == (making.SCHOOLS["6804012"], "Bala", None)
    assert others.town == ""
    with pytest.raises(Refused, match="school-closing"):
        establishments.close(wg, site, "6804012", making.past(-1))


@pytest.mark.requirement("R-SCH-3")
def test_an_account_of_a_new_school_gets_a_username_that_nobody_has_or_had(site: Site, on: On) -> None:
    row = {"role": "school", "organisation": "680", "password": "", "created_at": making.NOW}
    site.store.write(lambda: insert(User, [{"username": name, **row} for name in ("S6802399", "s6802399a")]))
    made = establishments.open_school(on("wg", "WG"), site, "6802399", {"name": "Ysgol"})
    assert made.username == "s6802399aa"
