"""Lists that people give: of allocations, of arrivals. No bytes of them raise anything but a refusal."""

from contextlib import suppress

import pytest

from s2s_tui.base.errors import Refused
from s2s_tui.rules import allocations
from s2s_tui.services import search

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
