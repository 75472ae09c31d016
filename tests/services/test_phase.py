"""Phase transfers: a shared board of pupils, one CTF a school, stopped and resumed (R-PHA)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import making
import pytest
import steps
from making import Child, offered
from watching import (
    at_once,
    audited,
    errors,
    every_write_fails_once,
    forget_mails,
    mails,
    notices,
    require_nothing_personal,
    require_only,
)

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.rules import ctf
from s2s_tui.rules.roles import Actor
from s2s_tui.services import establishments, forwarding, phase, transfers, uploads
from s2s_tui.services.site import Site
from s2s_tui.store import content
from s2s_tui.store.models import Allocation, Download, Establishment, Pupil, Transfer
from s2s_tui.store.statements import insert

On = Callable[..., Actor]


def children(*serials: int, school: str = "6804012") -> list[Child]:
    return [Child(making.upn(serial, school), surname=f"Llwyd {serial:03}") for serial in serials]


def send_bulk(site: Site, on: On, *serials: int, school: str = "6804012", number: int = 1) -> int:
    actor = on("school", school)
    receipt = uploads.upload(
        actor, site, offered(school, "680LLLL", number, children(*serials, school=school))
    )
    assert receipt.status == uploads.SENT, receipt
    assert receipt.id is not None
    return receipt.id


@pytest.fixture
def clerk(site: Site, on: On) -> Actor:
    """A clerk of 680, with a bulk file of seven pupils on the board."""
    send_bulk(site, on, *range(1, 8))
    actor = on("user", "680")
    assert phase.take_in(actor, site) == 7
    forget_mails(site)
    return actor


def ids(actor: Actor, site: Site) -> list[int]:
    return sorted(seat.id for seat in phase.board(actor, site).seats)


def sent_files(site: Site) -> list[tuple[str, str, int]]:
    with site.store.connection():
        rows = Transfer.select().where(Transfer.source == "680LLLL").order_by(Transfer.name)
        return [(row.name, row.state, row.pupil_count) for row in rows]


# Who may


@pytest.mark.requirement("R-PHA-1")
def test_only_roles_with_the_permission_reach_the_board(site: Site) -> None:
    require_only(
        site,
        "phase",
        lambda actor: phase.take_in(actor, site),
        lambda actor: phase.board(actor, site),
        lambda actor: phase.assign(actor, site, [1], "6804031"),
        lambda actor: phase.restore(actor, site, {1: ""}),
        lambda actor: phase.allocate(actor, site, ["upn,school"]),
        lambda actor: list(phase.send(actor, site)),
        lambda actor: phase.change_place(actor, site, 1, "6804031"),
    )


@pytest.mark.requirement("R-PHA-1")
def test_another_authoritys_pupils_are_unknown(site: Site, on: On, clerk: Actor) -> None:
    seats = ids(clerk, site)
    phase.assign(clerk, site, seats, "6804031")
    stranger = on("user", "681")
    assert phase.take_in(stranger, site) == 0
    assert phase.board(stranger, site).seats == ()
    assert list(phase.send(stranger, site)) == []
    for act in (
        lambda: phase.assign(stranger, site, seats[:1], "6814053"),
        lambda: phase.restore(stranger, site, {seats[0]: ""}),
        lambda: phase.change_place(stranger, site, seats[0], "6814053"),
    ):
        with pytest.raises(NotFound):
            act()
    told = phase.allocate(stranger, site, ["upn,school", f"{making.upn(1)},6814053"])
    assert told.done == 0
    assert told.unknown == ((2, making.upn(1)),)
    assert phase.board(clerk, site).counts == {"6804031": 7}


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize("seat", [0, -1, 2**63, 10**30])
def test_a_number_that_no_pupil_has_is_unknown(site: Site, clerk: Actor, seat: int) -> None:
    for act in (
        lambda: phase.assign(clerk, site, [seat], "6804031"),
        lambda: phase.change_place(clerk, site, seat, "6804031"),
    ):
        with pytest.raises(NotFound) as told:
            act()
        assert told.value.code == "seat-unknown"


# The board


@pytest.mark.requirement("R-PHA-1")
def test_a_file_comes_on_the_board_once(site: Site, on: On, clerk: Actor) -> None:
    assert phase.take_in(clerk, site) == 0
    send_bulk(site, on, 50, number=2)
    assert phase.take_in(on("dba", "680"), site) == 1
    assert len(ids(clerk, site)) == 8
    assert [outcome for *_, outcome in audited(site, "phase-take-in")] == ["done", "done"]


@pytest.mark.requirement("R-PHA-1")
def test_two_clerks_who_take_in_at_once_put_each_pupil_on_the_board_once(site: Site, on: On) -> None:
    send_bulk(site, on, *range(1, 8))
    one, two = on("user", "680"), on("dba", "680")
    added = at_once(site, lambda: phase.take_in(one, site), lambda: phase.take_in(two, site))
    assert sorted(added) == [0, 7]
    assert len(phase.board(one, site).seats) == 7


@pytest.mark.requirement("R-PHA-1")
def test_a_pupil_in_two_files_is_marked(site: Site, on: On, clerk: Actor) -> None:
    send_bulk(site, on, 3, 60, number=2)
    phase.take_in(clerk, site)
    assert [seat.upn for seat in phase.board(clerk, site).seats if seat.twice] == [making.upn(3)] * 2


@pytest.mark.requirement("R-PHA-1")
def test_a_file_that_waits_since_the_last_school_year_comes_on_the_board(site: Site, on: On) -> None:
    making_clock = site.clock
    making_clock.now = making.datetime(2026, 8, 28, 10, 0)
    send_bulk(site, on, 1, 2)
    making_clock.now = making.datetime(2026, 9, 1, 10, 0)
    assert phase.take_in(on("user", "680"), site) == 2


@pytest.mark.requirement("R-PHA-1")
def test_a_file_collected_this_school_year_comes_on_the_board_and_one_of_an_earlier_year_does_not(
    lite: Site, tmp_path: Path
) -> None:
    on = partial(making.logged_on, lite)
    steps.collected(on("user", "680"), lite, send_bulk(lite, on, 1, 2), tmp_path)
    lite.clock.forward(days=365)
    steps.collected(on("user", "680"), lite, send_bulk(lite, on, 3), tmp_path)
    clerk = on("user", "680")
    assert phase.take_in(clerk, lite) == 1
    assert [seat.upn for seat in phase.board(clerk, lite).seats] == [making.upn(3)]


@pytest.mark.requirement("R-PHA-1")
def test_a_list_allocates_to_no_school_that_is_inactive_or_closed(lite: Site) -> None:
    on = partial(making.logged_on, lite)
    send_bulk(lite, on, 1, 2)
    clerk = on("user", "680")
    phase.take_in(clerk, lite)
    lite.store.write(Establishment.update(active=False).where(Establishment.number == "6814060").execute)
    establishments.close(on("wg", "WG"), lite, "6802310", making.past(0))
    told = phase.allocate(clerk, lite, ["upn,school", f"{making.upn(1)},6814060", f"{making.upn(2)},6802310"])
    assert (told.done, told.wrong) == (0, ((2, "6814060"), (3, "6802310")))
    assert phase.board(clerk, lite).counts == {}


@pytest.mark.requirement("R-PHA-1")
def test_a_file_that_was_forwarded_whole_does_not_come_on_the_board(site: Site, on: On) -> None:
    bulk = send_bulk(site, on, 1)
    clerk = on("user", "680")
    assert forwarding.forward(clerk, site, bulk, "6804031").status == uploads.SENT
    assert phase.take_in(clerk, site) == 0


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize("act", ["reject", "recall", "recall-collected"])
def test_what_was_rejected_or_called_back_is_not_sent_on(site: Site, on: On, act: str) -> None:
    bulk = send_bulk(site, on, 1, 2)
    clerk, school = on("user", "680"), on("school", "6804012")
    phase.take_in(clerk, site)
    phase.assign(clerk, site, ids(clerk, site), "6804031")
    if act == "reject":
        transfers.reject(clerk, site, [bulk], "not ours")
    else:
        if act == "recall-collected":
            phase.assign(clerk, site, ids(clerk, site)[:1], "6814053")
            next(phase.send(clerk, site))
        transfers.recall(school, site, bulk, "wrong children")
    left = [seat for seat in phase.board(clerk, site).seats if seat.sent_as is None]
    assert left == []
    forget_mails(site)
    assert list(phase.send(clerk, site)) == []
    told = phase.allocate(clerk, site, ["upn,school", f"{making.upn(2)},6802310"])
    assert (told.done, len(told.unknown)) == (0, 1)
    if act == "recall-collected":
        (sent,) = ids(clerk, site)
        with pytest.raises(Refused) as refused:
            phase.change_place(clerk, site, sent, "6802310")
        assert refused.value.code == "file-gone"
    assert mails(site) == []


# Allocating


@pytest.mark.requirement("R-PHA-1")
def test_pupils_are_allocated_and_it_can_be_undone(site: Site, clerk: Actor) -> None:
    seats = ids(clerk, site)
    assert phase.assign(clerk, site, seats[:3], "6804031") == dict.fromkeys(seats[:3], "")
    before = phase.assign(clerk, site, seats[1:4], "6814053")
    assert before == {seats[1]: "6804031", seats[2]: "6804031", seats[3]: ""}
    assert phase.board(clerk, site).counts == {"6804031": 1, "6814053": 3}
    phase.restore(clerk, site, before)
    board = phase.board(clerk, site)
    assert board.counts == {"6804031": 3}
    assert board.names["6804031"] == making.SCHOOLS["6804031"]
    assert not [seat for seat in board.seats[:4] if seat.school]
    phase.assign(clerk, site, seats[:3], None)
    assert phase.board(clerk, site).counts == {}
    assert len(audited(site, "phase-assign")) == 4


@pytest.mark.requirement("R-PHA-1")
def test_undoing_leaves_what_a_colleague_has_done_since(site: Site, on: On, clerk: Actor) -> None:
    seats = ids(clerk, site)
    before = phase.assign(clerk, site, seats[:2], "6804031")
    phase.assign(on("dba", "680"), site, seats[:1], "6814053")
    phase.restore(clerk, site, before)
    assert phase.board(clerk, site).counts == {"6814053": 1}


@pytest.mark.requirement("R-PHA-1")
def test_a_school_that_takes_no_files_takes_no_pupils(site: Site, on: On, clerk: Actor) -> None:
    seats = ids(clerk, site)
    site.store.write(
        lambda: Establishment.update(active=False).where(Establishment.number == "6814060").execute()
    )
    establishments.close(on("wg", "WG"), site, "6802310", making.past(0))
    for school, code in (
        ("6814060", "school-inactive"),
        ("6802310", "school-closed"),
        ("6809999", "school-unknown"),
        ("680LLLL", "school-unknown"),
        ("", "school-unknown"),
        ("'; DROP TABLE allocation; --", "school-unknown"),
        ("\0", "school-unknown"),
    ):
        with pytest.raises((Refused, NotFound)) as told:
            phase.assign(clerk, site, seats[:1], school)
        assert told.value.code == code
    assert phase.board(clerk, site).counts == {}


@pytest.mark.requirement("R-PHA-1")
def test_one_pupil_that_has_gone_keeps_the_whole_choice_as_it_was(site: Site, clerk: Actor) -> None:
    seats = ids(clerk, site)
    phase.assign(clerk, site, seats[:1], "6804031")
    list(phase.send(clerk, site))
    with pytest.raises(Refused) as told:
        phase.assign(clerk, site, seats, "6814053")
    assert told.value.code == "seat-sent"
    assert phase.board(clerk, site).counts == {}


@pytest.mark.requirement("R-PHA-1")
def test_a_list_allocates_and_says_what_it_could_not(site: Site, clerk: Actor) -> None:
    told = phase.allocate(
        clerk,
        site,
        [
            "\ufeffUPN;Name;School\r\n",
            f"{making.upn(1)};Llwyd;6804031\r\n",
            ";;\r\n",
            "\r\n",
            f"{making.upn(2).lower()};=1+1;6809999\r\n",
            f"{making.upn(99)};x;6804031\r\n",
            f"{making.upn(3)};x;6804031\r\n",
            f"{making.upn(3)};x;6814053\r\n",
            ";x;6804031\r\n",
        ],
    )
    assert told.done == 1
    assert told.unknown == ((6, making.upn(99)),)
    assert told.wrong == ((5, "6809999"), (7, making.upn(3)), (8, making.upn(3)), (9, "6804031"))
    assert phase.board(clerk, site).counts == {"6804031": 1}


@pytest.mark.requirement("R-PHA-1")
def test_a_board_of_five_thousand_pupils_is_fast(site: Site, on: On) -> None:
    bulk = send_bulk(site, on, 1)
    clerk = on("user", "680")
    phase.take_in(clerk, site)
    rows = [
        {
            "authority": "680",
            "transfer": bulk,
            "position": number,
            "upn": f"X{number}",
            "surname": "Llwyd",
            "forename": "Siân",
            "born": making.past(4000),
        }
        for number in range(2, 5001)
    ]
    site.store.write(lambda: insert(Allocation, rows))
    seats = ids(clerk, site)
    statements = []
    real = site.store.database.execute_sql
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            site.store.database, "execute_sql", lambda *a, **k: statements.append(1) or real(*a, **k)
        )
        start = time.process_time()
        before = phase.assign(clerk, site, seats[:2000], "6804031")
        phase.restore(clerk, site, before)
        board = phase.board(clerk, site)
    assert time.process_time() - start < 4
    assert len(statements) < 60
    assert len(board.seats) == 5000


# Sending


@pytest.mark.requirement("R-PHA-1")
def test_each_school_gets_one_file_with_its_pupils_unchanged(site: Site, on: On) -> None:
    odd = '<Extra xmlns:q="urn:q" q:a="1">&#233;<!-- note --></Extra>'
    kids = [replace(child, more=odd) for child in children(1, 2, 3)]
    school = on("school", "6804012")
    uploads.upload(school, site, offered("6804012", "680LLLL", 1, kids))
    clerk = on("la-school", "680")
    phase.take_in(clerk, site)
    seats = {seat.upn: seat.id for seat in phase.board(clerk, site).seats}
    phase.assign(clerk, site, [seats[making.upn(1)], seats[making.upn(3)]], "6804031")
    phase.assign(clerk, site, [seats[making.upn(2)]], "6814053")
    forget_mails(site)
    told = []
    steps = list(phase.send(clerk, site, lambda done, total: told.append((done, total))))
    assert told == [(1, 2), (2, 2)]
    assert [(step.school, step.name, step.pupils, step.receipt.status) for step in steps] == [
        ("6804031", "680LLLL_CTF_6804031_001.XML", 2, "sent"),
        ("6814053", "680LLLL_CTF_6814053_001.XML", 1, "sent"),
    ]
    with site.store.connection():
        row = Transfer.get(Transfer.id == steps[0].receipt.id)
        sent = content.fetch(row.content_id)
        assert [pupil.upn for pupil in Pupil.select().where(Pupil.transfer == row.id)] == [
            making.upn(1),
            making.upn(3),
        ]
    assert sent.count(odd.encode()) == 2
    found = ctf.read(sent, source="680LLLL", destination="6804031", today=making.past(0))
    assert [pupil.upn for pupil in found.pupils] == [making.upn(1), making.upn(3)]
    assert mails(site) == [
        ("arrived", "office@s6804031.example"),
        ("arrived", "office@s6814053.example"),
        ("collected", "office@s6804012.example"),
        ("confirmed", "data@la680.example"),
        ("confirmed", "data@la680.example"),
        ("copy", "data@la681.example"),
    ]
    require_nothing_personal(site)
    assert [seat.sent_as for seat in phase.board(clerk, site).seats] == [
        steps[0].receipt.id,
        steps[1].receipt.id,
        steps[0].receipt.id,
    ]


@pytest.mark.requirement("R-PHA-1")
def test_sending_that_was_stopped_goes_on_with_the_rest(site: Site, clerk: Actor) -> None:
    seats = ids(clerk, site)
    for place, school in enumerate(("6804031", "6814053", "6604025")):
        phase.assign(clerk, site, seats[place : place + 1], school)
    job = phase.send(clerk, site)
    assert next(job).school == "6604025"
    job.close()
    assert phase.board(clerk, site).counts == {"6804031": 1, "6814053": 1}
    assert [step.school for step in phase.send(clerk, site)] == ["6804031", "6814053"]
    assert list(phase.send(clerk, site)) == []
    assert len(sent_files(site)) == 3


@pytest.mark.requirement("R-PHA-1")
def test_two_clerks_who_send_at_once_send_each_school_one_file(site: Site, on: On, clerk: Actor) -> None:
    seats = ids(clerk, site)
    for place, school in enumerate(("6804031", "6814053", "6604025")):
        phase.assign(clerk, site, seats[2 * place : 2 * place + 2], school)
    other = on("dba", "680")
    results = at_once(site, lambda: list(phase.send(clerk, site)), lambda: list(phase.send(other, site)))
    assert errors(results) == []
    steps = [step for result in results for step in result]
    assert sorted(step.school for step in steps) == ["6604025", "6804031", "6814053"]
    assert all(step.receipt.status == "sent" for step in steps)
    assert [pupils for *_, pupils in sent_files(site)] == [2, 2, 2]
    told = mails(site)
    assert [about for about, _ in told].count("arrived") == 3
    assert [about for about, _ in told].count("collected") == 1
    with site.store.connection():
        assert Download.select().count() == 1


@pytest.mark.requirement("R-PHA-1")
def test_a_transaction_that_is_tried_again_sends_nothing_twice_and_loses_nothing(
    site: Site, clerk: Actor
) -> None:
    seats = ids(clerk, site)
    with every_write_fails_once() as undone:
        phase.assign(clerk, site, seats[:2], "6804031")
        (step,) = phase.send(clerk, site)
        phase.change_place(clerk, site, seats[0], "6814053")
    assert len(undone) >= 3
    assert step.receipt.status == "sent"
    assert [(name, pupils) for name, _, pupils in sent_files(site)] == [
        ("680LLLL_CTF_6804031_001.XML", 2),
        ("680LLLL_CTF_6814053_001.XML", 1),
    ]
    assert mails(site) == [
        ("arrived", "office@s6804031.example"),
        ("arrived", "office@s6814053.example"),
        ("collected", "office@s6804012.example"),
        ("confirmed", "data@la680.example"),
        ("confirmed", "data@la680.example"),
        ("copy", "data@la681.example"),
        ("discard", "office@s6804031.example"),
    ]
    with site.store.connection():
        assert Download.select().count() == 1


@pytest.mark.requirement("R-PHA-1")
def test_a_school_that_closed_meanwhile_is_refused_and_stops_none_of_the_others(
    site: Site, on: On, clerk: Actor
) -> None:
    seats = ids(clerk, site)
    phase.assign(clerk, site, seats[:1], "6802310")
    establishments.close(on("wg", "WG"), site, "6802310", making.past(0))
    (step,) = phase.send(clerk, site)
    assert (step.receipt.status, step.receipt.problems[-1].code) == ("refused", "destination-closed")
    with site.store.connection():
        # Nothing was sent on, so nothing was collected.
        assert {row.state for row in Transfer.select()} == {"awaiting"}
        assert Download.select().count() == 0
    assert mails(site) == []
    assert audited(site, "phase-send") == [(clerk.user, "6802310", "refused")]
    phase.assign(clerk, site, seats[1:2], "6804031")
    assert [step.receipt.status for step in phase.send(clerk, site)] == ["refused", "sent"]


@pytest.mark.requirement("R-PHA-1")
def test_a_file_that_cannot_be_cut_apart_after_all_is_refused_and_stops_none_of_the_others(
    site: Site, on: On, clerk: Actor
) -> None:
    # A name of an element that one XML parser takes and another doesn't: no upload takes it any more, so it
    # is put in the place of a file that came.
    odd = [Child(making.upn(70, "6802310"))]
    receipt = uploads.upload(on("school", "6802310"), site, offered("6802310", "680LLLL", 1, odd))
    uncut = making.ctf("6802310", "680LLLL", [replace(odd[0], more="<Ꙁ/>")])
    digest = content.digest_of(uncut)

    def swap() -> None:
        content.keep(digest, len(uncut), content.pack(uncut))
        Transfer.update(content=digest).where(Transfer.id == receipt.id).execute()

    site.store.write(swap)
    phase.take_in(clerk, site)
    by_upn = {seat.upn: seat.id for seat in phase.board(clerk, site).seats}
    phase.assign(clerk, site, [by_upn[making.upn(70, "6802310")]], "6804031")
    phase.assign(clerk, site, [by_upn[making.upn(1)]], "6814053")
    steps = list(phase.send(clerk, site))
    assert [(step.school, step.receipt.status) for step in steps] == [
        ("6804031", "refused"),
        ("6814053", "sent"),
    ]


@pytest.mark.requirement("R-PHA-1")
def test_another_pupils_element_is_never_sent(site: Site, clerk: Actor) -> None:
    seats = ids(clerk, site)
    phase.assign(clerk, site, seats[:1], "6804031")
    away = Allocation.update(position=102).where(Allocation.id == seats[1])
    site.store.write(away.execute)
    for position in (2, 99, 0):
        wrong = Allocation.update(position=position).where(Allocation.id == seats[0])
        site.store.write(wrong.execute)
        (step,) = phase.send(clerk, site)
        assert [problem.code for problem in step.receipt.problems] == ["seat-differs"]
    assert sent_files(site) == []


KILLED = """
import sys, os, signal
sys.path.insert(0, {tests!r})
import making
from s2s_tui.base.settings import Settings
from s2s_tui.services import phase
from s2s_tui.services.site import Site
from s2s_tui.store.database import open_store
site = Site(open_store({url!r}), Settings(argon2_memory_kib=8, argon2_passes=1), making.Clock(), b"k" * 32)
clerk = making.logged_on(site, "user", "680")
for step in phase.send(clerk, site):
    print(step.school, flush=True)
    sys.stdin.readline()
"""


@pytest.mark.requirement("R-PHA-1")
def test_sending_survives_a_kill_in_the_middle(site: Site, clerk: Actor) -> None:
    seats = ids(clerk, site)
    for place, school in enumerate(("6804031", "6814053", "6604025")):
        phase.assign(clerk, site, seats[2 * place : 2 * place + 2], school)
    script = KILLED.format(tests=str(Path(making.__file__).parent), url=site.store.url)
    # Its audit key differs: what it seals is of no concern here.
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as job:
        assert job.stdout is not None
        assert job.stdout.readline().strip() == "6604025"
        os.kill(job.pid, signal.SIGKILL)
    assert phase.board(clerk, site).counts == {"6804031": 2, "6814053": 2}
    assert [step.school for step in phase.send(clerk, site)] == ["6804031", "6814053"]
    assert [pupils for *_, pupils in sent_files(site)] == [2, 2, 2]


@pytest.mark.requirement("R-PHA-1")
def test_a_failure_half_way_through_a_schools_file_leaves_nothing_of_it(
    site: Site, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats = ids(clerk, site)
    phase.assign(clerk, site, seats[:2], "6804031")
    real = Allocation.update

    def broken(*_args: object, **_values: object) -> object:
        raise RuntimeError("the power went")

    monkeypatch.setattr(Allocation, "update", broken)
    with pytest.raises(RuntimeError):
        list(phase.send(clerk, site))
    monkeypatch.setattr(Allocation, "update", real)
    assert sent_files(site) == []
    assert mails(site) == []
    assert [step.receipt.status for step in phase.send(clerk, site)] == ["sent"]


# A changed place


@pytest.mark.requirement("R-PHA-2")
def test_a_changed_place_goes_to_the_new_school_and_the_old_one_is_told_to_discard(
    site: Site, clerk: Actor
) -> None:
    seats = ids(clerk, site)
    phase.assign(clerk, site, seats[:2], "6804031")
    list(phase.send(clerk, site))
    forget_mails(site)
    receipt = phase.change_place(clerk, site, seats[1], "6814053")
    assert (receipt.status, receipt.pupils) == ("sent", 1)
    assert mails(site) == [
        ("arrived", "office@s6814053.example"),
        ("confirmed", "data@la680.example"),
        ("copy", "data@la681.example"),
        ("discard", "office@s6804031.example"),
    ]
    (letter,) = notices(site, "discard")
    assert "a pupil in the file 680LLLL_CTF_6804031_001.XML that Newport sent to you" in letter
    require_nothing_personal(site)
    seat = next(seat for seat in phase.board(clerk, site).seats if seat.id == seats[1])
    assert seat.upn in letter, "a message may name the pupil, a mail may not"
    assert (seat.school, seat.sent_as) == ("6814053", receipt.id)
    assert audited(site, "phase-change") == [(clerk.user, "680LLLL_CTF_6814053_001.XML", "done")]


@pytest.mark.requirement("R-PHA-2")
def test_a_place_is_changed_only_where_there_is_one(site: Site, on: On, clerk: Actor) -> None:
    seats = ids(clerk, site)
    with pytest.raises(Refused) as told:
        phase.change_place(clerk, site, seats[0], "6804031")
    assert told.value.code == "seat-unsent"
    phase.assign(clerk, site, seats[:1], "6804031")
    list(phase.send(clerk, site))
    with pytest.raises(Refused) as told:
        phase.change_place(clerk, site, seats[0], "6804031")
    assert told.value.code == "seat-same"
    forget_mails(site)
    establishments.close(on("wg", "WG"), site, "6802310", making.past(0))
    with pytest.raises(Refused):
        phase.change_place(clerk, site, seats[0], "6802310")
    assert mails(site) == []


@pytest.mark.requirement("R-PHA-2")
def test_two_clerks_who_change_a_place_at_once_send_one_file(site: Site, on: On, clerk: Actor) -> None:
    seats = ids(clerk, site)
    phase.assign(clerk, site, seats[:1], "6804031")
    list(phase.send(clerk, site))
    other = on("dba", "680")
    results = at_once(
        site,
        lambda: phase.change_place(clerk, site, seats[0], "6814053"),
        lambda: phase.change_place(other, site, seats[0], "6814053"),
    )
    assert errors(results) == ["seat-same"]
    assert [about for about, _ in mails(site)].count("discard") == 1
    assert len(sent_files(site)) == 2


@pytest.mark.requirement("R-PHA-1")
def test_hostile_names_go_through_as_they_are(site: Site, on: On) -> None:
    hostile = Child(making.upn(1), surname='[red]"><script>&\u202e', forename="{0} %s '--")
    receipt = uploads.upload(on("school", "6804012"), site, offered("6804012", "680LLLL", 1, [hostile]))
    assert receipt.status == "sent", receipt
    clerk = on("user", "680")
    phase.take_in(clerk, site)
    (seat,) = phase.board(clerk, site).seats
    assert (seat.surname, seat.forename) == (hostile.surname, hostile.forename)
    phase.assign(clerk, site, [seat.id], "6804031")
    (step,) = phase.send(clerk, site)
    assert step.receipt.status == "sent"
    require_nothing_personal(site, "script", "%s")
