"""A clerk who comes over SSH reaches the files of their own folder and no others, whatever they try."""

import ast
import errno
import os
import stat
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.base import reach
from s2s_tui.base.errors import Refused, S2SError, Unreachable
from s2s_tui.services import files, phase_folders, table_files
from s2s_tui.services.wording import say
from s2s_tui.tui.screens import folders
from s2s_tui.tui.screens.words import short_path

PACKAGE = Path(reach.__file__).parents[1]
SECRET = b"another school's children"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Folders of two clerks, a database beside them, and every link that leads out of the first."""
    top = tmp_path_factory.mktemp("reach")
    for clerk in ("jd", "other"):
        (top / "srv" / clerk / "files").mkdir(parents=True)
        (top / "srv" / clerk / "files").chmod(0o2770)
    (top / "srv/other/files/secret.csv").write_bytes(SECRET)
    (top / "s2s.sqlite").write_bytes(SECRET)
    own = top / "srv/jd/files"
    (own / "June").mkdir()
    for path in (own / "mine.csv", own / "June/mine.csv"):
        path.write_bytes(b"mine")
    (own / "to-mine").symlink_to("mine.csv")
    (own / "to-june").symlink_to("June")
    (own / "absolute").symlink_to(top / "srv/other/files")
    (own / "relative").symlink_to("../../other/files")
    (own / "database.csv").symlink_to("../../../s2s.sqlite")
    (own / "stolen.csv").symlink_to(top / "srv/other/files/secret.csv")
    (own / "up").symlink_to("..")
    (own / "root").symlink_to("/")
    (own / "June/up").symlink_to("../..")
    (own / "nowhere").symlink_to(top / "srv/other/files/new.csv")
    (own / "circle").symlink_to("circle")
    return top


@pytest.fixture
def own(server):
    """The first clerk has come."""
    reach.confine(str(server / "srv"), {"SUDO_USER": "jd"})
    yield server / "srv/jd/files"
    reach.release()


def outcome(act) -> str:
    """The code of what an act was refused with; empty where it was done."""
    try:
        act()
    except S2SError as error:
        return error.code if say(error) != error.code else ""
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return ""


WAYS_OUT = (
    "../../other/files/secret.csv", "../../../s2s.sqlite", "{top}/srv/other/files/secret.csv",
    "{top}/s2s.sqlite", "absolute/secret.csv", "relative/secret.csv", "database.csv", "stolen.csv",
    "up/../other/files/secret.csv", "up/files/mine.csv", "root/etc/passwd", "June/up/other/files/secret.csv",
    "/etc/passwd", "June/../../../other/files/secret.csv", "to-june/mine.csv", "to-mine", "circle", "nowhere",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_way_leads_out_of_a_clerks_folder(own, server, way):
    path = own / way.format(top=server)
    before = sorted(server.rglob("*"))
    assert files.read(path).content == b""
    assert say(files.read(path).problem) != files.read(path).problem.code
    for act in (
        lambda: reach.open_file(path, os.O_RDONLY),
        lambda: reach.open_file(path, os.O_WRONLY | os.O_CREAT),
        lambda: table_files.look_at(path),
        lambda: phase_folders.allocation_lines(path),
        lambda: files.save(path, "new.csv", lambda file: None),
        lambda: files.save(path.parent, path.name, lambda file: None),
        lambda: folders.folders_in(path),
        lambda: folders.files_in(path, [""]),
        lambda: reach.make_folder(path),
    ):
        assert outcome(act), way
    assert reach.look(path) is None or stat.S_ISLNK(reach.look(path).st_mode)
    assert not reach.is_file(path)
    assert not reach.is_folder(path)
    assert not any(files.read(found).content for found in files.listed([path]))
    assert sorted(server.rglob("*")) == before


@given(st.lists(st.sampled_from([
    "..", ".", "", "/", "files", "June", "absolute", "relative", "up", "root", "to-june", "other", "jd",
    "srv",     "secret.csv", "mine.csv", "stolen.csv", "database.csv", "~", "etc", "passwd",
]), max_size=7))  # fmt: skip
def test_whatever_is_typed_opens_what_lies_in_the_folder_or_nothing(server, parts):
    reach.confine(str(server / "srv"), {"SUDO_USER": "jd"})
    try:
        own = server / "srv/jd/files"
        path = reach.typed("/".join(parts), own / "June")
        with suppress(S2SError, OSError):
            handle = reach.open_file(path, os.O_RDONLY)
            try:
                # The machine's own word for what was opened.
                assert Path(f"/proc/self/fd/{handle}").readlink().is_relative_to(own)
            finally:
                os.close(handle)
            assert reach.typed(reach.told(path), server) == path
        assert SECRET not in files.read(path).content
    finally:
        reach.release()


def test_a_link_swapped_in_between_leads_nowhere(own, server):
    """A folder and a link to another clerk's change places all the while."""
    place, kept, link = own / "swapped", own / ".kept", own / ".link"
    place.mkdir()
    (place / "secret.csv").write_bytes(b"mine")
    link.symlink_to(server / "srv/other/files")
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            place.rename(kept)
            link.rename(place)
            place.rename(link)
            kept.rename(place)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        read = {files.read(place / "secret.csv").content for _ in range(3000)}
        for number in range(300):
            with suppress(S2SError):
                files.save(place, f"{number}.csv", lambda file: None)
    finally:
        done.set()
        thread.join()
    assert b"mine" in read
    assert read <= {b"mine", b""}
    assert [path.name for path in (server / "srv/other/files").iterdir()] == ["secret.csv"]
    for path in place.iterdir():
        path.unlink()
    place.rmdir()
    link.unlink()


def test_a_link_is_listed_as_what_it_is_and_not_as_what_it_leads_to(own):
    found = reach.contents(own)
    assert (found.folders, found.files) == (["June"], ["mine.csv"])
    assert "stolen.csv" in found.others
    assert folders.folders_in(own) == ["June"]
    assert folders.files_in(own, [".csv"]) == ["mine.csv"]
    assert {path.name for path in files.listed([own])} == {"mine.csv", *found.others}
    assert files.read(own / "stolen.csv").problem.code == "file-link"
    assert outcome(lambda: table_files.look_at(own / "stolen.csv")) == "file-link"
    assert outcome(lambda: folders.folders_in(own / "absolute")) == "path-link"


def test_what_is_said_and_typed_are_the_paths_of_sftp(own, server):
    assert reach.told(own) == "/files"
    assert reach.told(own / "June/mine.csv") == "/files/June/mine.csv"
    assert short_path(own / "June", 40) == "/files/June"
    for text, meant in {
        "": "June", ".": "June", "mine.csv": "June/mine.csv", "..": "", "../mine.csv": "mine.csv", "/": "",
        "/files/June": "June", "~": "", "~/June": "June", "/files/../files/June": "June", "../../..": "",
    }.items():  # fmt: skip
        assert reach.typed(text, own / "June") == own / meant, text
    assert reach.start("/elsewhere") == own
    assert reach.is_top(own)
    assert not reach.is_top(own / "June")
    with pytest.raises(Refused) as told:
        folders.folders_in(reach.typed("/var/lib/s2s-tui", own))
    assert (
        say(told.value) == "/var/lib/s2s-tui is out of reach: only /files and what lies in it is yours here."
    )
    with pytest.raises(Refused) as told:
        files.save(own, "mine.csv", lambda file: None)
    assert told.value.params["path"] == "/files/mine.csv"


def test_what_is_saved_the_clerks_account_may_fetch_and_delete_and_others_may_not(own):
    umask = os.umask(0o077)
    try:
        reach.make_folder(own / "July")
        if os.geteuid() == 0:  # a folder that SFTP made another group's
            os.chown(own / "July", -1, 12345)
        saved = files.save(own / "July", "a.csv", lambda file: None)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o660
    assert saved.stat().st_gid == own.stat().st_gid
    saved.unlink()
    saved.parent.rmdir()


@pytest.mark.parametrize(
    "clerk", ["", "..", ".", "a/b", "../other", "/etc", "jd/files/June", "-x", "a\nb", "a\0b", "x" * 65]
)
def test_what_is_no_clerks_name_opens_nothing(server, clerk):
    with pytest.raises(Unreachable, match="clerk-unknown"):
        reach.confine(str(server / "srv"), {"SUDO_USER": clerk})
    assert reach.own() is None
    with pytest.raises(Unreachable, match="clerk-unknown"):
        reach.confine(str(server / "srv"), {})


def test_without_a_folder_of_ones_own_there_is_a_sentence_and_no_other_folder(server, tmp_path, monkeypatch):
    def refused(folders: str, clerk: str = "jd") -> str:
        with pytest.raises(Unreachable) as told:
            reach.confine(folders, {"SUDO_USER": clerk})
        assert clerk in say(told.value)
        assert reach.own() is None
        return told.value.code

    assert refused(str(server / "srv"), "newcomer") == "clerk-folder"
    assert refused(str(tmp_path / "none")) == "clerk-folder"
    (tmp_path / "jd").mkdir()
    (tmp_path / "jd/files").symlink_to(server / "srv/other/files")
    assert refused(str(tmp_path)) == "clerk-folder"
    (tmp_path / "jd/files").unlink()
    (tmp_path / "jd/files").write_text("no folder")
    assert refused(str(tmp_path)) == "clerk-folder"
    (tmp_path / "jd/files").unlink()
    (tmp_path / "jd/files").mkdir()
    (tmp_path / "jd/files").chmod(0o2775)
    assert refused(str(tmp_path)) == "clerk-folder-open"
    monkeypatch.chdir(server)  # whoever starts it chooses where that is
    assert refused("srv") == "clerk-folder"


def test_without_the_setting_all_is_as_before(server, tmp_path, monkeypatch):
    own = server / "srv/jd/files"
    assert reach.told(own) == str(own)
    assert reach.typed("x", own) == own / "x"
    assert reach.typed("~/x", own) == Path("~/x").expanduser()
    assert reach.start(str(tmp_path)) == tmp_path
    monkeypatch.chdir(tmp_path)
    assert reach.start() == tmp_path
    assert reach.contents(own).folders.count("absolute") == 1
    assert table_files.look_at(own / "to-mine").digest == table_files.look_at(own / "mine.csv").digest
    with pytest.raises(Refused, match="folder-missing"):
        reach.typed("~nobody-is-called-so/x", own)


KEEPS_ITS_OWN = {
    "services/annual_work.py", "services/authorities.py", "services/checkpoints.py", "services/hashing.py",
    "services/outbox.py", "services/site.py", "services/annual_runs.py", "services/lost_index.py",
}  # fmt: skip
"""Modules that open what the program keeps for itself."""
DISK = {
    "open", "scandir", "listdir", "mkdir", "makedirs", "unlink", "remove", "rename", "replace", "link",
    "symlink", "stat", "lstat", "chmod", "truncate", "walk",
}  # fmt: skip
OF_PATHS = {
    "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob", "is_dir", "is_file",
    "lstat", "mkdir", "unlink", "touch", "symlink_to", "hardlink_to", "expanduser", "cwd", "isdir",
    "isfile", "lexists", "mkstemp", "NamedTemporaryFile", "copyfile", "rmtree",
}  # fmt: skip


def opens(tree: ast.AST):
    """The places of a module that go to the disk, but for those within a folder that `reach` opened."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or any(word.arg == "dir_fd" for word in node.keywords):
            continue
        if isinstance(node.func, ast.Name):
            if node.func.id == "open":
                yield node.lineno
        elif isinstance(node.func, ast.Attribute):
            of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            known = node.func.attr in (DISK if of in ("os", "io", "shutil") else OF_PATHS)
            if known and of != "reach":
                yield node.lineno


def test_what_people_name_is_opened_nowhere_else():
    """A new place that opens a path goes by `reach`, or clerks of two organisations share files again."""
    found = []
    for floor in ("services", "tui"):
        for path in sorted((PACKAGE / floor).rglob("*.py")):
            if str(path.relative_to(PACKAGE)) not in KEEPS_ITS_OWN:
                lines = opens(ast.parse(path.read_text()))
                found += [f"{path.relative_to(PACKAGE)}:{line}" for line in lines]
    assert found == []
