"""Lists that people give: of allocations, arrivals, leavers, schools. No bytes of them raise anything but a
refusal, and none that lead elsewhere, have no end or change are taken for a list.
"""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import making
import pytest

from s2s_tui.base.errors import Refused
from s2s_tui.rules import allocations, leavers, registers, tables
from s2s_tui.services import school_import, search, table_files
from s2s_tui.services.reports.asking import leaver_lines
from s2s_tui.services.site import Site

HEAD = "upn,school\n"
LISTS = {
    "nothing": "",
    "empty lines": "\n" * 10_000,
    "NUL": HEAD + "A\0,6804012",
    "a line without end": HEAD + "x" * 10_000_000,
    "a quote without end": HEAD + '"' + "x" * 1_000_000,
    "a field over the limit": HEAD + '"' + "y" * 200_000 + '",6804012',
    "a million cells": HEAD + "," * 1_000_000,
    "a wide header": "upn," * 100_000 + "school\n",
    "a formula": HEAD + "=1+1,6804012",
    "half a character": HEAD + "\ud800,6804012",
    "old line ends": "upn,school\rA,6804012",
    "parted by a quote": 'sep="\nupn,school\nA,6804012',
    "parted by NUL": "sep=\0\nupn,school\nA,6804012",
    "parted by nothing": "sep=\nupn,school",
    "parted by the end": "sep=\r\nupn,school",
    "a column twice": "upn,upn,school\nA,B,6804012",
}


@pytest.mark.parametrize("name", LISTS)
def test_any_list_of_allocations_is_read_or_refused(name):
    with suppress(Refused):
        wanted, wrong = allocations.read(LISTS[name].splitlines(keepends=True))
        assert len(wanted) + len(wrong) <= 1


@pytest.mark.parametrize("name", LISTS)
def test_any_list_of_arrivals_is_read_or_refused(name):
    text = LISTS[name].replace("school", "surname")
    with suppress(Refused):
        assert len(list(search.read_batch(text.splitlines(keepends=True)))) <= 1


@pytest.mark.requirement("R-REP-5")
@pytest.mark.parametrize("name", LISTS)
def test_any_list_of_leavers_is_read_or_refused(name):
    text = LISTS[name].replace("school", "school,leaving date")
    with suppress(Refused):
        assert len(leavers.read(text.splitlines(keepends=True), making.NOW.date())) <= 1


@pytest.mark.requirement("R-SCH-3")
@pytest.mark.parametrize("name", LISTS)
def test_any_register_is_read_or_refused(name):
    text = LISTS[name].replace("upn,school", "number,name").replace("upn", "number").replace("school", "name")
    with suppress(Refused):
        lines = iter(text.splitlines(keepends=True))
        assert len(list(registers.read(tables.rows(lines), frozenset(["680"])))) <= 1


@pytest.mark.requirement("R-SCH-3", "R-SYS-2", "R-USR-4")
@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("a@newport.gov.uk,primary\0", "phase"),
        ("a@newport.gov.uk,\x1b[2J", "phase"),
        ("a@newport.gov.uk,\u202eyramirp", "phase"),
        ("a@office.casnewydd.example,primary", "email"),
    ],
    ids=["nul", "escape", "bidi", "banned"],
)
def test_no_cell_of_a_register_is_taken_that_a_form_would_refuse(site, on, tmp_path, cells, column):
    path = tmp_path / "register.csv"
    path.write_text(f"number,name,email,phase\n6804999,Ysgol Newydd,{cells}\n")
    banned = Site(
        site.store, replace(site.settings, banned_email_domains="casnewydd.example"), site.clock, site.key
    )
    with pytest.raises(school_import.RegisterWrong) as told:
        school_import.bring_in(on("wg", "WG"), banned, path)
    assert [cell.column for cell in told.value.cells] == [column]


def _pipe(path: Path) -> str:
    os.mkfifo(path)
    return "file-irregular"


def _nothing(path: Path) -> str:
    with path.open("wb") as file:
        file.truncate(10 * 2**30)
    return "file-large"


def _endless_line(path: Path) -> str:
    path.write_bytes(b"upn,school\n" + b"x" * (3 << 20))
    return "file-unreadable"


def _device(path: Path) -> str:
    path.symlink_to("/dev/zero")
    return "file-irregular"


def _itself(path: Path) -> str:
    path.symlink_to(path)
    return "file-link"


@pytest.mark.parametrize("trap", [_pipe, _nothing, _endless_line, _device, _itself])
def test_what_is_no_table_is_neither_waited_for_nor_held_in_memory(tmp_path, trap):
    path = tmp_path / "list.csv"
    code = trap(path)
    for look in (table_files.look_at, leaver_lines):
        with pytest.raises(Refused, match=code):
            look(path)


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000, "/proc/self/mem", "/dev/full", "/", "none.csv/x"])
def test_no_path_is_a_table_unless_it_leads_to_one(path):
    with pytest.raises(Refused, match="file-"):
        table_files.look_at(Path(path))


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_table_of_many_short_lines_is_one_whatever_ends_them(tmp_path, ends):
    path = tmp_path / "list.csv"
    path.write_text(f"upn,school{ends}" * 300_000, newline="")
    assert table_files.look_at(path).encoding == "utf-8-sig"


@pytest.mark.requirement("R-SCH-3")
def test_a_register_that_changes_while_it_is_read_changes_nothing(lite, tmp_path):
    """What is on record by its digest is what was read, or nothing was done."""
    path = tmp_path / "register.csv"
    head = "number,name\n"
    path.write_text(head + "".join(f"680{number},Ysgol {number}\n" for number in range(5000, 7000)))

    def meanwhile(stage: str, done: int, _of: int) -> None:
        if stage == school_import.READING:
            path.write_text(head + "6805000,Ysgol Arall\n")

    with pytest.raises(Refused, match="roll-changed"):
        school_import.bring_in(making.logged_on(lite, "wg", "WG"), lite, path, on_progress=meanwhile)
