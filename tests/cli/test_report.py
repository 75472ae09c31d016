"""`report` as a command: a table, JSON, a CSV, a picture, kept sets, exit codes (R-REP, R-SYS-4)."""

import csv
import re

import pytest

pytestmark = pytest.mark.requirement("R-REP-1")


def test_the_same_rows_as_a_table_json_and_csv(shell):
    ran = shell("report", "usage", "--json", user="680user")
    assert ran.code == 0, ran
    assert list(ran.data) == ["report", "from", "to", "columns", "rows"]
    assert ran.data["report"] == "usage"
    rows = {row[0]: dict(zip(ran.data["columns"], row, strict=True)) for row in ran.data["rows"]}
    assert rows["6804012"]["uploaded"] > 0
    table = shell("report", "usage", user="680user")
    assert "6804012" in table.out
    assert "All together" in table.out
    saved = shell("report", "usage", "--csv", "usage.csv", user="680user")
    assert saved.code == 0, saved
    text = (shell.folder / "usage.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    header, *lines = csv.reader(text.decode("utf-8-sig").splitlines())
    assert header == ran.data["columns"]
    assert lines == [[str(cell) for cell in row] for row in ran.data["rows"]]
    shell("report", "usage", "--csv", "usage.csv", user="680user").refused(1, "usage.csv")


def test_a_picture_is_the_same_each_time_and_needs_no_colour(shell):
    for name in ("one.svg", "two.svg"):
        assert shell("report", "usage", "--chart", name, user="680user").code == 0
    one = (shell.folder / "one.svg").read_text()
    assert one == (shell.folder / "two.svg").read_text()
    assert "stroke-dasharray" in one
    assert not re.search("http(?!://www.w3.org)", one)
    ran = shell("report", "cluster", "--la", "680", "--la", "681", "--chart", "heat.svg", user="680user")
    assert ran.code == 0
    assert (shell.folder / "heat.svg").read_text().count("<rect") == 5


def test_wrong_parameters_and_roles_have_their_exit_codes(shell):
    shell("report", "usage", "--from", "2030-01-01", user="680user").refused(1, "still to come")
    shell("report", "usage", "--from", "31/2/2026", user="680user").refused(2, "31/2/2026")
    shell("report", "usage", "--from", "2/1/2026", "--to", "1/1/2026", user="680user").refused(
        2, "2026-01-02"
    )
    shell("report", "usage", "--school", "6814053", user="680user").refused(1, "6814053")
    shell("report", "usage", "--all-wales", user="680user").refused(2, "--all-wales")
    shell("report", "weather", user="680user").refused(2, "weather")
    shell("report", "national", user="680user").refused(3, "LEA User")
    shell("report", "usage", user="s6804012").refused(3, "School")
    shell("report", "cluster", "--all-wales", user="680user").refused(1, "CSV")
    assert shell("report", "school", user="s6804012").code == 0


def test_a_kept_set_is_run_by_its_name(shell):
    ran = shell("report", "usage", "--range", "last-month", "--save", "Monthly", user="680user")
    assert ran.code == 0, ran
    assert "range=last-month" in shell("report", "list", user="680user").out
    ran = shell("report", "run", "monthly", "--json", user="680user")
    assert ran.data["from"].endswith("-01")
    assert shell("report", "forget", "Monthly", user="680user").code == 0
    shell("report", "run", "monthly", user="680user").refused(1, "Monthly".lower())


def test_holidays_are_given_and_leavers_compared(shell):
    ran = shell(
        "report", "holidays", "add", "2026-10-26", "2026-10-30", "--title", "Hanner tymor", user="680dba"
    )
    assert ran.code == 0, ran
    assert "Hanner tymor" in shell("report", "holidays", "list", user="680user").out
    (shell.folder / "leavers.csv").write_text(
        "UPN;Surname;School;Leaving date\nA680401220099;Quill;6804012;01/10/2026\n", encoding="cp1252"
    )
    ran = shell("report", "lost-details", "--leavers", "leavers.csv", "--json", user="680user")
    assert ran.code == 0, ran
    (row,) = [dict(zip(ran.data["columns"], row, strict=True)) for row in ran.data["rows"]]
    assert (row["outcome"], row["overdue"]) == ("not-uploaded", "20")
