"""The snapshot that all searches of a machine share, and what came since (architecture: Speed, Data)."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from looking import find, lose, many

from s2s_tui.services import lost, lost_index
from s2s_tui.store import snapshots

TESTS = str(Path(__file__).parent.parent)
SESSION = """
import sys
sys.path.insert(0, sys.argv[1])
from s2s_tui.base.settings import Settings
from s2s_tui.services import lost_index, site as sites
lost_index.IN_MEMORY = 100
site = sites.open_site(Settings(database=sys.argv[2], key_file=sys.argv[3]))
"""
SEARCHER = (
    SESSION
    + """
from looking import find
from s2s_tui.rules.roles import Actor, Role
actor = Actor("681lostpupil", Role.LOST_PUPIL, "681", sys.argv[4])
print(len(find(actor, site, surname="Jones", dob="2014")), flush=True)
sys.stdin.readline()
print(len(find(actor, site, surname="Zzquist")), flush=True)
sys.stdin.readline()
"""
)
BUILDER = (
    SESSION
    + """
import time
from s2s_tui.store import snapshots
real = snapshots._sync
def slow(path):
    real(path)
    print("writing", flush=True)
    time.sleep(20)
snapshots._sync = slow
lost_index.rebuild(site)
"""
)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Snapshots from a hundred records on, and nothing kept from other tests."""
    monkeypatch.setattr(lost_index, "IN_MEMORY", 100)
    monkeypatch.setattr(lost_index, "_loaded", {})
    monkeypatch.setattr(lost_index, "_started", -1000.0)


@pytest.fixture
def finder(site, on):
    return on("lost-pupil", "681")


def process(script, site, *more):
    return subprocess.Popen(
        [sys.executable, "-c", script, TESTS, site.settings.database, site.settings.key_file, *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )


def snapshots_of(site):
    place = lost_index.folder(site)
    return sorted(path.name for path in place.glob("s*")) if place.exists() else []


@pytest.mark.requirement("R-LPD-5")
def test_few_records_leave_nothing_on_the_disk(site, finder):
    lose(site, 1, surname="Quill")
    assert find(finder, site, surname="Quill") == ["Siân Quill"]
    assert snapshots_of(site) == []


@pytest.mark.requirement("R-LPD-5")
def test_many_are_a_snapshot_and_what_comes_later_stands_beside_it(site, on, finder, tmp_path):
    many(site, 150)
    assert len(find(finder, site, surname="Jones", begins=True, limit=1000)) > 3
    made = snapshots_of(site)
    assert len(made) == 1
    ids = [lose(site, number, surname=f"Quill{'abc'[number - 1]}") for number in (1, 2, 3)]
    assert sorted(find(finder, site, surname="Quill", begins=True)) == [
        "Siân Quilla",
        "Siân Quillb",
        "Siân Quillc",
    ]
    taker = on("lost-pupil-transfer", "681")
    lost.download(taker, site, ids[0], tmp_path, on_roll=True)
    lost.confirm(taker, site, ids[0])
    lost.remove(on("lost-pupil", "680"), site, [ids[1]], "Sent in error.")
    assert find(finder, site, surname="Quill", begins=True) == ["Siân Quillc"]
    both = find(finder, site, surname="Quill", begins=True, include_resolved=True)
    assert sorted(both) == ["Siân Quilla", "Siân Quillc"]
    assert snapshots_of(site) == made, "no new one for a few changes"


@pytest.mark.requirement("R-LPD-10")
def test_a_record_of_the_snapshot_that_is_resolved_leaves_the_search(site, on, finder, tmp_path):
    record = lose(site, 1, surname="Quill")
    many(site, 150)
    assert find(finder, site, surname="Quill") == ["Siân Quill"]
    taker = on("lost-pupil-transfer", "681")
    lost.forward(taker, site, record, "6814053", on_roll=True)
    assert find(finder, site, surname="Quill") == []
    assert find(finder, site, surname="Quill", include_resolved=True) == ["Siân Quill"]


@pytest.mark.requirement("R-LPD-5")
def test_snapshot_and_memory_score_the_same(site, finder, monkeypatch):
    many(site, 150)
    typed = {"surname": "Jonse", "forename": "Gwenn", "dob": "2014", "limit": 20}
    mapped = find(finder, site, **typed)
    assert snapshots_of(site)
    monkeypatch.setattr(lost_index, "_loaded", {})
    monkeypatch.setattr(lost_index, "IN_MEMORY", 10_000)
    assert find(finder, site, **typed) == mapped


def test_a_snapshot_of_another_version_or_torn_is_made_anew(site, finder):
    many(site, 150)
    many_before = find(finder, site, surname="Jones", limit=20)
    (name,) = snapshots_of(site)
    for spoil in (
        lambda place: (place / "facts.json").write_text("{"),
        lambda place: (place / "surname.npy").write_bytes(b"torn"),
        lambda place: (place / "ids.npy").unlink(),
    ):
        (name,) = snapshots_of(site)
        lost_index._loaded.clear()
        spoil(lost_index.folder(site) / name)
        assert find(finder, site, surname="Jones", limit=20) == many_before
        assert snapshots_of(site) != [name]


def test_only_its_owner_reads_a_snapshot(site, finder):
    many(site, 150)
    find(finder, site, surname="Jones")
    place = lost_index.folder(site)
    assert place.stat().st_mode & 0o077 == 0


def test_housekeeping_renews_what_is_stale(site, finder, monkeypatch):
    many(site, 150)
    assert lost_index.tidy(site)
    assert not lost_index.tidy(site)
    find(finder, site, surname="Jones", include_resolved=True)
    monkeypatch.setattr(lost_index, "STALE", 2)
    for number in range(1, 5):
        lose(site, number, surname="Quill")
    before = snapshots_of(site)
    assert lost_index.tidy(site)
    assert snapshots_of(site) != before
    assert len(find(finder, site, surname="Quill", begins=True)) == 4


def test_too_many_changes_start_one_rebuilding_apart(site, finder, monkeypatch):
    many(site, 150)
    find(finder, site, surname="Jones")
    started = []
    monkeypatch.setattr(lost_index.subprocess, "Popen", lambda command, **_options: started.append(command))
    monkeypatch.setattr(lost_index, "STALE", 2)
    for number in range(1, 6):
        lose(site, number, surname="Quill")
        assert len(find(finder, site, surname="Quill", begins=True)) == number
    assert [command[-1] for command in started] == ["housekeeping"]


def test_one_that_stood_in_for_a_snapshot_being_built_gives_way_to_it(site, finder):
    many(site, 150)
    with snapshots.building(lost_index.folder(site)):
        assert find(finder, site, surname="Jones")
        assert lost_index._loaded[site.store.url].name == ""
    assert lost_index.rebuild(site)
    assert find(finder, site, surname="Jones")
    assert lost_index._loaded[site.store.url].name == snapshots.current(lost_index.folder(site))


@pytest.mark.slow
@pytest.mark.requirement("R-LPD-5")
def test_two_sessions_share_one_snapshot_and_both_find_what_comes(site, finder):
    many(site, 2000)
    lost_index.rebuild(site)
    ends = [process(SEARCHER, site, finder.session) for _ in range(2)]
    try:
        assert all(int(end.stdout.readline()) > 0 for end in ends)
        lose(site, 1, surname="Zzquist")
        for end in ends:
            end.stdin.write("\n")
            end.stdin.flush()
            assert int(end.stdout.readline()) == 1
        assert len(snapshots_of(site)) == 1
        for end in ends:
            mapped, private = mapped_kib(end.pid)
            assert mapped > 30, "it is mapped, not read"
            assert private == 0, "no page of it is the session's own"
    finally:
        for end in ends:
            end.kill()
            end.communicate()


def mapped_kib(pid):
    """KiB of snapshots that a process has mapped, and how much of it is written to by itself."""
    mapped = private = 0
    inside = False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            inside = line.endswith(".npy") and "/lost-" in line
        elif inside and line.startswith("Size:"):
            mapped += int(line.split()[1])
        elif inside and line.startswith("Private_Dirty:"):
            private += int(line.split()[1])
    return mapped, private


@pytest.mark.slow
@pytest.mark.requirement("R-LPD-5")
def test_a_killed_build_leaves_the_old_snapshot(site, finder):
    many(site, 150)
    lost_index.rebuild(site)
    (old,) = snapshots_of(site)
    lose(site, 1, surname="Zzquist")
    builder = process(BUILDER, site)
    assert builder.stdout.readline() == "writing\n"
    assert not lost_index.rebuild(site), "one builds at a time"
    os.kill(builder.pid, signal.SIGKILL)
    builder.communicate()
    assert snapshots.current(lost_index.folder(site)) == old
    assert len(snapshots_of(site)) == 2, "what it had begun lies there"
    assert find(finder, site, surname="Zzquist") == ["Siân Zzquist"]
    start = time.monotonic()
    assert lost_index.rebuild(site), "its lock went with it"
    assert time.monotonic() - start < 10
    assert snapshots_of(site) == [snapshots.current(lost_index.folder(site))], "and is cleared away"
    assert find(finder, site, surname="Zzquist") == ["Siân Zzquist"]


def test_a_world_has_its_own_snapshots(lite):
    assert lost_index.folder(lite).is_relative_to(lite.settings.home)
