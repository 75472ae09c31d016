"""The audit log's heads, kept outside the database (R-SYS-3)."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import steps

sys.path.insert(0, str(Path(__file__).parent))

from test_audit import OTHER, as_owner, record

from s2s_tui.base.errors import Refused
from s2s_tui.services import checkpoints, housekeeping, upkeep

pytestmark = pytest.mark.requirement("R-SYS-3")


def found(site) -> list[str]:
    return [code for code, _params in upkeep.verify(site).problems]


def lines(site) -> list[dict]:
    return [json.loads(line) for line in site.settings.checkpoint_path.read_text().splitlines()]


def rewrite(site, change) -> None:
    path = site.settings.checkpoint_path
    path.write_text("".join(change(path.read_text().splitlines(keepends=True))))


def test_a_line_holds_the_heads_that_moved_and_only_its_owner_reads_the_file(site):
    record(site, times=3)
    record(site, OTHER)
    written = checkpoints.write(site)
    assert (written.line, written.broken) == (1, ())
    assert {"680", "6604025"} <= set(lines(site)[0]["heads"])
    assert site.settings.checkpoint_path.stat().st_mode & 0o777 == 0o600
    record(site)
    assert set(checkpoints.write(site) and lines(site)[1]["heads"]) == {"680", "WG"}
    assert lines(site)[1]["heads"]["680"][0] == 4
    assert upkeep.verify(site).ok


CUT = {
    "a whole chain with its head": (
        ["DELETE FROM audit_entry WHERE chain = '680'", "DELETE FROM audit_head WHERE chain = '680'"],
        {"audit-checkpoint"},
    ),
    "the end, with the head moved back": (
        [
            "DELETE FROM audit_entry WHERE chain = '680' AND number > 1",
            "UPDATE audit_head SET number = 1, seal = "
            "(SELECT seal FROM audit_entry WHERE chain = '680' AND number = 1) WHERE chain = '680'",
        ],
        {"audit-checkpoint"},
    ),
    "an entry changed": (
        ["UPDATE audit_entry SET subject = 'x' WHERE chain = '680' AND number = 2"],
        {"audit-changed"},
    ),
}


@pytest.mark.parametrize("case", CUT)
def test_what_was_cut_off_since_is_found_again_and_again(site, case):
    record(site, times=3)
    checkpoints.write(site)
    statements, codes = CUT[case]
    as_owner(site, *statements)
    assert set(found(site)) == codes
    again = checkpoints.write(site)
    assert again.broken == (("680",) if "audit-checkpoint" in codes else ())
    assert set(found(site)) == codes, "another line must not hide it"
    site.clock.forward(days=1)
    assert housekeeping.tidy(site).audit == ("audit-checkpoint" if again.broken else "written")


def test_a_chain_made_anew_with_the_key_is_found(site):
    """Whoever has the key as well can seal what they like; the file still knows what was there."""
    record(site, times=3)
    checkpoints.write(site)
    as_owner(
        site, "DELETE FROM audit_entry WHERE chain = '680'", "DELETE FROM audit_head WHERE chain = '680'"
    )
    site.clock.forward(seconds=1)
    record(site, times=4)
    assert steps.broken(site) == []
    assert found(site) == ["audit-checkpoint"]


FILES = {
    "a line changed": (lambda kept: [kept[0].replace("680", "681", 1), *kept[1:]], "checkpoint-changed"),
    "a line removed": (lambda kept: kept[1:], "checkpoint-changed"),
    "the end cut off": (lambda kept: kept[:1], "checkpoint-missing"),
    "emptied": (lambda _kept: [], "checkpoint-missing"),
    "another's line": (lambda kept: [*kept, '{"line": 3, "heads": {}, "seal": "x"}\n'], "checkpoint-changed"),
    "no line at all": (lambda kept: [*kept, "\ufffd}{ nonsense\n"], "checkpoint-changed"),
    "cut short by a crash": (lambda kept: [*kept, '{"at": "2026-'], "checkpoint-changed"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_was_tampered_with_is_found_and_never_begun_anew_by_itself(lite, case):
    record(lite, times=3)
    checkpoints.write(lite)
    record(lite)
    checkpoints.write(lite)
    change, code = FILES[case]
    rewrite(lite, change)
    assert code in found(lite)
    with pytest.raises(Refused, match="checkpoint-"):
        checkpoints.write(lite)
    assert code in found(lite)


def test_a_file_that_is_gone_is_missed_and_one_that_never_was_is_not(lite):
    record(lite)
    assert upkeep.verify(lite).ok
    checkpoints.write(lite)
    lite.settings.checkpoint_path.unlink()
    assert found(lite) == ["checkpoint-missing"]
    with pytest.raises(Refused, match="checkpoint-missing"):
        checkpoints.write(lite)


def test_an_operator_who_restored_a_backup_says_so_and_that_stands_in_the_file(lite):
    record(lite, times=3)
    checkpoints.write(lite)
    as_owner(
        lite,
        "DELETE FROM audit_entry WHERE chain = '680' AND number > 1",
        "UPDATE audit_head SET number = 1, seal = "
        "(SELECT seal FROM audit_entry WHERE chain = '680' AND number = 1) WHERE chain = '680'",
    )
    assert found(lite) == ["audit-checkpoint"]
    checkpoints.write(lite, restored=True)
    assert upkeep.verify(lite).ok
    assert [line.get("restored", False) for line in lines(lite)] == [False, True]
    assert steps.last_entry(lite, "WG")[0] == checkpoints.ACTION
    record(lite)
    checkpoints.write(lite)
    assert upkeep.verify(lite).ok


def test_housekeeping_writes_one_a_day(lite):
    assert [housekeeping.tidy(lite).audit for _ in range(3)] == ["written", "", ""]
    lite.clock.now += timedelta(hours=13, minutes=29)
    assert housekeeping.tidy(lite).audit == ""
    lite.clock.now += timedelta(minutes=1)
    assert housekeeping.tidy(lite).audit == "written", "days are London's"
    lite.settings.checkpoint_path.write_text("")
    assert housekeeping.tidy(lite).audit == "checkpoint-missing"
