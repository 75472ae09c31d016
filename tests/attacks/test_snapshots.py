"""The snapshots on the disk are anybody's to spoil who can write there: a search goes on all the same."""

import making
import pytest
import steps

from s2s_tui.services import lost_index, search
from s2s_tui.services.search import LookedFor


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A snapshot from the first record on, and nothing kept from other tests."""
    monkeypatch.setattr(lost_index, "IN_MEMORY", 0)
    monkeypatch.setattr(lost_index, "_loaded", {})


@pytest.fixture
def finds(lite):
    """Whether the one lost pupil is found by a session that starts afresh."""
    child = making.Child(making.upn(1), "Quill")
    steps.sent(
        making.logged_on(lite, "school", "6804012"), lite, making.offered("6804012", "XXXXXXX", 1, [child])
    )
    actor = making.logged_on(lite, "lost-pupil", "681")

    def ask() -> bool:
        lost_index._loaded.clear()
        return [
            hit.record.surname for hit in search.search(actor, lite, LookedFor(surname="Quill")).hits
        ] == ["Quill"]

    assert ask()
    return ask


def _place(site):
    folder = lost_index.folder(site)
    return folder / (folder / "current").read_text()


@pytest.mark.requirement("R-LPD-5")
@pytest.mark.parametrize(
    "content",
    [b"", b"\x93NUMPY", b"PK\x05\x06" + bytes(18), bytes(4096), b"\x80\x04cos\nsystem\n(S'id'\ntR."],
)
def test_an_array_that_is_none_is_made_anew(lite, finds, content):
    for array in sorted(path.name for path in _place(lite).glob("*.npy"))[:3]:
        (_place(lite) / array).write_bytes(content)
        assert finds(), array


@pytest.mark.parametrize(
    "facts", ["", "[]", "null", "3", '{"arrays": 3}', '{"arrays": {}}', "[" * 100_000, "{}"]
)
def test_facts_that_are_none_are_made_anew(lite, finds, facts):
    (_place(lite) / "facts.json").write_text(facts)
    assert finds()


@pytest.mark.parametrize("pointer", ["", "..", "../..", "/etc", "nowhere", "\0", "x" * 5000, "é"])
def test_a_pointer_leads_nowhere_else(lite, finds, pointer):
    (lost_index.folder(lite) / "current").write_text(pointer)
    assert finds()


def test_where_nothing_can_be_written_the_search_goes_on_in_memory(lite, finds):
    folder = lost_index.folder(lite)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
    folder.write_text("in the way")
    assert finds()


def test_housekeeping_that_runs_apart_is_told_no_password(lite, finds, monkeypatch):
    """It lives on after the command, where others of the account could read its environment."""
    started = []
    monkeypatch.setattr(lost_index, "_started", -1000.0)
    monkeypatch.setattr(lost_index.subprocess, "Popen", lambda *given, **more: started.append((given, more)))
    for name in ("S2S_PASSWORD", "S2S_USER", "S2S_CODE"):
        monkeypatch.setenv(name, "s3cret words")
    lost_index._rebuild_apart(lite)
    ((_, options),) = started
    assert "s3cret words" not in options["env"].values()
    assert options["env"]["S2S_DATABASE"] == lite.settings.database_url
    assert "PATH" in options["env"]
