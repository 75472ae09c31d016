"""Guided tasks (R-SYS-5): each is really done through the services, and only by whoever has it in hand."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import making
import pytest

from s2s_tui.base.errors import NotFound, NotLoggedOn, Refused
from s2s_tui.base.translation import in_language
from s2s_tui.demo import practice, world
from s2s_tui.demo.practice import State
from s2s_tui.demo.practice_tasks import BY_ID, TASKS, learner
from s2s_tui.demo.world import World
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import (
    accounts,
    audit_log,
    downloads,
    establishments,
    forwarding,
    lost,
    message_sending,
    phase,
    pupils,
    search,
    sessions,
    standing,
    transfers,
    uncollected,
    uploads,
    user_audit,
    user_changes,
    user_passwords,
)
from s2s_tui.services.search import LookedFor
from s2s_tui.services.site import Site, open_site
from s2s_tui.services.user_changes import NewUser
from s2s_tui.store.models import AuditEntry, LostPupil, MessageCopy, StandingSearch, Transfer, User
from s2s_tui.store.statements import insert

from .conftest import CHEAP

pytestmark = pytest.mark.requirement("R-SYS-5")
IDS = [task.id for task in TASKS]
SECOND = "another"
"""A colleague of whoever practises, with the same role."""


@pytest.fixture
def lesson(small: World, tmp_path: Path) -> Iterator[Site]:
    """A world of one's own to practise in."""
    folder = tmp_path / "world"
    shutil.copytree(small.folder, folder)
    made = world.make(CHEAP, "small", making.Clock(), folder=folder)
    assert not made.is_new
    site = replace(open_site(made.settings), clock=making.Clock())
    yield site
    site.store.close()


def on(site: Site, username: str) -> Actor:
    return accounts.log_on(site, username, "croeso-i-gymru")


def colleague(site: Site, actor: Actor) -> Actor:
    """Somebody else with the same role in the same place."""
    with site.store.connection():
        row = dict(User.select().where(User.username == actor.user).dicts().get())
        insert(User, [{name: value for name, value in row.items() if name != "id"} | {"username": SECOND}])
    return on(site, SECOND)


def state(actor: Actor, site: Site, task_id: str) -> State:
    return next(one.state for one in practice.tasks(actor, site) if one.id == task_id)


def picked(site: Site, actor: Actor, task_id: str) -> dict[str, Any]:
    """What a task is about, as the log has it."""
    entry = AuditEntry
    with site.store.connection():
        mine = (entry.username == actor.user) & (entry.action == "practice") & (entry.subject == task_id)
        found = entry.select().where(mine).order_by(entry.id.desc()).get()
    return dict(json.loads(found.details)["picked"])


# How each is done


def _send(actor: Actor, site: Site, it: dict[str, Any], _folder: Path) -> None:
    path = Path(site.settings.folder) / actor.organisation / it["file"]
    (receipt,) = uploads.upload_all(actor, site, [path])
    assert receipt.status == "sent"


def _collect(actor: Actor, site: Site, it: dict[str, Any], folder: Path) -> None:
    downloads.download(actor, site, [it["id"]], folder)
    assert transfers.confirm(actor, site, [it["id"]])[0].ok


def _year_six(actor: Actor, site: Site, it: dict[str, Any], _folder: Path) -> None:
    phase.take_in(actor, site)
    seats = [seat.id for seat in phase.board(actor, site).seats]
    assert len(seats) >= it["count"]
    phase.assign(actor, site, seats[:20], "6804012")
    phase.assign(actor, site, seats[20:], "6804031")
    assert all(step.receipt.ok for step in phase.send(actor, site))


def _seen(actor: Actor, site: Site, it: dict[str, Any], _folder: Path) -> None:
    assert audit_log.pupil(actor, site, it["upn"]).count()


def _fetch(actor: Actor, site: Site, it: dict[str, Any], folder: Path) -> None:
    lost.download(actor, site, it["id"], folder, on_roll=True)
    lost.confirm(actor, site, it["id"])


def _forward_lost(actor: Actor, site: Site, it: dict[str, Any], _folder: Path) -> None:
    assert lost.forward(actor, site, it["id"], it["school"], on_roll=True).ok


def _keep(actor: Actor, site: Site, it: dict[str, Any], _folder: Path) -> None:
    standing.keep(actor, site, LookedFor(surname=it["surname"].upper(), forename=it["forename"]))


def _account(role: str, where: str) -> Callable[..., None]:
    def add(actor: Actor, site: Site, it: dict[str, Any], _folder: Path) -> None:
        code = it.get(where) or actor.organisation
        new = NewUser(username=it["username"], role=role, organisation=code, email=it["email"])
        user_changes.add(actor, site, new)

    return add


DONE: dict[str, Callable[[Actor, Site, dict[str, Any], Path], object]] = {
    "send": _send,
    "send-lost": _send,
    "collect": _collect,
    "reject": lambda actor, site, it, _: transfers.reject(actor, site, [it["id"]], "Not ours."),
    "chase": lambda actor, site, it, _: uncollected.chase(actor, site, [it["id"]]),
    "never-came": lambda actor, site, it, _: pupils.timeline(actor, site, it["upn"]),
    "pass-on": lambda actor, site, it, _: forwarding.forward(actor, site, it["id"], it["school"]),
    "year-six": _year_six,
    "answer": lambda actor, site, it, _: message_sending.reply(actor, site, it["id"], "Yes, we do."),
    "new-colleague": _account("user", ""),
    "forgotten": lambda actor, site, it, _: user_passwords.reset(actor, site, it["username"]),
    "seen": _seen,
    "find": _fetch,
    "forward": _forward_lost,
    "keep": _keep,
    "new-dba": _account("dba", "code"),
    "open-school": lambda actor, site, it, _: establishments.open_school(
        actor, site, it["number"], {"name": it["name"]}
    ),
    "round": lambda actor, site, it, _: user_audit.open_round(
        actor, site, it["year"], site.clock().date() + timedelta(days=30)
    ),
}


@pytest.mark.parametrize("task_id", IDS)
def test_a_task_is_done_once_it_is_really_done(lesson: Site, tmp_path: Path, task_id: str) -> None:
    actor = on(lesson, learner(BY_ID[task_id].roles[0]).user)
    assert state(actor, lesson, task_id) is State.NEW
    begun = practice.begin(actor, lesson, task_id)
    assert begun.state is State.BEGUN
    assert practice.in_hand(actor, lesson) == begun
    DONE[task_id](actor, lesson, picked(lesson, actor, task_id), tmp_path)
    assert state(actor, lesson, task_id) is State.DONE
    told = practice.in_hand(actor, lesson)
    assert told is not None
    assert (told.state, told.story) == (State.DONE, begun.story)


@pytest.mark.parametrize("task_id", IDS)
def test_what_another_does_is_not_ones_own(lesson: Site, tmp_path: Path, task_id: str) -> None:
    actor = on(lesson, learner(BY_ID[task_id].roles[0]).user)
    other = colleague(lesson, actor)
    practice.begin(actor, lesson, task_id)
    DONE[task_id](other, lesson, picked(lesson, actor, task_id), tmp_path)
    assert state(actor, lesson, task_id) in (State.BEGUN, State.GONE)
    assert state(other, lesson, task_id) in (State.NEW, State.NONE)
    gone = {"collect", "reject", "find", "forward"}
    assert (state(actor, lesson, task_id) is State.GONE) == (task_id in gone)


def test_what_was_done_before_does_not_count_and_it_can_be_begun_anew(lesson: Site, tmp_path: Path) -> None:
    actor = on(lesson, "680user")
    first = practice.begin(actor, lesson, "never-came")
    DONE["never-came"](actor, lesson, picked(lesson, actor, "never-came"), tmp_path)
    assert practice.begin(actor, lesson, "never-came") == replace(first, begun=lesson.clock())
    assert state(actor, lesson, "never-came") is State.BEGUN


def test_doing_it_to_another_thing_is_not_doing_it(lesson: Site, tmp_path: Path) -> None:
    actor = on(lesson, "s6804012")
    for task_id in ("collect", "reject"):
        practice.begin(actor, lesson, task_id)
    wrong = picked(lesson, actor, "reject")
    assert wrong["id"] != picked(lesson, actor, "collect")["id"]
    DONE["collect"](actor, lesson, wrong, tmp_path)
    assert state(actor, lesson, "collect") is State.BEGUN
    assert state(actor, lesson, "reject") is State.GONE
    assert practice.begin(actor, lesson, "reject").state is State.BEGUN
    assert picked(lesson, actor, "reject")["id"] not in (wrong["id"], None)


def test_what_was_refused_is_not_done(lesson: Site, tmp_path: Path) -> None:
    actor = on(lesson, "680transfer")
    practice.begin(actor, lesson, "forward")
    it = picked(lesson, actor, "forward")
    with pytest.raises(Refused, match="on-roll"):
        lost.forward(actor, lesson, it["id"], it["school"], on_roll=False)
    assert state(actor, lesson, "forward") is State.BEGUN


def test_a_file_of_that_name_that_is_refused_is_not_sent(lesson: Site, tmp_path: Path) -> None:
    actor = on(lesson, "s6804012")
    practice.begin(actor, lesson, "send")
    spoilt = tmp_path / picked(lesson, actor, "send")["file"]
    spoilt.write_bytes(b"<CTfile>")
    (receipt,) = uploads.upload_all(actor, lesson, [spoilt])
    assert receipt.status == "refused"
    assert state(actor, lesson, "send") is State.BEGUN


def test_an_answer_to_another_message_is_none_to_this(lesson: Site, tmp_path: Path) -> None:
    actor = on(lesson, "680user")
    practice.begin(actor, lesson, "answer")
    it = picked(lesson, actor, "answer")
    with lesson.store.connection():
        own = {copy.message_id for copy in MessageCopy.select().where(MessageCopy.inbox == "680/user")}
    DONE["answer"](actor, lesson, {"id": min(own - {it["id"]})}, tmp_path)
    assert state(actor, lesson, "answer") is State.BEGUN
    DONE["answer"](actor, lesson, it, tmp_path)
    assert state(actor, lesson, "answer") is State.DONE


@pytest.mark.requirement("R-LPD-5")
@pytest.mark.parametrize(("username", "task_id"), [("680transfer", "forward"), ("680lost", "find")])
def test_the_search_finds_the_child_of_the_story(lesson: Site, username: str, task_id: str) -> None:
    actor = on(lesson, username)
    with lesson.store.connection():
        children = [BY_ID[task_id].pick(actor, lesson)]
    practice.begin(actor, lesson, task_id)
    for it in children:
        assert it is not None
        day = ".".join(reversed(it["born"].split("-")))
        found = search.search(
            actor, lesson, LookedFor(surname=it["surname"], forename=it["forename"], dob=day)
        )
        assert [hit.record.id for hit in found.hits[:1]] == [it["id"]]
        assert (found.hits[0].record.surname, found.hits[0].record.forename) != (
            it["surname"],
            it["forename"],
        )


def test_the_child_that_nobody_sent_is_found_by_no_search_so_that_it_can_be_kept(lesson: Site) -> None:
    actor = on(lesson, "680lost")
    practice.begin(actor, lesson, "keep")
    it = picked(lesson, actor, "keep")
    day = ".".join(reversed(it["born"].split("-")))
    for looked in (
        LookedFor(surname=it["surname"], forename=it["forename"], dob=day),
        LookedFor(surname=it["surname"]),
    ):
        found = search.search(actor, lesson, looked)
        assert max((hit.score for hit in found.hits), default=0) < standing.FITS


def test_a_world_that_holds_nothing_more_says_so(lesson: Site) -> None:
    actor = on(lesson, "s6804012")
    with lesson.store.connection():
        Transfer.update(state="collected").where(Transfer.destination == "6804012").execute()
        LostPupil.update(state="removed").execute()
    shutil.rmtree(Path(lesson.settings.folder) / "6804012")
    for one in practice.tasks(actor, lesson):
        assert (one.state is State.NONE) == (one.id != "answer"), one
        assert bool(one.story) == (one.id == "answer")
    with pytest.raises(Refused, match="practice-none"):
        practice.begin(actor, lesson, "collect")
    transfer = on(lesson, "680transfer")
    assert state(transfer, lesson, "forward") is State.NONE


def test_a_task_is_only_for_its_roles_and_only_while_logged_on(lesson: Site) -> None:
    actor = on(lesson, "s6804012")
    for wrong in ("chase", "nothing"):
        with pytest.raises(NotFound):
            practice.begin(actor, lesson, wrong)
    sessions.log_off(actor, lesson)
    for call in (practice.tasks, practice.in_hand, lambda a, s: practice.begin(a, s, "send")):
        with pytest.raises(NotLoggedOn):
            call(actor, lesson)


@pytest.mark.parametrize("role", list(Role)[:-1])
def test_a_real_database_has_no_tasks(lite: Site, role: Role) -> None:
    place = {Role.SCHOOL: "6804012", Role.WG: "WG"}.get(role, "680")
    actor = making.logged_on(lite, role, place)
    assert practice.tasks(actor, lite) == ()
    assert practice.in_hand(actor, lite) is None
    for task in TASKS:
        with pytest.raises(NotFound):
            practice.begin(actor, lite, task.id)


def test_other_authorities_and_schools_have_the_tasks_of_their_role(lesson: Site) -> None:
    for username in ("660user", "681dba", "681transfer", "s6814053", "660lost"):
        actor = on(lesson, username)
        told = practice.tasks(actor, lesson)
        assert [one.id for one in told] == [task.id for task in TASKS if actor.role in task.roles]
        assert [one for one in told if one.state is State.NEW], username


def test_every_task_has_what_a_newcomer_needs_and_says_the_same_in_both_languages(lesson: Site) -> None:
    told = practice.overview(lesson)
    assert {one.id for one in told} == set(IDS)
    assert all(one.state is State.NEW for one in told)
    assert {one.account for one in told} == {actor.user for actor in practice.learners()}
    with in_language("cy"):
        welsh = practice.overview(lesson)
    for one, other in zip(told, welsh, strict=True):
        assert len(one.hints) == len(other.hints) == 3
        for text, same in zip(
            (one.title, one.story, one.goal, *one.hints),
            (other.title, other.story, other.goal, *other.hints),
            strict=True,
        ):
            assert text != same
            assert "{" not in text + same


@pytest.mark.parametrize("now", [datetime(2026, 8, 15, 23, 30), datetime(2028, 2, 29, 8, 0)], ids=str)
def test_a_world_made_at_any_time_holds_something_for_each(folder: Path, now: datetime) -> None:
    made = world.make(CHEAP, "small", making.Clock(now), folder=folder)
    site = replace(open_site(made.settings), clock=making.Clock(now))
    assert [(one.account, one.id) for one in practice.overview(site) if one.state is not State.NEW] == []
    site.store.close()


def test_beginning_is_one_entry_of_the_log_and_nothing_else(lesson: Site) -> None:
    def count() -> tuple[int, int]:
        with lesson.store.connection():
            return AuditEntry.select().count(), StandingSearch.select().count()

    actor = on(lesson, "680lost")
    before = count()
    practice.begin(actor, lesson, "keep")
    practice.tasks(actor, lesson)
    assert count() == (before[0] + 1, before[1])
