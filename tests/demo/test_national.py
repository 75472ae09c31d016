"""A past made in bulk is as whole and true as what is told one by one (`demo --scale national`)."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import making
import numpy as np
import pytest

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Refused, Unreachable
from s2s_tui.demo import bulk, past, people, rhythm, scales, world
from s2s_tui.demo.scales import Scale
from s2s_tui.demo.world import World
from s2s_tui.rules import ctf, names
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.problems import Severity
from s2s_tui.rules.upn import upn_problem
from s2s_tui.services import accounts, home, listing, lost_index, pupils, upkeep
from s2s_tui.services.site import Site, open_site
from s2s_tui.store import content, models, snapshots
from s2s_tui.store.models import AuditEntry, Content, Download, LostPupil, Pupil, Transfer

from .conftest import CHEAP

PAST, PAST_LOST, TOLD = 3_000, 1_000, 200
SCHOOLS = {"301": 12, "660": 10, "680": 14, "681": 12}
TINY = Scale("tiny", SCHOOLS, tuple(SCHOOLS), TOLD, PAST, PAST_LOST)


@pytest.fixture(scope="module", autouse=True)
def _known() -> Iterator[None]:
    scales.NAMES["tiny"] = lambda: TINY
    yield
    del scales.NAMES["tiny"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, _known: None) -> World:
    folder = tmp_path_factory.mktemp("national") / "tiny"
    return world.make(CHEAP, "tiny", making.Clock(), folder=folder)


@pytest.fixture
def site(tiny: World) -> Iterator[Site]:
    opened = replace(open_site(tiny.settings), clock=making.Clock())
    with opened.store.connection():
        yield opened
    opened.store.close()


@pytest.mark.requirement("R-SYS-3")
def test_its_audit_chains_and_contents_verify(site: Site) -> None:
    verdict = upkeep.verify(site)
    assert verdict.ok, verdict.problems
    assert verdict.audit_entries > 2 * PAST


def test_it_has_as_many_files_and_lost_pupils_as_its_scale_says(site: Site) -> None:
    told = TOLD + Transfer.select().where(Transfer.forwarded_from.is_null(False)).count()
    assert TOLD + PAST <= Transfer.select().count() <= told + PAST
    lost = Transfer.destination.in_((LOST, LEFT))
    assert LostPupil.select().count() == Transfer.select().where(lost).count() > PAST_LOST
    assert {row.state for row in LostPupil.select()} == {"lost", "downloaded", "forwarded", "removed"}
    assert {row.state for row in Transfer.select()} == {"awaiting", "collected", "rejected", "deleted"}
    assert {row.kind for row in Transfer.select()} == set(names.Kind)


def test_it_follows_the_school_year_and_grows(site: Site) -> None:
    days = [local_date(row.uploaded_at) for row in Transfer.select()]
    assert max(day.weekday() for day in days) == 4
    months = Counter(day.month for day in days)
    assert months[9] > months[2] > months[8]
    years = Counter(school_year(day) for day in days)
    whole = [years[year] for year in sorted(years)][:-1]
    assert len(whole) == 4
    assert whole == sorted(whole)
    moments = rhythm.moments(np.random.default_rng(1), 500, days[0], making.NOW)
    assert moments.max() < rhythm.seconds(making.NOW)


def test_every_time_lies_in_the_past_and_in_its_order(site: Site) -> None:
    moves = {move.id: move for move in Transfer.select()}
    for move in moves.values():
        known = [at for at in (move.uploaded_at, move.state_at, move.recalled_at, making.NOW) if at]
        assert known == sorted(known), move.name
        assert (move.state == "awaiting") == (move.state_at is None)
    for given in Download.select():
        assert moves[given.transfer_id].uploaded_at <= given.at <= (given.confirmed_at or making.NOW)


def test_every_collected_file_was_downloaded_by_its_destination(site: Site) -> None:
    taken = {given.transfer_id: given for given in Download.select().where(~Download.is_copy)}
    for move in Transfer.select().where(Transfer.state == "collected"):
        given = taken[move.id]
        assert (given.username, given.confirmed_at) == (move.state_by, move.state_at)
        assert given.organisation in (move.destination, move.destination[:3])


def test_names_follow_the_rules_and_no_name_is_used_twice(site: Site) -> None:
    moves = list(Transfer.select())
    assert len({move.name_key for move in moves}) == len(moves)
    for move in moves:
        name = names.parse(move.name)
        assert (name.key, str(name.kind), name.source) == (move.name_key, move.kind, move.source)


def test_a_number_is_one_pupils_and_right(site: Site) -> None:
    known: dict[str, tuple[str, str, object]] = {}
    for pupil in Pupil.select():
        assert upn_problem(pupil.upn) is None
        assert known.setdefault(pupil.upn, (pupil.surname, pupil.forename, pupil.born)) == (
            pupil.surname,
            pupil.forename,
            pupil.born,
        )


@pytest.mark.requirement("R-DWN-8")
def test_some_pupils_moved_more_than_once_along_a_chain_of_schools(site: Site) -> None:
    rows = (
        Pupil.select(Pupil.upn, Transfer.source, Transfer.destination)
        .join(Transfer)
        .where(Transfer.forwarded_from.is_null() & (Transfer.pupil_count == 1))
        .order_by(Transfer.uploaded_at)
        .tuples()
    )
    moves: dict[str, list[tuple[str, str]]] = {}
    for upn, source, destination in rows:
        moves.setdefault(upn, []).append((source, destination))
    twice = [chain for chain in moves.values() if len(chain) > 1]
    assert len(twice) > PAST / 50
    assert all(first[1] == second[0] for chain in twice for first, second in pairwise(chain))


@pytest.mark.requirement("R-LPD-1", "R-UPL-5")
def test_what_can_still_be_downloaded_holds_the_pupils_of_its_rows(site: Site) -> None:
    lately = making.NOW - timedelta(days=past.KEPT_DAYS)
    kept = (Transfer.kind == "ctf") & ((Transfer.uploaded_at > lately) | (Transfer.state == "awaiting"))
    looked_at = list(Transfer.select().where(kept | Transfer.destination.in_((LOST, LEFT))))
    assert len(looked_at) > PAST_LOST
    for move in looked_at:
        read = _read(move)
        assert not [problem for problem in read.problems if problem.severity is Severity.REFUSE], move.name
        rows = [(row.upn, row.surname, row.born, row.gender) for row in move.pupils.order_by(Pupil.position)]
        assert [(p.upn, p.surname, p.born, p.gender) for p in read.pupils] == rows, move.name
    for row in LostPupil.select().where(LostPupil.id > LostPupil.select().count() - PAST_LOST):
        (pupil,) = _read(row.transfer).pupils
        for name in (
            "former_upn",
            "former_surname",
            "preferred_forename",
            "middle_names",
            "town",
            "postcode",
        ):
            assert getattr(row, name) == getattr(pupil, name), name
    for forward in Transfer.select().where(Transfer.forwarded_from.is_null(False)):
        origin = Transfer.get(Transfer.id == forward.forwarded_from)
        assert (origin.content_id, origin.source) == (forward.content_id, forward.source)
        assert origin.uploaded_at < forward.uploaded_at


def _read(move: Transfer) -> ctf.Ctf:
    """A file as its destination reads it."""
    return ctf.read(
        content.fetch(move.content_id),
        source=move.source,
        destination=move.destination,
        today=making.NOW.date(),
        forwarded=bool(move.forwarded_from),
    )


def test_what_nobody_can_download_any_more_shares_its_content(site: Site) -> None:
    sizes = {row.digest: row.size for row in Content.select()}
    assert len(sizes) < Transfer.select().count() * 0.8
    assert all(sizes[move.content_id] == move.size for move in Transfer.select())


@pytest.mark.requirement("R-LPD-10")
def test_lost_pupils_change_in_an_order_that_the_counter_ends(site: Site) -> None:
    changes = sorted(row.change for row in LostPupil.select())
    assert changes == list(range(1, len(changes) + 1))
    assert models.Counter.get(models.Counter.name == "lost").value == changes[-1]
    forwarded = {row.transfer_id for row in LostPupil.select().where(LostPupil.state == "forwarded")}
    assert forwarded == {row.forwarded_from for row in Transfer.select() if row.forwarded_from}


def test_the_audit_log_tells_of_every_act_in_the_order_of_time(site: Site) -> None:
    acts = Counter(entry.action for entry in AuditEntry.select())
    assert acts["upload"] == Transfer.select().count()
    assert acts["confirm"] == Transfer.select().where(Transfer.state == "collected").count()
    assert acts["reject"] == Transfer.select().where(Transfer.state == "rejected").count()
    assert acts["download"] + acts["lost-download"] == Download.select().count()
    for act, state in (("confirm", "downloaded"), ("forward", "forwarded"), ("remove", "removed")):
        assert acts[f"lost-{act}"] == LostPupil.select().where(LostPupil.state == state).count()
    digests = {row.id: row.content_id for row in Transfer.select()}
    before: dict[str, object] = {}
    for entry in AuditEntry.select().order_by(AuditEntry.chain, AuditEntry.number):
        assert before.get(entry.chain, entry.at) <= entry.at
        before[entry.chain] = entry.at
        if entry.action == "upload":
            details = json.loads(entry.details)
            assert digests[details["id"]] == details["digest"]


def test_its_tables_are_those_of_any_database(tiny: World, tmp_path: Path) -> None:
    upkeep.bare(replace(CHEAP, database=f"sqlite:///{tmp_path}/new.sqlite")).store.close()
    asked = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    found = [
        sqlite3.connect(path).execute(asked).fetchall()
        for path in (tmp_path / "new.sqlite", tiny.folder / "s2s.sqlite")
    ]
    assert found[0] == found[1]
    with sqlite3.connect(tiny.folder / "s2s.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.requirement("R-SYS-1")
def test_those_who_work_there_have_something_to_see(site: Site) -> None:
    for username in ("301user", "680user", "680transfer", "s6804012"):
        actor = accounts.log_on(site, username, people.PASSWORD)
        assert home.overview(actor, site).needs
        assert listing.files(actor, site, "ctf", "mine", view="collected").count()


@pytest.mark.requirement("R-DWN-1", "R-DWN-8", "R-SYS-1")
@pytest.mark.parametrize("username", ["680user", "s6804012"])
def test_no_list_reads_the_whole_of_a_table(
    site: Site, username: str, caplog: pytest.LogCaptureFixture
) -> None:
    actor = accounts.log_on(site, username, people.PASSWORD)
    caplog.set_level("DEBUG", logger="peewee")
    home.overview(actor, site)
    for tab in listing.tabs(actor, "ctf"):
        for sort in listing.SORTS:
            found = listing.files(actor, site, "ctf", tab, view="collected")
            found.count()
            found.page(0, 40, sort)
    if username == "680user":
        uncollected = listing.files(actor, site, "ctf", listing.UNCOLLECTED)
        uncollected.count()
        uncollected.page()
    listing.files(actor, site, "ctf", "mine", narrowed=listing.Filter(pupil="Jones Rh")).count()
    pupils.find(actor, site, "Jones Rh")
    asked = [record.msg for record in caplog.records if record.msg[0].startswith("SELECT")]
    assert len(asked) > 20
    for sql, params in asked:
        plan = [row[3] for row in site.store.database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params)]
        whole = [step for step in plan if step in {f"SCAN {name}" for name in ("t1", "t2", "t3")}]
        assert not whole or ('"transfer"' not in sql and '"pupil"' not in sql), (sql, plan)


def test_it_is_kept_between_runs_with_its_snapshot(tiny: World) -> None:
    began = time.process_time()
    again = world.make(CHEAP, "tiny", making.Clock(), folder=tiny.folder)
    assert not again.is_new
    assert again.accounts == tiny.accounts
    assert time.process_time() - began < 1
    site = open_site(again.settings)
    kept = snapshots.read(lost_index.folder(site))
    assert kept is not None
    with site.store.connection():
        assert kept.facts["change"] == LostPupil.select().count()


def test_one_that_is_killed_leaves_no_world_and_no_process(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from s2s_tui.base.settings import Settings\n"
        "from s2s_tui.demo import scales, world\n"
        "from pathlib import Path\n"
        f"one = scales.Scale('tiny', {SCHOOLS!r}, {tuple(SCHOOLS)!r}, 100, 8_000, 2_000)\n"
        "scales.NAMES['tiny'] = lambda: one\n"
        "def told(done, total):\n"
        "    if done > total // 5:\n"
        "        print('some', flush=True)\n"
        "cheap = Settings(argon2_memory_kib=8, argon2_passes=1)\n"
        "world.make(cheap, 'tiny', folder=Path(sys.argv[1]), on_progress=told)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "demo")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as maker:
        assert maker.stdout is not None
        assert maker.stdout.readline() == "some\n"
        os.kill(maker.pid, signal.SIGKILL)
        maker.wait()
        assert not (tmp_path / "demo").exists()
        end = time.monotonic() + 60
        while _alive(maker.pid) and time.monotonic() < end:
            time.sleep(0.05)
        assert not _alive(maker.pid)
    assert world.make(CHEAP, "tiny", making.Clock(), folder=tmp_path / "demo").is_new
    assert list(tmp_path.iterdir()) == [tmp_path / "demo"]


def _alive(group: int) -> bool:
    """Whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_disk_that_is_too_small_is_told_of_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=6_000_000_000))
    with pytest.raises(Refused) as refused:
        world.make(CHEAP, "national", making.Clock(), folder=tmp_path / "demo")
    assert refused.value.code == "demo-room"
    assert refused.value.params["free"] == "6.0"
    assert not list(tmp_path.iterdir())


# Several processes


def test_work_comes_back_in_turn_whoever_did_it() -> None:
    assert list(bulk.in_turn(range(10), lambda job: (job, os.getpid()), 3))[4][0] == 4
    found = list(bulk.in_turn(range(10), lambda job: (job, os.getpid()), 3))
    assert [job for job, _ in found] == list(range(10))
    assert len({process for _, process in found} - {os.getpid()}) == 3


def test_a_fault_of_a_process_is_raised_where_its_work_is_waited_for() -> None:
    def work(job: int) -> float:
        return 1 / job

    with pytest.raises(ZeroDivisionError):
        list(bulk.in_turn([1, 0, 2], work, 2))


def test_a_process_that_was_killed_is_told_of() -> None:
    def work(job: int) -> int:
        if job:
            os.kill(os.getpid(), signal.SIGKILL)
        return job

    with pytest.raises(Unreachable) as gone:
        list(bulk.in_turn([0, 1], work, 2))
    assert gone.value.code == "demo-worker"
