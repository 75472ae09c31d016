"""Files of the person's own disk: read once and safely, saved whole and never over another (R-DWN-6)."""

import os
import resource

import pytest

from s2s_tui.base.errors import Refused, Unreachable, WrongUse
from s2s_tui.services import files, phase_folders

pytestmark = pytest.mark.requirement("R-DWN-6")


def problem(path) -> str:
    offered = files.read(path)
    assert offered.content == b""
    assert offered.name == path.name
    assert offered.problem is not None
    return offered.problem.code


def test_a_file_is_read_whole_up_to_the_largest_that_any_kind_may_be(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 100_000)
    assert files.read(tmp_path / "a") == files.Offered("a", b"x" * 100_000)
    with (tmp_path / "large").open("wb") as file:
        file.truncate(files.LARGEST)
    assert len(files.read(tmp_path / "large").content) == files.LARGEST
    os.truncate(tmp_path / "large", files.LARGEST + 1)
    assert problem(tmp_path / "large") == "file-large"


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "none")
    assert problem(tmp_path / "pipe") == "file-irregular"
    assert problem(tmp_path) == "file-irregular"
    assert problem(tmp_path / "link") == "file-link"
    assert problem(tmp_path / "none") == "file-unreadable"
    assert problem(tmp_path / "a\0b") == "file-unreadable"
    assert problem(tmp_path / ("x" * 300)) == "file-unreadable"


def test_what_is_added_while_a_file_is_read_counts_up_to_the_limit(tmp_path):
    path = tmp_path / "growing"
    path.write_bytes(b"x" * 10)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        # It had 4 bytes when it was looked at.
        assert files._read_whole(descriptor, 4) == b"x" * 10
        os.truncate(path, 3 * files.LARGEST)
        os.lseek(descriptor, 0, os.SEEK_SET)
        assert files.LARGEST < len(files._read_whole(descriptor, 10)) <= files.LARGEST + 64 * 1024
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.truncate(path, 3)
        assert files._read_whole(descriptor, 10) == b"xxx"
    finally:
        os.close(descriptor)


def test_a_folder_stands_for_the_files_in_it_by_name_hidden_ones_and_folders_apart(tmp_path, monkeypatch):
    for name in ("b.xml", "a.xml", ".hidden", "c.xml"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "to-folder").symlink_to(tmp_path / "folder")
    (tmp_path / "to-file").symlink_to(tmp_path / "a.xml")
    found = list(files.listed([tmp_path / "z", tmp_path, tmp_path / "to-folder"]))
    names = ["z", "a.xml", "b.xml", "c.xml", "to-file", "to-folder"]
    assert [path.name for path in found] == names
    monkeypatch.setattr(files, "TOO_MANY", 4)
    assert len(list(files.listed([tmp_path]))) == 4
    (tmp_path / "d.xml").touch()
    with pytest.raises(Refused) as told:
        list(files.listed([tmp_path]))
    assert (told.value.code, told.value.params["count"], told.value.params["limit"]) == ("folder-large", 5, 4)


def test_a_folder_that_can_not_be_listed_is_said(tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        with pytest.raises(Refused, match="folder-unreadable"):
            list(files.listed([tmp_path]))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_a_file_is_saved_whole_or_not_at_all_and_never_over_another(tmp_path):
    saved = files.save(tmp_path, "a.csv", lambda file: file.write(b"one") and None)
    assert (saved, saved.read_bytes()) == (tmp_path / "a.csv", b"one")
    for name in ("a.csv", "link"):
        (tmp_path / "link").is_symlink() or (tmp_path / "link").symlink_to(tmp_path / "none")
        with pytest.raises(Refused) as told:
            files.save(tmp_path, name, lambda file: file.write(b"two") and None)
        assert (told.value.code, told.value.params["path"]) == ("file-exists", str(tmp_path / name))

    def breaks(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(Unreachable) as full:
        files.save(tmp_path, "b.csv", breaks)
    assert full.value.params["reason"] == "No space left on device"

    def taken(file):
        (tmp_path / "c.csv").write_bytes(b"mine")

    with pytest.raises(Refused, match="file-exists"):
        files.save(tmp_path, "c.csv", taken)
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "c.csv", "link"}
    assert (tmp_path / "a.csv").read_bytes() == b"one"
    assert (tmp_path / "c.csv").read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["", "..", ".", "a/b", "/a", "a\0"])
def test_no_file_is_saved_elsewhere_than_in_its_folder(tmp_path, name):
    with pytest.raises(WrongUse, match="save-name"):
        files.save(tmp_path, name, lambda file: None)
    with pytest.raises(Refused, match="folder-missing"):
        files.save(tmp_path / "none", "a", lambda file: None)


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_an_allocation_list_is_read_in_the_encodings_of_spreadsheets(tmp_path, encoding):
    text = 'upn,name,school\r\nH1,"Siân\r\nPrŷs",6804031\r\n'.replace("ŷ", "ŷ" if "utf" in encoding else "y")
    (tmp_path / "list.csv").write_bytes(text.encode(encoding))
    assert phase_folders.allocation_lines(tmp_path / "list.csv") == text.splitlines(keepends=True)
    with pytest.raises(Refused, match="file-irregular"):
        phase_folders.allocation_lines(tmp_path)


@pytest.mark.requirement("R-PHA-1")
def test_what_is_ready_to_go_is_what_lies_in_the_folder(lite, tmp_path):
    import making

    user = making.logged_on(lite, "user", "680")
    folder = tmp_path / "ready"
    folder.mkdir()
    (folder / "one.xml").touch()
    assert phase_folders.ready(user, lite, folder) == (folder / "one.xml",)
    with pytest.raises(Refused, match="folder-missing"):
        phase_folders.ready(user, lite, tmp_path / "none")
