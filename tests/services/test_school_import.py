"""Schools taken in from a register: all of it or nothing, and first what would change (R-SCH-3)."""

from dataclasses import replace
from datetime import date

import making
import pytest
import steps
from watching import audited, every_write_fails_once, mails, require_only

from s2s_tui.base.errors import NotLoggedOn, Refused
from s2s_tui.services import accounts, establishments, school_import, schools, user_passwords
from s2s_tui.services.school_import import RegisterWrong
from s2s_tui.services.wording import say
from s2s_tui.store.models import AuditEntry, Establishment, User

pytestmark = pytest.mark.requirement("R-SCH-3")
GLAN, WOOLOS, RINGLAND = "6804012", "6804031", "6802310"
HEADER = "number,name,town,phone,email,status,closed,successor,opened"


@pytest.fixture
def register(tmp_path):
    """Writes a register: `register("6802399,Ysgol Newydd,Newport", encoding="cp1252")`."""

    def write(*rows: str, header: str = HEADER, encoding: str = "utf-8"):
        path = tmp_path / "register.csv"
        path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
        return path

    return write


def acts(plan) -> dict[str, list[str]]:
    return {act: [one.number for one in plan.of(act)] for act in school_import.ACTS if plan.of(act)}


def rows(site) -> dict[str, tuple]:
    with site.store.connection():
        return {row[0]: row for row in Establishment.select().tuples()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_dry_run_says_what_would_change_and_changes_nothing_then_it_is_done(site, on, register, encoding):
    wg = on("wg", "WG")
    path = register(
        "6802399,Ysgol Tŷ Gwyn".replace("ŷ", "ê") + ",Newport,01633 1,office@gwyn.example,Open,,,2026-09-01",
        f"{GLAN},Ysgol Glan-yr-Afon,Casnewydd,,,Open,,,",
        f"{WOOLOS},St Woolos High,,,,Closed,2026-08-31,{GLAN},",
        f"{RINGLAND},Ringland Primary,,,,Closed,2026-07-31,,",
        f"6814053,{making.SCHOOLS['6814053']},,,,Open,,,",
        encoding=encoding,
    )
    before = steps.everything(site)
    plan = school_import.bring_in(wg, site, path, dry_run=True)
    assert steps.everything(site) == before
    assert acts(plan) == {"open": ["6802399"], "change": [GLAN], "merge": [WOOLOS], "close": [RINGLAND]}
    (changed,) = plan.of("change")
    assert [(one.field, one.after) for one in changed.changes] == [
        ("name", "Ysgol Glan-yr-Afon"), ("town", "Casnewydd"),
    ]  # fmt: skip
    assert (plan.same, plan.missing, plan.done) == (1, ("6814060",), False)
    done = school_import.bring_in(wg, site, path)
    assert (done.items, done.done) == (plan.items, True)
    dba = on("dba", "680")
    new = schools.show(dba, site, "6802399")
    assert (new.name, new.username, new.opened) == ("Ysgol Tê Gwyn", "s6802399", date(2026, 9, 1))
    assert schools.show(dba, site, GLAN).email == f"office@s{GLAN}.example"
    closed = schools.show(dba, site, WOOLOS)
    assert (closed.state, closed.successor, closed.closed) == ("closed", GLAN, date(2026, 8, 31))
    again = school_import.bring_in(wg, site, path)
    assert (again.items, again.same) == ((), 5)
    assert [subject for _, subject, _ in audited(site, "school-import")] == ["register.csv"] * 2


def test_a_new_schools_account_waits_for_its_first_reset(site, on, register):
    school_import.bring_in(on("wg", "WG"), site, register("6802399,Ysgol Newydd,,,office@newydd.example,,,,"))
    for password in ("", "s6802399", making.PASSWORD):
        with pytest.raises(NotLoggedOn):
            accounts.begin(site, "s6802399", password)
    done = user_passwords.reset(on("dba", "680"), site, "s6802399")
    assert done.account.mail_to == "office@newydd.example"
    logon = accounts.begin(site, "s6802399", done.password)
    assert logon.owed == (accounts.NEW_PASSWORD,)


def test_what_waits_for_a_merged_school_goes_to_its_successor(site, on, register):
    sent = steps.sent(on("school", "6814053"), site, making.offered("6814053", WOOLOS))
    school_import.bring_in(on("wg", "WG"), site, register(f"{WOOLOS},x,,,,closed,2026-08-31,{GLAN},"))
    assert steps.transfer(site, sent).destination == GLAN
    assert ("moved", f"office@s{GLAN}.example") in mails(site)


def test_a_school_that_had_closed_opens_again_with_its_account(site, on, register):
    wg = on("wg", "WG")
    establishments.close(wg, site, WOOLOS, making.past(30))
    plan = school_import.bring_in(wg, site, register(f"{WOOLOS},St Woolos High,,,,Open,,,"))
    assert acts(plan) == {"reopen": [WOOLOS]}
    assert on("school", WOOLOS).organisation == WOOLOS


def test_schools_that_are_missing_are_closed_only_where_that_is_asked_for(site, on, register):
    wg = on("wg", "WG")
    path = register(f"{GLAN},{making.SCHOOLS[GLAN]},,,,,,,")
    before = rows(site)
    plan = school_import.bring_in(wg, site, path)
    assert (plan.items, plan.missing, rows(site)) == ((), (RINGLAND, WOOLOS), before)
    plan = school_import.bring_in(wg, site, path, close_missing=True)
    assert acts(plan) == {"close": [RINGLAND, WOOLOS]}
    assert rows(site)["6814053"] == before["6814053"], "the register says nothing of Cardiff"
    assert schools.show(wg, site, RINGLAND).closed == making.past(0)


def test_england_s_register_has_a_number_twice_where_an_academy_took_over(site, on, register):
    header = "LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (name),CloseDate"
    path = register(
        "873,2001,Old School,Closed,31-08-2012",
        "873,2001,The Academy,Open,",
        "873,2002,Gone,Closed,31-08-2012",
        "900,2003,Abroad,Open,",
        "873,,A centre,Open,",
        header=header,
    )
    plan = school_import.bring_in(on("wg", "WG"), site, path)
    assert acts(plan) == {"open": ["8732001"]}
    assert plan.passed == {"authority": 1, "closed": 1, "no-number": 1}
    assert schools.show(on("wg", "WG"), site, "8732001").name == "The Academy"


@pytest.mark.parametrize(
    ("row", "column", "line", "said"),
    [
        ("680x,A,,,,,,,", "number", 3, "establishment number"),
        ("6802399,,,,,,,,", "name", 3, "no name"),
        ("6802399,A,,,head@hotmail.com,,,,", "email", 3, "personal"),
        ("6802399,A,,,,open,,,31/2/2020", "opened", 3, "no day"),
        ("6802398,A,,,,,,,", "number", 3, "line 2 already"),
        (f"{GLAN},A,,,,closed,2026-01-01,6809999,", "successor", 3, "6809999"),
        (f"{GLAN},A,,,,closed,2026-01-01,{GLAN},", "successor", 3, GLAN),
    ],
)
def test_a_wrong_row_is_named_by_line_and_column_and_nothing_is_done(
    site, on, register, row, column, line, said
):
    wg, before = on("wg", "WG"), rows(site)
    path = register("6802398,Ysgol Newydd,,,,,,,", row)
    for dry_run in (True, False):
        with pytest.raises(RegisterWrong) as caught:
            school_import.bring_in(wg, site, path, dry_run=dry_run)
        (cell,) = caught.value.cells
        assert (cell.line, cell.column) == (line, column)
        assert said in say(cell.error)
        assert f"line {line}, column {column}" in say(caught.value)
    assert rows(site) == before
    assert audited(site, "school-import")[-1] == ("wg", "register.csv", "register-rows")


def test_of_very_many_wrong_rows_the_first_hundred_are_named(lite, register):
    wg = making.logged_on(lite, "wg", "WG")
    with pytest.raises(RegisterWrong) as caught:
        school_import.bring_in(wg, lite, register(*["x,A,,,,,,,"] * 250))
    assert (len(caught.value.cells), caught.value.params["count"]) == (100, 250)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "table-empty"),
        (b"name,town\nx,y\n", "register-columns"),
        (b'number,name\n6804012,"x\n', "register-unreadable"),
        (b"number,name\n", "register-nothing"),
        (b"\x00\x01\x02" * 50, "register-columns"),
    ],
)
def test_what_is_no_register_is_refused_in_words(lite, tmp_path, text, code):
    path = tmp_path / "register.csv"
    path.write_bytes(text)
    with pytest.raises(Refused) as caught:
        school_import.bring_in(making.logged_on(lite, "wg", "WG"), lite, path)
    assert caught.value.code == code
    assert say(caught.value) != code


def test_only_wg_brings_schools_in(site, register):
    path = register("6802399,Ysgol Newydd,,,,,,,")
    require_only(site, "schools.open", lambda actor: school_import.bring_in(actor, site, path))
    assert "6802399" not in rows(site)


def test_stopped_or_undone_half_way_nothing_has_changed(site, on, register):
    wg, before = on("wg", "WG"), rows(site)
    many = [f"680{number},School {number},,,,,,," for number in range(2400, 3600)]
    seen = []

    def stop() -> bool:
        return len(seen) > 3

    with pytest.raises(Refused, match="stopped"):
        school_import.bring_in(
            wg, site, register(*many), on_progress=lambda *step: seen.append(step), should_stop=stop
        )
    assert seen[-1][0] == school_import.WRITING
    assert rows(site) == before
    with every_write_fails_once() as undone:
        plan = school_import.bring_in(wg, site, register(*many))
    assert undone
    assert len(plan.of("open")) == 1200
    with site.store.connection():
        assert User.select().where(User.role == "school").count() == len(making.SCHOOLS) + 1200
        assert AuditEntry.select().where(AuditEntry.action == "school-open").count() == 1200
    assert steps.broken(site) == []


def test_a_username_that_is_taken_already_gets_a_letter_more(site, on, register):
    site.store.write(lambda: User.update(username="S6802399").where(User.username == "680user").execute())
    school_import.bring_in(on("wg", "WG"), site, register("6802399,Ysgol Newydd,,,,,,,"))
    assert schools.show(on("wg", "WG"), site, "6802399").username == "s6802399a"


def test_only_what_was_shown_is_done(site, on, register):
    wg = on("wg", "WG")
    first, other = "6802399,Ysgol Newydd,Newport", "6802398,Ysgol Arall,Newport"
    path = register(first)
    seen = school_import.bring_in(wg, site, path, dry_run=True)
    register(first, other)
    before = rows(site)
    with pytest.raises(Refused) as told:
        school_import.bring_in(wg, site, path, seen=seen)
    assert told.value.code == "register-changed"
    assert "Look again" in say(told.value)
    assert rows(site) == before
    seen = school_import.bring_in(wg, site, path, dry_run=True)
    establishments.open_school(wg, site, "6802398", {"name": "Ysgol Arall"})
    with pytest.raises(Refused, match="register-moved"):
        school_import.bring_in(wg, site, path, seen=seen)
    assert "6802399" not in rows(site)
    seen = school_import.bring_in(wg, site, path, dry_run=True)
    assert acts(school_import.bring_in(wg, site, path, seen=seen)) == acts(seen)


@pytest.mark.requirement("R-USR-4")
def test_no_school_gets_a_personal_address_or_one_of_a_banned_domain(lite, register):
    site = replace(lite, settings=replace(lite.settings, banned_email_domains="cyfrinach.example"))
    wg = making.logged_on(site, "wg", "WG")
    path = register(
        "6802399,Ysgol Newydd,Newport,,office@cyfrinach.example", "6802398,Ysgol Arall,Newport,,x@gmail.com"
    )
    with pytest.raises(RegisterWrong) as told:
        school_import.bring_in(wg, site, path)
    assert [(cell.line, cell.column, cell.error.code) for cell in told.value.cells] == [
        (2, "email", "email-personal"),
        (3, "email", "email-personal"),
    ]
