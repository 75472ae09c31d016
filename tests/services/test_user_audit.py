"""The annual user audit: WG opens a round, each DBA answers for every account (R-USR-6)."""

import csv
import io
from datetime import date, timedelta

import making
import pytest
import steps
from watching import at_once, audited, errors, forget_mails, letters, mails, require_only

from s2s_tui.base.errors import NotAllowed, NotFound, NotLoggedOn, Refused
from s2s_tui.services import home, reminders, user_audit, user_changes
from s2s_tui.services.user_changes import NewUser
from s2s_tui.services.wording import say
from s2s_tui.store.models import Authority, User

pytestmark = pytest.mark.requirement("R-USR-6")
UNTIL = making.NOW.date() + timedelta(days=30)


@pytest.fixture
def opened(site, on):
    """A round that has just been opened, its letters forgotten."""
    found = user_audit.open_round(on("wg", "WG"), site, "2026", UNTIL)
    forget_mails(site)
    return found


def own(site, on, code="680") -> dict[str, str]:
    return {one.username: one.answer for one in user_audit.entries(on("dba", code), site)}


def test_a_round_has_every_account_of_wales_and_tells_each_dba(site, on):
    wg = on("wg", "WG")
    found = user_audit.open_round(wg, site, " 2026 ", UNTIL)
    assert (found.name, found.deadline, found.closed_at, found.opened_by) == ("2026", UNTIL, None, "wg")
    with site.store.connection():
        users = User.select().where(User.role != "wg").count()
    # All but the English school, whose authority has no DBA.
    assert (found.users, found.waiting, found.authorities, found.late) == (users - 1, users - 1, 3, 3)
    assert sorted(mails(site)) == sorted(
        ("user-audit", f"{code}dba@{code}.example") for code in ("660", "680", "681")
    )
    assert "Please answer by 24/12/2026." in letters(site, "user-audit")[0]
    assert set(own(site, on)) == {
        *(f"680{role}" for role in ("dba", "user", "laschool", "lostpupil", "lostpupiltransfer", "dbaview")),
        *("680plasc", "680admissions", "s6804012", "s6804031", "s6802310"),
    }
    assert audited(site, "user-audit-open") == [("wg", "2026", "done")]


@pytest.mark.parametrize(
    ("name", "until", "code"),
    [
        ("", UNTIL, "user-audit-name"),
        ("a\u202eb", UNTIL, "text-unseen"),
        ("x" * 61, UNTIL, "text-long"),
        ("2026", making.NOW.date(), "user-audit-deadline"),
    ],
)
def test_a_round_needs_a_name_and_a_day_to_come(lite, name, until, code):
    with pytest.raises(Refused, match=code):
        user_audit.open_round(making.logged_on(lite, "wg", "WG"), lite, name, until)


def test_only_wg_opens_and_sees_all_and_only_dbas_answer(site, opened, tmp_path):
    require_only(
        site,
        "useraudit.run",
        lambda actor: user_audit.open_round(actor, site, "x", UNTIL),
        lambda actor: user_audit.close_round(actor, site),
        lambda actor: user_audit.rounds(actor, site),
        lambda actor: user_audit.parts(actor, site),
        lambda actor: user_audit.remind(actor, site),
    )
    require_only(
        site, "useraudit.answer", lambda actor: user_audit.answer(actor, site, ["680user"], "confirm")
    )
    for role, organisation in (("dba-view", "680"), ("school", "6804012"), ("user", "680")):
        with pytest.raises(NotAllowed):
            user_audit.entries(making.logged_on(site, role, organisation), site)
    with pytest.raises(NotFound, match="not-found"):
        user_audit.entries(making.logged_on(site, "dba", "680"), site, code="681")
    with pytest.raises(NotFound, match="not-found"):
        user_audit.certificate(making.logged_on(site, "dba", "680"), site, tmp_path, "x.csv", code="681")


def test_a_dba_confirms_or_removes_and_what_is_removed_is_deleted(site, on, opened):
    dba, gone = on("dba", "680"), on("plasc", "680")
    done = user_audit.answer(dba, site, ["680user", "680dba"], "confirm")
    assert all(one.ok for one in done)
    (removed,) = user_audit.answer(dba, site, ["680plasc"], "remove")
    assert removed.ok
    with pytest.raises(NotLoggedOn):
        user_audit.current(gone, site)
    found = own(site, on)
    assert (found["680user"], found["680plasc"], found["680dbaview"]) == ("confirmed", "removed", "")
    assert audited(site, "user-delete") == [("680dba", "680plasc", "done")]
    (part,) = (part for part in user_audit.parts(on("wg", "WG"), site) if part.code == "680")
    assert (part.users, part.confirmed, part.removed, part.waiting) == (11, 2, 1, 8)
    # Another look at it may still remove who was confirmed.
    (again,) = user_audit.answer(dba, site, ["680user"], "remove")
    assert again.ok


@pytest.mark.parametrize(
    ("username", "what", "code"),
    [
        ("681user", "confirm", "user-audit-user"),
        ("nobody", "confirm", "user-audit-user"),
        ("\0[/]", "remove", "user-audit-user"),
        ("680dba", "remove", "user-self-delete"),
        ("680user", "confirm", "user-audit-answered"),
        ("680plasc", "confirm", "user-audit-answered"),
        ("680plasc", "remove", "user-audit-answered"),
    ],
)
def test_what_can_t_be_answered_is_said_and_the_rest_is_done(site, on, opened, username, what, code):
    dba = on("dba", "680")
    user_audit.answer(dba, site, ["680user"], "confirm")
    user_audit.answer(dba, site, ["680plasc"], "remove")
    refused, done = user_audit.answer(dba, site, [username, "680admissions"], what)
    assert (refused.ok, refused.error.code) == (False, code)
    assert "{" not in say(refused.error)
    assert done.ok


def test_who_was_deleted_otherwise_needs_no_answer_and_who_came_later_is_not_asked_about(site, on, opened):
    dba = on("dba", "680")
    user_changes.delete(dba, site, "680plasc")
    user_changes.add(
        dba, site, NewUser(username="680late", role="user", organisation="680", email="late@newport.example")
    )
    found = own(site, on)
    assert found["680plasc"] == "gone"
    assert "680late" not in found
    wg = on("wg", "WG")
    closed = user_audit.close_round(wg, site)
    assert closed.closed_at == making.NOW
    assert closed.waiting == opened.waiting - 1
    with pytest.raises(Refused, match="user-audit-none"):
        user_audit.answer(dba, site, ["680user"], "confirm")


def test_one_round_at_a_time_and_those_before_are_kept(site, on, opened):
    wg = on("wg", "WG")
    with pytest.raises(Refused, match="user-audit-open"):
        user_audit.open_round(wg, site, "2027", UNTIL)
    user_audit.close_round(wg, site)
    with pytest.raises(Refused, match="user-audit-closed"):
        user_audit.close_round(wg, site, opened.id)
    second = user_audit.open_round(wg, site, "2027", UNTIL)
    assert [one.name for one in user_audit.rounds(wg, site)] == ["2027", "2026"]
    assert user_audit.current(on("dba", "680"), site) == second
    assert len(user_audit.entries(wg, site, opened.id)) == opened.users
    for round_id in (second.id + 1, -1, 2**70):
        with pytest.raises(NotFound, match="user-audit-unknown"):
            user_audit.parts(wg, site, round_id)


def test_who_has_not_answered_is_reminded_by_wg_and_once_a_week_by_the_timer(site, on, opened, clock):
    wg = on("wg", "WG")
    rest = list(own(site, on, "660"))
    user_audit.answer(on("dba", "660"), site, rest, "confirm")
    assert user_audit.remind(wg, site) == ("680", "681")
    assert user_audit.remind(wg, site, ["681"]) == ("681",)
    assert [about for about, _ in mails(site)] == ["user-audit-reminder"] * 3
    forget_mails(site)
    assert reminders.remind(site).audits == ()
    clock.forward(days=7)
    assert reminders.remind(site).audits == ("680", "681")
    assert reminders.remind(site).audits == ()
    assert mails(site) == [("user-audit-reminder", f"{code}dba@{code}.example") for code in ("680", "681")]


def test_an_authority_without_a_dba_hears_at_its_own_address_and_one_without_an_address_is_known(site, on):
    def change() -> None:
        User.update(active=False).where(User.username.in_(["680dba", "681dba"])).execute()
        Authority.update(email="").where(Authority.code == "681").execute()

    site.store.write(change)
    wg = on("wg", "WG")
    user_audit.open_round(wg, site, "2026", UNTIL)
    assert ("user-audit", "data@la680.example") in mails(site)
    told = {part.code: (part.dba, part.told_at) for part in user_audit.parts(wg, site)}
    assert told == {"660": ("660dba", making.NOW), "680": ("", making.NOW), "681": ("", None)}


def test_a_certificate_says_what_was_said_of_each_account_and_no_cell_is_a_formula(
    site, on, opened, tmp_path
):
    site.store.write(
        lambda: User.update(contact="=cmd|' /C calc'!A0").where(User.username == "680dba").execute()
    )
    wg, dba = on("wg", "WG"), on("dba", "680")
    user_audit.close_round(wg, site)
    second = user_audit.open_round(wg, site, "=2027", UNTIL)
    user_audit.answer(dba, site, ["680user"], "confirm")
    path = user_audit.certificate(dba, site, tmp_path, "680.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    assert {row["authority"] for row in rows} == {"680"}
    by_name = {row["username"]: row for row in rows}
    assert by_name["680dba"]["contact"].startswith("'=cmd")
    assert by_name["680dba"]["round"] == "'=2027"
    user = by_name["680user"]
    assert (user["answer"], user["answered_by"], user["answered_at"]) == (
        "confirmed",
        "680dba",
        "2026-11-24T10:30:00Z",
    )
    assert (user["role"], user["organisation_name"]) == ("LEA User", "Newport")
    with pytest.raises(Refused, match="file-exists"):
        user_audit.certificate(dba, site, tmp_path, "680.csv")
    whole = user_audit.certificate(wg, site, tmp_path, "all.csv", second.id)
    assert len(whole.read_text("utf-8-sig").splitlines()) == second.users + 1
    assert date.fromisoformat(by_name["680user"]["deadline"]) == UNTIL


def test_two_who_open_a_round_at_once_open_one(site, on):
    wg = on("wg", "WG")
    results = at_once(
        site,
        *(lambda name=name: user_audit.open_round(wg, site, name, UNTIL) for name in ("one", "two", "three")),
    )
    assert errors(results) == ["user-audit-open"] * 2
    assert len(user_audit.rounds(wg, site)) == 1
    assert steps.broken(site) == []


def test_home_says_to_a_dba_how_many_accounts_are_left(site, on, opened, clock):
    def needs(role: str) -> list[tuple[int, int]]:
        shown = home.overview(on(role, "680"), site).needs
        return [(need.count, need.oldest_days) for need in shown if need.what == "user-audit"]

    user_audit.answer(on("dba", "680"), site, ["680user"], "confirm")
    clock.forward(days=9)
    assert needs("dba") == [(10, 9)]
    assert needs("user") == []
    user_audit.answer(on("dba", "680"), site, list(own(site, on)), "confirm")
    assert needs("dba") == []
