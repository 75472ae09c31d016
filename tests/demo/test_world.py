"""The made-up Wales holds what a trainer and a newcomer need (R-SYS-5), and lies whole in its folder."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import making
import pytest

from s2s_tui.base.clock import days_between
from s2s_tui.base.errors import NotLoggedOn, Refused, WrongUse
from s2s_tui.demo import filling, people, scales, world
from s2s_tui.demo.schools import NAMED
from s2s_tui.demo.world import World
from s2s_tui.rules import names, passwords
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.roles import ROLES, Role
from s2s_tui.services import accounts, home, sessions, upkeep
from s2s_tui.services.site import Site, open_site
from s2s_tui.services.wording import SENTENCES
from s2s_tui.store.models import (
    AuditEntry,
    AuditMention,
    Authority,
    Content,
    Download,
    Establishment,
    LostPupil,
    Mail,
    Property,
    Pupil,
    Session,
    Transfer,
    User,
)

from .conftest import CHEAP

SAMPLES = Path(__file__).parents[1] / "samples"
STAFF = [role for role in ROLES if role not in (Role.SCHOOL, Role.WG)]


@pytest.mark.requirement("R-SYS-3")
def test_its_audit_chains_and_contents_verify(demo: Site) -> None:
    verdict = upkeep.verify(demo)
    assert verdict.ok, verdict.problems
    assert verdict.files > 350
    assert verdict.audit_entries > 1000


def test_it_has_thirty_open_schools_in_three_authorities(demo: Site) -> None:
    with demo.store.connection():
        schools = list(Establishment.select())
        authorities = list(Authority.select())
    of_three = [school for school in schools if school.authority_id in ("660", "680", "681")]
    working = [school for school in of_three if school.closed is None and school.active]
    assert Counter(school.authority_id for school in working) == {"660": 10, "680": 10, "681": 10}
    assert {school.phase for school in working} == {"primary", "secondary", "middle", "special"}
    assert all(school.town and school.name and school.phone for school in schools)
    assert all(school.email.endswith(".example") for school in schools)
    assert sum(authority.country == "Wales" for authority in authorities) == 22
    assert sum(authority.country == "England" for authority in authorities) > 150
    assert all(authority.email.endswith(".example") for authority in authorities)
    assert len({school.name for school in of_three if school.authority_id == "680"}) == 13


@pytest.mark.requirement("R-SCH-3")
def test_it_has_closed_merged_and_inactive_schools(demo: Site) -> None:
    with demo.store.connection():
        schools = {school.number: school for school in Establishment.select()}
    merged = [school for school in schools.values() if school.successor]
    assert merged
    assert all(schools[school.successor].closed is None for school in merged)
    assert all(school.closed < making.NOW.date() for school in merged)
    assert any(school.closed and not school.successor for school in schools.values())
    assert any(not school.active for school in schools.values())


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*/*")), ids=lambda path: path.name)
def test_every_school_that_a_sample_names_exists(demo: Site, sample: Path) -> None:
    with demo.store.connection():
        known = {number for (number,) in Establishment.select(Establishment.number).tuples()}
    assert {part for part in sample.name.split("_") if part.isdigit() and len(part) == 7} <= known


def test_sample_senders_bear_the_name_of_their_headers(demo: Site) -> None:
    with demo.store.connection():
        called = {school.number: school.name for school in Establishment.select()}
    assert called["6804012"] == "Ysgol Uwchradd Glan-yr-Afon"
    assert called["6602175"] == "Ysgol Gynradd Llanfôr"
    assert called["6612089"] == "Ysgol y Tŵr"
    assert called["6614003"] == "Ysgol Syr Owain Enghraifft"
    assert called["6655501"] == "Ysgol Bro Alun (3-18)"
    assert called["8732001"] == "Mill Lane Primary School"


# Accounts


def test_each_role_of_three_authorities_and_each_school_has_an_account(demo: Site, small: World) -> None:
    found = {(account.role, account.organisation) for account in small.accounts}
    assert found >= {(str(role), code) for role in STAFF for code in ("660", "680", "681")}
    with demo.store.connection():
        working = [s.number for s in Establishment.select() if s.closed is None and s.active]
    schools = sorted(account.organisation for account in small.accounts if account.role == "school")
    assert schools == sorted(working)
    assert set(schools) >= {school.number for school in NAMED}
    assert [account.organisation for account in small.accounts if account.role == "wg"] == ["WG"]


@pytest.mark.requirement("R-LOG-1")
def test_every_account_told_of_can_log_on_at_once(demo: Site, small: World) -> None:
    for account in small.accounts:
        actor = accounts.log_on(demo, account.username, account.password)
        assert (str(actor.role), actor.organisation) == (account.role, account.organisation)
        assert account.name
        sessions.log_off(actor, demo)


def test_the_password_is_one_that_the_rules_take() -> None:
    passwords.require_good(people.PASSWORD, "680user")
    assert people.PASSWORD.isascii()


@pytest.mark.requirement("R-LOG-2")
def test_one_account_is_at_its_first_entry(demo: Site, small: World) -> None:
    assert people.FIRST_ENTRY not in {account.username for account in small.accounts}
    logon = accounts.begin(demo, people.FIRST_ENTRY, people.PASSWORD)
    assert logon.owed == (accounts.NEW_PASSWORD,)


def test_deleted_and_inactive_accounts_can_not_be_used(demo: Site) -> None:
    with demo.store.connection():
        gone = [user.username for user in User.select() if user.deleted_at or not user.active]
    assert len(gone) >= 10
    for username in gone:
        with pytest.raises(NotLoggedOn):
            accounts.begin(demo, username, people.PASSWORD)


def test_all_accounts_share_one_hash_and_have_contacts(demo: Site) -> None:
    with demo.store.connection():
        users = list(User.select())
    assert len({user.password for user in users if user.password}) == 1
    assert all(user.contact and user.email.endswith(".example") for user in users)


@pytest.mark.requirement("R-USR-5")
def test_one_authority_of_wales_has_no_dba(demo: Site) -> None:
    with demo.store.connection():
        with_dba = [user.organisation for user in User.select().where(User.role == "dba")]
    assert len(with_dba) == len(set(with_dba)) == 21
    assert filling.WITHOUT_DBA not in with_dba


def test_it_is_described_as_the_contract_says(small: World) -> None:
    told = json.loads(json.dumps(world.describe(small)))
    assert told["database"] == f"sqlite:///{small.folder}/s2s.sqlite"
    assert all(
        list(account) == ["username", "password", "role", "organisation", "name"]
        for account in told["accounts"]
    )
    assert {account["role"] for account in told["accounts"]} == {str(role) for role in ROLES}


def test_the_logon_screen_can_list_the_accounts_by_role(demo: Site, small: World) -> None:
    assert world.is_demo(demo)
    listed = world.accounts(demo)
    assert listed == small.accounts
    places = [(ROLES.index(Role(account.role)), account.organisation) for account in listed]
    assert places == sorted(places)


def test_a_real_database_is_no_demo(lite: Site) -> None:
    assert not world.is_demo(lite)
    assert world.accounts(lite) == ()


# Files


@pytest.mark.parametrize(
    ("what", "least", "where"),
    [
        ("all", 400, lambda: Transfer.id > 0),
        ("fresh", 20, lambda: _waiting() & (Transfer.uploaded_at > making.NOW - timedelta(days=8))),
        ("overdue", 15, lambda: _waiting() & (Transfer.uploaded_at < making.NOW - timedelta(days=8))),
        ("collected", 150, lambda: Transfer.state == "collected"),
        ("rejected", 10, lambda: (Transfer.state == "rejected") & (Transfer.state_reason != "")),
        ("deleted", 2, lambda: (Transfer.state == "deleted") & (Transfer.state_reason != "")),
        ("recalled", 1, lambda: Transfer.recalled_at.is_null(False)),
        ("forwarded", 1, lambda: Transfer.forwarded_from.is_null(False)),
        ("on behalf of a school", 4, lambda: Transfer.on_behalf_of.is_null(False)),
        ("year 6 files", 8, lambda: Transfer.pupil_count == 30),
        ("generic", 25, lambda: Transfer.kind == "generic"),
        ("PLASC", 15, lambda: Transfer.kind == "plasc"),
        ("admissions", 15, lambda: Transfer.kind == "admissions"),
        ("to authorities", 10, lambda: (Transfer.kind == "ctf") & Transfer.destination.endswith("LLLL")),
        ("from authorities", 10, lambda: (Transfer.kind == "ctf") & Transfer.source.endswith("LLLL")),
        ("within one", 50, lambda: Transfer.within.is_null(False)),
        ("across", 30, lambda: Transfer.incoming.is_null(False)),
        ("unknown destination", 30, lambda: Transfer.destination == LOST),
        ("left the sector", 10, lambda: Transfer.destination == LEFT),
        (
            "a year 6 for Newport to allocate",
            1,
            lambda: (
                _waiting() & Transfer.name.startswith("6802310_CTF_680LLLL") & (Transfer.pupil_count == 30)
            ),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_there_are_files_of_every_sort(demo: Site, what: str, least: int, where) -> None:  # type: ignore[no-untyped-def]
    with demo.store.connection():
        assert Transfer.select().where(where()).count() >= least


def _waiting():  # type: ignore[no-untyped-def]
    return (Transfer.state == "awaiting") & Transfer.destination.not_in((LOST, LEFT))


def test_nothing_waits_for_more_than_sixty_days(demo: Site) -> None:
    with demo.store.connection():
        oldest = Transfer.select().where(_waiting()).order_by(Transfer.uploaded_at).get()
    assert 40 < days_between(oldest.uploaded_at, making.NOW) <= 61


def test_every_time_lies_in_the_past_and_in_its_order(demo: Site) -> None:
    with demo.store.connection():
        moves = list(Transfer.select().order_by(Transfer.id))
        downloads = list(Download.select())
        sent = {move.id: move for move in moves}
    assert [move.uploaded_at for move in moves] == sorted(move.uploaded_at for move in moves)
    for move in moves:
        times = [move.uploaded_at, move.state_at, move.recalled_at, making.NOW]
        known = [at for at in times if at]
        assert known == sorted(known), move.name
        assert (move.state == "awaiting") == (move.state_at is None)
    for given in downloads:
        assert sent[given.transfer_id].uploaded_at <= given.at <= (given.confirmed_at or making.NOW)


def test_every_collected_file_was_downloaded_by_its_destination(demo: Site) -> None:
    with demo.store.connection():
        taken = {d.transfer_id: d for d in Download.select().where(~Download.is_copy)}
        for move in Transfer.select().where(Transfer.state == "collected"):
            given = taken[move.id]
            assert given.username == move.state_by
            assert given.organisation in (move.destination, move.destination[:3])
            assert given.confirmed_at == move.state_at


def test_names_follow_the_rules_and_no_name_is_used_twice(demo: Site) -> None:
    with demo.store.connection():
        moves = list(Transfer.select())
    assert len({move.name_key for move in moves}) == len(moves)
    for move in moves:
        name = names.parse(move.name)
        assert (name.key, str(name.kind), name.source) == (move.name_key, move.kind, move.source)


@pytest.mark.requirement("R-LPD-10")
def test_lost_pupils_are_in_every_state(demo: Site) -> None:
    with demo.store.connection():
        lost = list(LostPupil.select())
        sent = Transfer.select().where(Transfer.destination.in_((LOST, LEFT))).count()
        removed = {pupil.transfer_id for pupil in lost if pupil.state == "removed"}
        for move in Transfer.select().where(Transfer.destination.in_((LOST, LEFT))):
            assert move.state == ("deleted" if move.id in removed else "awaiting")
        forwarded = {move.forwarded_from for move in Transfer.select() if move.forwarded_from}
    assert len(lost) == sent
    states = Counter(pupil.state for pupil in lost)
    assert states["lost"] > states["downloaded"] + states["forwarded"] + states["removed"]
    assert set(states) == {"lost", "downloaded", "forwarded", "removed"}
    assert {pupil.left_sector for pupil in lost} == {True, False}
    assert {pupil.transfer_id for pupil in lost if pupil.state == "forwarded"} == forwarded
    assert sorted(pupil.change for pupil in lost) == list(range(1, len(lost) + 1))
    assert all(pupil.town and pupil.postcode for pupil in lost)


@pytest.mark.requirement("R-UPL-5")
def test_a_forwarded_file_is_byte_for_byte_the_one_that_was_found(demo: Site) -> None:
    with demo.store.connection():
        forwards = list(Transfer.select().where(Transfer.forwarded_from.is_null(False)))
        for forward in forwards:
            origin = Transfer.get(Transfer.id == forward.forwarded_from)
            assert (origin.content_id, origin.source) == (forward.content_id, forward.source)
            assert origin.uploaded_at < forward.uploaded_at


@pytest.mark.requirement("R-DWN-8")
def test_some_pupils_moved_more_than_once_along_a_chain_of_schools(demo: Site) -> None:
    with demo.store.connection():
        rows = list(
            Pupil.select(Pupil.upn, Transfer.source, Transfer.destination)
            .join(Transfer)
            .where(Transfer.forwarded_from.is_null())
            .order_by(Transfer.id)
            .tuples()
        )
    moves: dict[str, list[tuple[str, str]]] = {}
    for upn, source, destination in rows:
        moves.setdefault(upn, []).append((source, destination))
    twice = [chain for chain in moves.values() if len(chain) > 1]
    assert twice
    assert all(first[1] == second[0] for chain in twice for first, second in pairwise(chain))


@pytest.mark.requirement("R-UPL-7")
def test_old_mails_are_sent_and_the_newest_wait(demo: Site) -> None:
    with demo.store.connection():
        mails = list(Mail.select())
    assert {mail.state for mail in mails} == {"sent", "waiting"}
    assert all((mail.state == "sent") == (mail.sent_at is not None) for mail in mails)
    assert max(mail.created_at for mail in mails if mail.state == "sent") < min(
        mail.created_at for mail in mails if mail.state == "waiting"
    )
    assert {"arrived", "confirmed", "copy", "collected", "rejected"} <= {mail.about for mail in mails}


def test_the_audit_log_tells_of_every_act(demo: Site) -> None:
    with demo.store.connection():
        acts = Counter(entry.action for entry in AuditEntry.select())
        assert acts["upload"] == Transfer.select().count()
        assert acts["confirm"] == Transfer.select().where(Transfer.state == "collected").count()
        assert acts["reject"] == Transfer.select().where(Transfer.state == "rejected").count()
        assert acts["download"] + acts["lost-download"] == Download.select().count()
        for act, state in (("forward", "forwarded"), ("remove", "removed")):
            assert acts[f"lost-{act}"] == LostPupil.select().where(LostPupil.state == state).count() > 0
        ids = {row.id for row in LostPupil.select()}
        told = [entry for entry in AuditEntry.select() if entry.action.startswith("lost-")]
        assert {json.loads(entry.details)["id"] for entry in told} <= ids
        assert acts["logon"] >= Session.select().where(Session.started_at < making.NOW).count()


@pytest.mark.requirement("R-SYS-3")
def test_each_act_on_a_file_with_pupils_says_whom_it_is_about(demo: Site) -> None:
    with demo.store.connection():
        for transfer in Transfer.select().where(Transfer.pupil_count > 0):
            things = AuditMention.select().where(AuditMention.thing == f"file {transfer.id}").count()
            assert things >= 1 + (transfer.state in ("collected", "rejected"))


@pytest.mark.requirement("R-SYS-1")
@pytest.mark.parametrize(
    "username", ["680user", "681user", "660user", "s6804012", "s6814053", "s6602175", "s6604025"]
)
def test_home_has_something_to_say_to_those_a_lesson_uses(demo: Site, username: str) -> None:
    overview = home.overview(accounts.log_on(demo, username, people.PASSWORD), demo)
    assert any(need.what == "to-us" for need in overview.needs)
    assert any(need.overdue for need in overview.needs)
    assert sum(overview.sent)


# The folder


def test_it_lies_whole_in_its_folder(small: World) -> None:
    assert {path.name for path in small.folder.iterdir()} >= {"s2s.sqlite", "audit.key", "inbox", "demo.json"}
    assert (small.folder / "audit.key").stat().st_mode & 0o777 == 0o600
    assert small.folder.stat().st_mode & 0o777 == 0o700
    assert small.settings.smtp_host == ""
    assert small.settings.mail_path == small.folder / "mail"
    assert not [path for path in small.folder.parent.iterdir() if path != small.folder]


def test_without_more_said_it_lies_below_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    made = world.make(replace(CHEAP, smtp_host="mail.example"), clock=making.Clock())
    assert made.folder == tmp_path / "s2s-tui" / "demo" / "small"
    assert made.settings.smtp_host == ""


def test_the_same_seed_makes_the_same_world(folder: Path, small: World, demo: Site) -> None:
    with demo.store.connection():
        expected = [(row.name, row.content_id, row.state, row.state_at) for row in Transfer.select()]
    again = world.make(CHEAP, clock=making.Clock(), folder=folder)
    site = open_site(again.settings)
    with site.store.connection():
        found = [(row.name, row.content_id, row.state, row.state_at) for row in Transfer.select()]
    assert found == expected
    assert again.accounts == small.accounts
    for path in sorted((small.folder / "inbox").rglob("*.*")):
        if path.suffix.lower() == ".xml":
            assert (folder / path.relative_to(small.folder)).read_bytes() == path.read_bytes()


def test_another_seed_makes_another_world(folder: Path, demo: Site) -> None:
    with demo.store.connection():
        digests = {row.digest for row in Content.select()}
    other = open_site(world.make(CHEAP, clock=making.Clock(), folder=folder, seed=7).settings)
    with other.store.connection():
        assert not digests & {row.digest for row in Content.select()}


def test_a_demo_that_is_there_is_used_again(folder: Path) -> None:
    first = world.make(CHEAP, clock=making.Clock(), folder=folder)
    kept = (folder / "audit.key").read_bytes()
    (folder / "inbox" / "mine.txt").write_text("kept")
    second = world.make(CHEAP, folder=folder)
    assert (first.is_new, second.is_new) == (True, False)
    assert (second.accounts, second.made, second.settings) == (first.accounts, first.made, first.settings)
    assert (folder / "audit.key").read_bytes() == kept
    assert (folder / "inbox" / "mine.txt").exists()


def test_reset_makes_it_anew(folder: Path) -> None:
    world.make(CHEAP, clock=making.Clock(), folder=folder)
    (folder / "inbox" / "mine.txt").write_text("gone")
    later = making.Clock(making.NOW + timedelta(days=30))
    made = world.make(CHEAP, clock=later, folder=folder, reset=True)
    assert made.is_new
    assert made.made == later.now
    assert not (folder / "inbox" / "mine.txt").exists()
    assert upkeep.verify(open_site(made.settings)).ok
    assert list(folder.parent.iterdir()) == [folder]


def test_an_empty_folder_may_be_given(folder: Path) -> None:
    folder.mkdir()
    assert world.make(CHEAP, clock=making.Clock(), folder=folder).is_new


@pytest.mark.parametrize("reset", [False, True])
def test_a_folder_that_holds_something_else_is_left_alone(folder: Path, reset: bool) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(Refused) as refused:
        world.make(CHEAP, folder=folder, reset=reset)
    assert refused.value.code == "demo-folder"
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]
    assert list(folder.parent.iterdir()) == [folder]


def test_a_folder_that_only_bears_the_name_of_a_half_made_one_is_left_alone(folder: Path) -> None:
    other = folder.with_name(".demo.s2s-demo-part")
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    with pytest.raises(Refused):
        world.make(CHEAP, folder=folder)
    assert (other / "thesis.txt").exists()


def test_a_demo_of_another_scale_is_not_replaced_unasked(folder: Path) -> None:
    world.make(CHEAP, clock=making.Clock(), folder=folder)
    with pytest.raises(Refused) as refused:
        world.make(CHEAP, "wales", folder=folder)
    assert refused.value.code == "demo-other"
    assert refused.value.params["scale"] == "small"


def test_an_unknown_scale_is_wrong_use(folder: Path) -> None:
    with pytest.raises(WrongUse) as wrong:
        world.make(CHEAP, "europe", folder=folder)
    assert "small" in str(wrong.value.params["allowed"])
    assert not folder.exists()


@pytest.mark.parametrize("missing", ["s2s.sqlite", "audit.key"])
def test_a_demo_that_lost_a_part_is_made_again(folder: Path, missing: str) -> None:
    world.make(CHEAP, clock=making.Clock(), folder=folder)
    (folder / missing).unlink()
    again = world.make(CHEAP, clock=making.Clock(), folder=folder)
    assert again.is_new
    assert upkeep.verify(open_site(again.settings)).ok


def test_one_that_was_killed_while_it_was_made_is_made_again(folder: Path) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from s2s_tui.base.settings import Settings\n"
        "from s2s_tui.demo import world\n"
        "def stop(done, total):\n"
        "    print('half', flush=True)\n"
        "    time.sleep(60)\n"
        "cheap = Settings(argon2_memory_kib=8, argon2_passes=1)\n"
        "world.make(cheap, folder=Path(sys.argv[1]), on_progress=stop)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True
    ) as maker:
        assert maker.stdout is not None
        assert maker.stdout.readline() == "half\n"
        os.kill(maker.pid, signal.SIGKILL)
    left = {path.name for path in folder.parent.iterdir()}
    assert left == {".demo.s2s-demo-part", ".demo.s2s-demo-lock"}
    made = world.make(CHEAP, clock=making.Clock(), folder=folder)
    assert made.is_new
    assert list(folder.parent.iterdir()) == [folder]


def test_errors_of_the_demo_are_worded() -> None:
    assert {"demo-scale", "demo-folder", "demo-other", "demo-room", "demo-worker"} <= set(SENTENCES)


# Sizes


def test_wales_has_1450_schools_in_all_22_authorities() -> None:
    wales = scales.scale("wales")
    assert len(wales.schools) == len(wales.full) == 22
    assert sum(wales.schools.values()) == 1450
    assert wales.transfers == 20_000
    assert min(wales.schools.values()) > 15


def test_the_national_one_has_englands_schools_too() -> None:
    national = scales.scale("national")
    assert sum(national.schools.values()) == 25_450
    assert len(national.full) == len(national.schools) == 175
    assert national.files == 3_000_000


def test_the_small_one_is_made_within_five_seconds(folder: Path) -> None:
    began = time.process_time()
    world.make(CHEAP, clock=making.Clock(), folder=folder)
    assert time.process_time() - began < 5


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_wales_is_made_within_a_minute_and_verifies(folder: Path) -> None:
    began, heard = time.process_time(), []
    made = world.make(
        CHEAP,
        "wales",
        making.Clock(),
        folder=folder,
        on_progress=lambda done, total: heard.append((done, total)),
    )
    assert time.process_time() - began < 60
    assert heard[-1] == (20_000, 20_000)
    site = open_site(made.settings)
    assert upkeep.verify(site).ok
    found = {(account.role, account.organisation) for account in made.accounts}
    assert found >= {(str(role), code) for role in STAFF for code in scales.scale("wales").full}
    assert sum(account.role == "school" for account in made.accounts) >= 1450
    with site.store.connection():
        assert Transfer.select().count() >= 20_000
        assert Property.get(Property.name == "demo")


def test_it_can_be_filled_on_either_engine(request: pytest.FixtureRequest, settings, clock) -> None:  # type: ignore[no-untyped-def]
    site = upkeep.bare(replace(settings, database=request.getfixturevalue("postgres")()), clock)
    assert filling.fill(site, scales.scale("small")).samples
    verdict = upkeep.verify(site)
    assert verdict.ok, verdict.problems
    with site.store.connection():
        assert Transfer.select().count() >= 400
    site.store.close()
