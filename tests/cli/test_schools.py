"""`schools …` and `la …` (R-SCH, R-LEA): the contract of the command line."""

import pytest
from hostile import HOSTILE, harmless

from s2s_tui.store.models import Establishment

GLAN, WOOLOS, RINGLAND = "6804012", "6804031", "6802310"
KEYS = {
    *("number", "name", "name_cy", "town", "phone", "email", "language", "phase", "la", "la_name", "state"),
    *("active", "opened", "closed", "successor", "username", "changed", "changed_by"),
}
LA_KEYS = {
    *("la", "name", "name_cy", "email", "data_email", "lost_email", "admissions_email", "language"),
    *("copies", "second_factor"),
    *("country", "closed", "schools", "dba", "changed", "changed_by"),
}


def told(shell, about):
    from s2s_tui.store.models import Mail

    with shell.site().store.connection():
        return sorted(mail.recipient for mail in Mail.select().where(Mail.about == about))


@pytest.mark.requirement("R-SCH-1")
def test_schools_are_listed_and_shown(shell):
    found = shell("schools", "list", "--json", user="680dba").data
    assert [one["number"] for one in found] == [RINGLAND, GLAN, WOOLOS]
    assert set(found[0]) == KEYS
    assert shell("schools", "show", GLAN, "--json", user="680dbaview").data == found[1]
    table = shell("schools", "list", "--text", "glan", user="680dba").out
    assert "Ysgol Uwchradd Glan-yr-Afon" in table
    assert WOOLOS not in table
    page = shell("schools", "show", GLAN, user="680dba").out
    assert page.startswith(f"{GLAN} Ysgol Uwchradd Glan-yr-Afon, 680 Newport: open\n")
    assert f"username: s{GLAN}\n" in page
    assert len(shell("schools", "list", "--json", user="wg").data) == 7


@pytest.mark.requirement("R-SCH-2")
def test_a_school_is_changed_what_changed_is_listed_and_it_is_told_where_asked_for(shell):
    asked = ["schools", "update", GLAN, "--town", "Casnewydd", "--phone", "01633 656656"]
    dry = shell(*asked, "--active", "off", "--dry-run", user="680dba")
    assert dry.out == (
        "town: – → Casnewydd\ntelephone number: – → 01633 656656\nactive or inactive: open → inactive\n"
    )
    ran = shell(*asked, user="680dba")
    assert ran.out == (
        "town: – → Casnewydd\ntelephone number: – → 01633 656656\n"
        f"office@s{GLAN}.example was not told; --mail does.\n"
    )
    assert told(shell, "school-changed") == []
    assert shell(*asked, user="680dba").out == "Nothing is other than it was.\n"
    ran = shell("schools", "update", GLAN, "--name-cy", "Glan", "--mail", "--json", user="680dba")
    assert ran.data["changes"] == [{"field": "name_cy", "before": "", "after": "Glan"}]
    assert ran.data["told"] == told(shell, "school-changed") == [f"office@s{GLAN}.example"]


@pytest.mark.requirement("R-SCH-2")
def test_an_inactive_school_is_logged_off_and_gets_nothing(shell):
    ran = shell("schools", "update", WOOLOS, "--active", "off", "--json", user="680dba")
    assert (ran.data["state"], ran.data["active"]) == ("inactive", False)
    shell("files", user=f"s{WOOLOS}").refused(3, "don't belong together")
    import making

    file = shell.write(making.offered(GLAN, WOOLOS, 9))
    assert "inactive" in shell("upload", file, user=f"s{GLAN}").out
    ran = shell("schools", "update", WOOLOS, "--active", "on", user="680dba")
    assert (ran.code, ran.err) == (0, "")
    assert shell("users", "update", f"s{WOOLOS}", "--active", "off", user="680dba").code == 0
    assert shell("schools", "update", WOOLOS, "--active", "off", user="680dba").code == 0
    ran = shell("schools", "update", WOOLOS, "--active", "on", "--json", user="680dba")
    assert (ran.code, ran.data["active"]) == (0, True)
    assert f"The account s{WOOLOS} stays shut" in ran.err
    assert shell("users", "update", f"s{WOOLOS}", "--active", "on", user="680dba").code == 0
    assert shell("files", user=f"s{WOOLOS}").code == 0


@pytest.mark.requirement("R-SCH-3")
def test_wg_opens_closes_and_merges(shell):
    ran = shell("schools", "open", "6802399", "--name", "Ysgol Newydd", "--on", "2026-09-01", user="wg")
    assert ran.out == "6802399 is open; its account is s6802399, which waits for its first password.\n"
    shell("schools", "open", "6802399", "--name", "x", user="wg").refused(
        1, "There is a school 6802399 already"
    )
    ran = shell("schools", "merge", "6814053", "--into", "6814060", "--json", user="wg")
    assert ran.data == {"number": "6814053", "into": "6814060", "moved": 3}
    ran = shell("schools", "close", RINGLAND, user="wg")
    assert ran.out == f"{RINGLAND} is closed; 0 files still wait for it.\n"
    shell("schools", "close", RINGLAND, user="wg").refused(1, "has closed already")
    assert RINGLAND in shell("schools", "list", "--which", "closed", user="680dba").out
    assert shell("schools", "open", RINGLAND, "--json", user="wg").data["again"] is True


REGISTER = (
    "School Number,School Name,LA Code,Address 1,Phone Number,Status,Closed,Successor\n"
    "6802399,Ysgol Newydd,680,Newport,01633 1,Open,,\n"
    f"{GLAN},Ysgol Glan-yr-Afon,680,Newport,,Open,,\n"
    f"{WOOLOS},St Woolos,680,Newport,,Closed,31/08/2026,{GLAN}\n"
)


@pytest.mark.requirement("R-SCH-3")
def test_a_register_is_taken_in_after_a_dry_run_that_lists_what_would_change(shell):
    path = shell.folder / "register.csv"
    path.write_text(REGISTER, "cp1252")
    dry = shell("schools", "import", path, "--dry-run", user="wg").out
    for line in (
        "6802399  Ysgol Newydd",
        f"{GLAN}  Ysgol Glan-yr-Afon  changes; name: Ysgol Uwchradd Glan-yr-Afon → Ysgol Glan-yr-Afon; town:",
        f"{WOOLOS}  St Woolos           merges into {GLAN}",
        "To open: 1, to open again: 0, to change: 1, to merge: 1, to close: 0.",
        f"Not in the register, left open: 1 ({RINGLAND}); --close-missing closes them.",
    ):
        assert line in dry
    assert len(shell("schools", "list", "--json", user="680dba").data) == 3
    done = shell("schools", "import", path, user="wg").out
    assert done.startswith("Opened: 1, opened again: 0, changed: 1, merged: 1, closed: 0.\n")
    again = shell("schools", "import", path, "--close-missing", "--json", user="wg").data
    assert (again["done"], again["same"], again["missing"]) == (True, 3, [RINGLAND])
    assert [(one["act"], one["number"]) for one in again["schools"]] == [("close", RINGLAND)]


@pytest.mark.requirement("R-SCH-3")
def test_wrong_rows_are_named_by_line_and_column_and_nothing_is_done(shell):
    path = shell.folder / "register.csv"
    path.write_text(REGISTER + "68040,Short,680,,,,,\n6802388,,680,,,,,\n")
    ran = shell("schools", "import", path, user="wg")
    assert (ran.code, ran.out) == (1, "")
    first, second, last = ran.err.splitlines()
    assert first.startswith("Line 5, column School Number: “68040” is no establishment number")
    assert second == "Line 6, column School Name: The school has no name."
    said = "Cells that can't be used: 2, the first in line 5, column School Number. Nothing was changed."
    assert last == said
    assert len(shell("schools", "list", "--json", user="680dba").data) == 3


@pytest.mark.requirement("R-LEA-1")
def test_a_dba_shows_and_changes_its_own_authority(shell):
    data = shell("la", "show", "--json", user="680dba").data
    assert set(data) == LA_KEYS
    assert (data["la"], data["copies"], data["schools"]) == ("680", True, 3)
    ran = shell("la", "update", "--data-email", "data@newport.example", "--copies", "off", user="680dba")
    assert ran.out == (
        "e-mail address of the data team: – → data@newport.example\ncopies of its schools' files: on → off\n"
    )
    assert "copies of its schools' files: off\n" in shell("la", "show", "680", user="680dbaview").out
    ran = shell("la", "update", "680", "--copies", "on", "--dry-run", "--json", user="wg")
    assert ran.data["changes"] == [{"field": "copies", "before": "off", "after": "on"}]
    assert ran.data["copies"] is False


@pytest.mark.requirement("R-LEA-1")
def test_wg_lists_adds_and_closes_authorities(shell):
    ran = shell(
        "la", "add", "690", "--name", "Newtown", "--email", "s2s@newtown.example", "--json", user="wg"
    )
    assert (ran.data["la"], ran.data["copies"], set(ran.data)) == ("690", True, LA_KEYS)
    assert "690  Newtown" in shell("la", "list", user="wg").out
    assert shell("la", "close", "690", user="wg").out == "690 is closed.\n"
    shell("la", "close", "680", user="wg").refused(1, "has 3 open schools")


@pytest.mark.parametrize(
    ("user", "arguments", "code", "said"),
    [
        ("680dba", ["schools", "show", "6814053"], 1, "There is no school 6814053."),
        ("680dba", ["schools", "update", "6814053", "--town", "x"], 1, "There is no school 6814053."),
        ("680dba", ["schools", "update", GLAN], 2, "Say what to change."),
        ("680dba", ["schools", "update", GLAN, "--active", "perhaps"], 2, "is not one of"),
        ("680dba", ["schools", "update", GLAN, "--email", "a@gmail.com"], 1, "personal e-mail domain"),
        ("680dba", ["schools", "open", "6802399", "--name", "x"], 3, "may not do this"),
        ("680dba", ["schools", "close", GLAN], 3, "may not do this"),
        ("680dba", ["schools", "merge", GLAN, "--into", WOOLOS], 3, "may not do this"),
        ("680dba", ["schools", "import", "register.csv"], 3, "may not do this"),
        ("680dbaview", ["schools", "update", GLAN, "--town", "x"], 3, "may not do this"),
        ("680user", ["schools", "list"], 3, "may not do this"),
        ("s6804012", ["schools", "show", GLAN], 3, "may not do this"),
        ("wg", ["schools", "import", "none.csv"], 1, "can't be read"),
        ("wg", ["schools", "merge", GLAN, "--into", GLAN], 1, "can't merge into itself"),
        ("wg", ["schools", "merge", GLAN], 2, "--into"),
        ("wg", ["schools", "close", GLAN, "--on", "2099-01-01"], 1, "can't lie in the future"),
        ("wg", ["schools", "close", GLAN, "--on", "soon"], 2, "soon"),
        ("680dba", ["la", "show", "681"], 1, "There is no authority 681"),
        ("680dba", ["la", "update"], 2, "Say what to change."),
        ("680dba", ["la", "add", "690", "--name", "x"], 3, "may not do this"),
        ("680dbaview", ["la", "update", "--copies", "off"], 3, "may not do this"),
        ("wg", ["la", "show"], 2, "Say which authority"),
    ],
)
def test_what_is_refused_says_so_in_a_line(shell, user, arguments, code, said):
    ran = shell(*arguments, user=user)
    ran.refused(code, said)
    with shell.site().store.connection():
        assert Establishment.select().where(Establishment.closed.is_null(False)).count() == 0


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize("text", HOSTILE[:-2])
@pytest.mark.parametrize(
    ("user", "arguments"),
    [
        ("680dba", ["schools", "update", GLAN, "--name"]),
        ("680dba", ["schools", "update", GLAN, "--email"]),
        ("680dba", ["schools", "show"]),
        ("680dba", ["schools", "list", "--text"]),
        ("wg", ["schools", "import"]),
        ("wg", ["schools", "open"]),
        ("680dba", ["la", "update", "--name"]),
        ("wg", ["users", "audit", "open", "--until", "2099-01-01"]),
    ],
)
def test_any_text_is_shown_harmlessly_and_breaks_nothing(shell, user, arguments, text):
    ran = shell(*arguments, text, user=user)
    shown = shell("schools", "show", GLAN, user="680dba").out
    assert ran.code in (0, 1, 2)
    assert harmless(ran.out + ran.err + shown), ran
    assert "Traceback" not in ran.err
    assert "Something went wrong" not in ran.err
