"""Reading the audit log: filters, pages, CSV, and who has seen a pupil's file (R-SYS-3, R-DWN-8)."""

import csv
import io

import making
import pytest
import steps
from looking import lose

from s2s_tui.base.errors import NotAllowed, NotFound, Refused, WrongUse
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import (
    audit,
    audit_log,
    downloads,
    listing,
    lost,
    phase_board,
    pupils,
    search,
    transfers,
)
from s2s_tui.services.audit_log import Wanted
from s2s_tui.services.search import LookedFor
from s2s_tui.store.models import AuditMention

pytestmark = pytest.mark.requirement("R-SYS-3")

PLACES = (("680user", Role.USER, "680"), ("s6804012", Role.SCHOOL, "6804012"), ("660user", Role.USER, "660"))


def fill(site, times: int = 3) -> None:
    """Acts of an authority, its school and another authority, a day apart."""
    for number in range(times):
        for username, role, organisation in PLACES:
            actor = Actor(username, role, organisation)
            site.store.write(
                lambda actor=actor, number=number: audit.record(site, actor, f"act-{number}", "x")
            )
        site.clock.forward(days=1)


def acts(log) -> list[tuple[str, str]]:
    return [(entry.organisation, entry.action) for entry in log.page() if entry.action != "logon"]


def test_a_dba_sees_the_own_authority_and_its_schools_and_wg_sees_all(site, on):
    fill(site, 1)
    for role, organisation, seen in (
        ("dba", "680", {"680", "6804012"}),
        ("dba-view", "680", {"680", "6804012"}),
        ("dba", "660", {"660"}),
        ("wg", "WG", {"680", "6804012", "660", "WG"}),
    ):
        actor = on(role, organisation)
        assert {entry.organisation for entry in audit_log.entries(actor, site).page()} <= seen
        assert {place for place, act in acts(audit_log.entries(actor, site)) if act == "act-0"} == seen - {
            "WG"
        }
    with pytest.raises(NotAllowed):
        audit_log.entries(on("user", "680"), site)
    for other in ("660", "6604025", "WG"):
        with pytest.raises(NotFound):
            audit_log.entries(on("dba", "680"), site, Wanted(organisation=other))


def test_it_is_narrowed_by_day_user_act_and_organisation_and_the_latest_comes_first(site, on):
    fill(site)
    dba = on("dba", "680")

    def found(**wanted: str) -> list[tuple[str, str]]:
        return acts(audit_log.entries(dba, site, Wanted(**wanted)))

    assert found(action="act")[0][1] == "act-2"
    assert found(action="act", organisation="6804012") == [("6804012", f"act-{n}") for n in (2, 1, 0)]
    assert found(user="680user", action="act-1") == [("680", "act-1")]
    assert {act for _, act in found(action="act", since="25 November 2026")} == {"act-1", "act-2"}
    assert {act for _, act in found(action="act", until="24.11.2026")} == {"act-0"}
    assert found(action="act", since="25/11/2026", until="2026-11-25", user="s6804012") == [
        ("6804012", "act-1")
    ]
    with pytest.raises(WrongUse, match="dates-order"):
        found(since="25/11/2026", until="24/11/2026")
    with pytest.raises(Refused, match="date-un"):
        found(since="33 of May")


def test_pages_keep_their_places_while_others_act_and_know_where_an_entry_stands(site, on):
    fill(site, 4)
    log = audit_log.entries(on("dba", "680"), site)
    whole, count = log.page(), log.count()
    fill(site, 2)
    assert log.count() == count == len(whole)
    assert log.page(2, 3) == whole[2:5]
    assert log.page(0, 2, descending=False) == whole[::-1][:2]
    for place, entry in enumerate(whole):
        assert log.position(entry.id) == place
        assert log.position(entry.id, descending=False) == count - 1 - place
    assert log.position(10**9) is None


def test_looking_at_the_log_is_on_the_log(site, on):
    dba = on("dba", "680")
    audit_log.entries(dba, site, Wanted(user="680user"))
    assert steps.last_entry(site, "680")[0] == "audit-view"
    assert '"user": "680user"' in steps.audited(site, "680")[-1].details
    with pytest.raises(NotFound, match="pupil-unheard"):
        audit_log.pupil(dba, site, making.upn(77))
    assert steps.last_entry(site, "680")[:2] == ("audit-pupil", making.upn(77))


def test_it_is_saved_as_a_csv_that_no_spreadsheet_takes_for_formulas(site, on, tmp_path):
    evil = Actor("=cmd", Role.USER, "680")
    site.store.write(lambda: audit.record(site, evil, "act", "=HYPERLINK(1)", reason="@x\n,\u202e"))
    site.clock.forward(seconds=1)
    log = audit_log.entries(on("dba", "680"), site, Wanted(action="act"))
    path = log.save(tmp_path / "log.csv")
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    assert tuple(rows[0]) == audit_log.COLUMNS
    assert not any(cell[:1] in "=+-@" for row in rows[1:] for cell in row if cell)
    assert "=HYPERLINK(1)" in rows[1][5]
    assert steps.last_entry(site, "680")[0] == "audit-save"
    with pytest.raises(Refused, match="file-exists"):
        log.save(path)


SEEN = {
    "list-pupils": lambda site, on, ids, folder: listing.files(
        on("user", "680"), site, "ctf", "mine", with_pupils=True
    ).page(),
    "show": lambda site, on, ids, folder: transfers.show(on("user", "680"), site, ids[0]),
    "download": lambda site, on, ids, folder: downloads.download(on("user", "680"), site, ids[:1], folder),
    "reject": lambda site, on, ids, folder: transfers.reject(on("user", "680"), site, ids[:1], "Not ours."),
    "pupil-find": lambda site, on, ids, folder: pupils.find(on("user", "680"), site, "Llwyd"),
    "pupil-show": lambda site, on, ids, folder: pupils.timeline(on("user", "680"), site, making.upn(1)),
    "pupil-export": lambda site, on, ids, folder: pupils.export(
        on("user", "680"), site, making.upn(1), folder / "all.zip"
    ),
    "lost-search": lambda site, on, ids, folder: search.search(
        on("lost-pupil", "680"), site, LookedFor(surname="Llwyd")
    ),
    "lost-show": lambda site, on, ids, folder: lost.show(on("lost-pupil", "680"), site, ids[1]),
    "lost-download": lambda site, on, ids, folder: lost.download(
        on("lost-pupil", "680"), site, ids[1], folder, on_roll=True
    ),
    "phase-board": lambda site, on, ids, folder: (
        phase_board.take_in(on("user", "680"), site),
        phase_board.board(on("user", "680"), site),
    ),
}


@pytest.mark.requirement("R-DWN-8")
@pytest.mark.parametrize("action", SEEN)
def test_whoever_looked_for_saw_or_moved_a_childs_file_is_found_by_the_upn(lite, tmp_path, action):
    def on(role: str, organisation: str) -> Actor:
        return making.logged_on(lite, role, organisation)

    school = on("school", "6804012")
    ids = [steps.sent(school, lite, making.offered(destination="680LLLL")), lose(lite, 1, surname="Llwyd")]
    before = len(steps.audited(lite, "680"))
    SEEN[action](lite, on, ids, tmp_path)
    assert any(entry.action == action for entry in steps.audited(lite, "680")[before:])
    lite.clock.forward(seconds=1)
    dba = on("dba", "680")
    lite.clock.forward(seconds=1)
    found = audit_log.pupil(dba, lite, f" {making.upn(1).lower()} ").page()
    assert action in {entry.action for entry in found}
    assert "logon" not in {entry.action for entry in found}
    assert not steps.broken(lite)
    lite.clock.forward(seconds=1)
    elsewhere = {entry.organisation[:3] for entry in found}
    assert elsewhere == {"680"}


def test_whom_an_entry_is_about_cannot_be_changed_unseen(lite):
    dba = making.logged_on(lite, "dba", "680")
    lite.store.write(lambda: audit.record(lite, dba, "act", making.upn(1), about=[audit.of_file(7)]))
    assert not steps.broken(lite)
    with lite.store.connection(), pytest.raises(Exception, match="only grows"):
        AuditMention.delete().execute()
    with lite.store.connection():
        lite.store.database.execute_sql("DROP TRIGGER audit_mention_no_delete")
        AuditMention.delete().where(AuditMention.thing == making.upn(1)).execute()
    assert [code for _chain, _number, code in steps.broken(lite)] == ["audit-about"]


@pytest.mark.requirement("R-SYS-3")
def test_however_it_is_narrowed_as_many_entries_are_counted_as_are_shown(site, on):
    actors = [on("dba", "680"), on("wg", "WG")]
    on("school", "6804012"), on("user", "681")
    for actor in actors:
        for wanted in (
            *(Wanted(), Wanted(user="680dba"), Wanted(action="logon"), Wanted(since="24/11/2026")),
            *(Wanted(until="24/11/2026"), Wanted(until="23/11/2026"), Wanted(organisation="680")),
            Wanted(organisation="6804012"),
        ):
            site.clock.forward(seconds=1)
            log = audit_log.entries(actor, site, wanted)
            site.clock.forward(seconds=1)
            on("user", "680")  # what is done later isn't in it
            assert log.count() == len(log.page()), wanted
    assert log.count() > 0


@pytest.mark.requirement("R-SYS-3")
def test_one_of_very_many_whom_an_entry_is_about_is_found_by_the_upn(site, on):
    actor, other = on("user", "680"), on("user", "681")
    many = [making.upn(number, school) for school in ("6804012", "6804031") for number in range(1, 40)]
    site.store.write(lambda: audit.record(site, actor, "many", "x", among=[*many, ""]))
    site.store.write(lambda: audit.record(site, other, "many", "x", among=many))
    site.store.write(lambda: audit.record(site, actor, "none"))
    with site.store.connection():
        # A row for each school that gave out UPNs, not for each pupil.
        assert AuditMention.select().where(AuditMention.thing.startswith("among")).count() == 4
    assert not steps.broken(site)
    site.clock.forward(seconds=1)
    dba = on("dba", "680")
    for upn in (many[0], many[-1]):
        log = audit_log.pupil(dba, site, upn)
        assert [entry.organisation for entry in log.page()] == ["680"]
        assert (log.count(), log.position(log.page()[0].id)) == (1, 0)
    for beside in (making.upn(40), "A6804012", "%", '"'):
        with pytest.raises(NotFound, match="pupil-unheard"):
            audit_log.pupil(dba, site, beside)
    if site.store.path is not None:
        with site.store.connection():
            run = site.store.database.execute_sql
            sql, params = audit_log.pupil(dba, site, many[0])._keys().bind(site.store.database).sql()
            plan = str(run("EXPLAIN QUERY PLAN " + sql, params).fetchall())
            assert "SEARCH t1 USING INTEGER PRIMARY KEY" in plan
            assert "audit_entry_by_authority" not in plan, "it would look through the whole log"
            run("DROP TRIGGER audit_mention_no_delete")
            AuditMention.delete().where(AuditMention.thing == "among 6804031").execute()
        assert {code for _chain, _number, code in steps.broken(site)} == {"audit-about"}


@pytest.mark.requirement("R-SYS-3")
def test_all_that_was_done_of_a_kind_is_read_by_the_index(lite):
    wg = making.logged_on(lite, "wg", "WG")
    lite.clock.forward(seconds=1)
    log = audit_log.entries(wg, lite, Wanted(action="LOG"))
    assert {entry.action for entry in log.page()} == {"logon"}
    with lite.store.connection():
        for keys in (log._keys(), log._keys().order_by(audit_log.AuditEntry.at.desc()).limit(40)):
            sql, params = keys.bind(lite.store.database).sql()
            plan = lite.store.database.execute_sql("EXPLAIN QUERY PLAN " + sql, params).fetchall()
            assert "COVERING INDEX audit_entry_action_at" in str(plan)


@pytest.mark.slow
def test_the_latest_page_of_an_authority_is_read_by_the_index(site, on):
    query = audit_log.entries(on("dba", "680"), site)
    with site.store.connection():
        sql, params = (
            audit_log.AuditEntry.select(audit_log.AuditEntry.id)
            .where(query._where())
            .order_by(audit_log.AuditEntry.at.desc(), audit_log.AuditEntry.id.desc())
            .limit(200)
            .sql()
        )
        if site.store.path is not None:
            plan = site.store.database.execute_sql("EXPLAIN QUERY PLAN " + sql, params).fetchall()
            assert "audit_entry_by_authority" in str(plan)
            assert "TEMP B-TREE" not in str(plan)
