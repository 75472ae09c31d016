"""The permission table, walked through the services: each role, each service, own and other organisations.

`ROWS` names every public function of the services that takes an actor; one without a row fails the test.
"""

import importlib
import inspect
import itertools
import pkgutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import making
import pytest
import steps

from s2s_tui import services
from s2s_tui.base.errors import NotAllowed, NotFound, NotLoggedOn, S2SError
from s2s_tui.base.settings import Settings
from s2s_tui.rules.names import Kind
from s2s_tui.rules.roles import PERMISSIONS, ROLES, WALES, Actor, Role, Scope
from s2s_tui.services import (
    access,
    accounts,
    audit,
    groups,
    message_recipients,
    message_sending,
    schools,
    sessions,
    templates,
    upkeep,
)
from s2s_tui.services.drafts import Draft as Letter
from s2s_tui.services.files import Offered
from s2s_tui.services.naming import Draft
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.school_changes import Change, Saved
from s2s_tui.services.search import LookedFor
from s2s_tui.services.user_changes import NewUser
from s2s_tui.store import models
from s2s_tui.store.models import Find, LostPupil, MatchRun, SchoolHoliday, Session, User
from s2s_tui.store.statements import Statement

OWN, OTHER = ("680", "6804012"), ("660", "6604025")
NEW = "seven green bottles"
EMAIL = "somebody@newport.gov.uk"
KINDS = ("ctf", "generic", "plasc", "admissions")

# How an answer follows from the table:
ANYBODY = "anybody"
ROLE = "role"  # the permission alone decides
OWNER = "owner"  # the permission first, then whose it is
THING = "thing"  # a file: of others as unknown, to whom exchanges files at all
EMPTY = "empty"  # the permission alone decides; of others nothing is found
ACCOUNT = "account"  # as OWNER, for an account that is no DBA's: beyond the scope `dbas`
INBOX = "inbox"  # the permission first, then whose it is; WG has its own


@dataclass(frozen=True)
class Row:
    """A service and what the table says of it: the permission may hold `{kind}`."""

    permission: str
    how: str
    call: Callable[..., Any]
    make: Callable[..., Any] = lambda site, number, kind: None
    kinds: tuple[str, ...] = ("ctf",)


def sender(site):
    """The school that sends, logged on once."""
    found = SENDERS.get(site.store.url)
    if found is None:
        found = SENDERS[site.store.url] = making.logged_on(site, "school", "6804012")
    return found


SENDERS: dict[str, Actor] = {}


def a_file(site, number: int, kind: str = "ctf") -> int:
    """A file of 680 and its school 6804012: for files between schools 681 is the other side."""
    school = sender(site)
    if kind == "ctf":
        return steps.sent(school, site, making.offered(number=number))
    name = {
        "generic": f"6804012_680LLLL_text{number}.ZIP",
        "plasc": f"6804012_PLA_680PLAS_{number:03}.ZIP",
        "admissions": f"6804012_ADM_680ADMS_{number:03}.ZIP",
    }[kind]
    return steps.sent(school, site, Offered(name, steps.zipped()))


def a_pupil(site, number: int, kind: str = "ctf") -> int:
    """A file of a pupil whom no other file names."""
    child = making.Child(making.upn(900))
    return steps.sent(sender(site), site, making.offered(number=number, children=[child]))


def a_look_at_a_pupil(site, number: int, kind: str = "ctf") -> None:
    """On record in each organisation that asks."""
    for actor in (sender(site), making.logged_on(site, "user", "660"), making.logged_on(site, "wg", WALES)):
        site.store.write(lambda actor=actor: audit.record(site, actor, "look", making.upn(901)))
    site.clock.forward(seconds=1)


def a_file_to_the_authority(site, number: int, kind: str = "ctf") -> int:
    return steps.sent(sender(site), site, making.offered(destination="680LLLL", number=number))


def an_account(site, number: int, kind: str = "ctf") -> str:
    """An LEA User of 680."""
    row = {"username": f"account{number}", "role": "user", "organisation": "680", "created_at": making.NOW}
    site.store.write(lambda: User.create(**row, email=EMAIL))
    return row["username"]


def a_lost_pupil(site, number: int, kind: str = "ctf") -> int:
    transfer = steps.sent(sender(site), site, making.offered(destination="XXXXXXX", number=number))
    with site.store.connection():
        return LostPupil.get(LostPupil.transfer == transfer).id


def a_run(site, number: int, kind: str = "ctf") -> int:
    """A finished matching of which nothing is published."""
    named = {"roll": "roll.csv", "made_by": "wg", "digest": f"{number}"}
    times = {"started_at": making.NOW, "finished_at": making.NOW}
    return site.store.write(lambda: MatchRun.create(**named, **times).id)


def a_find(site, number: int, kind: str = "ctf", *, published: bool = True) -> int:
    """A pupil of 680's whom a matching found at a school of 680."""
    lost, run = a_lost_pupil(site, number), a_run(site, number)

    def change() -> int:
        if published:
            MatchRun.update(published_at=making.NOW).where(MatchRun.id == run).execute()
        named = {"upn": "", "surname": "Llwyd", "forename": "Siân", "reasons": "[]"}
        found = {"authority": "680", "school": "6804031", "band": "check", "bits": 9.0, "probability": 0.7}
        return Find.create(run=run, lost=lost, **named, **found).id

    return site.store.write(change)


def a_holiday(site, number: int, kind: str = "ctf") -> int:
    days = {"first": date(2026, 12, 21), "last": date(2027, 1, 1)}
    return site.store.write(lambda: SchoolHoliday.create(authority="680", **days).id)


def a_dropped_find(site, number: int, kind: str = "ctf") -> int:
    return a_find(site, number, published=False)


def a_school(site, number: int, kind: str = "ctf") -> str:
    """A school of 680, or 680 itself; nothing has to be made."""
    return "6804031"


def a_saved_school(site, number: int, kind: str = "ctf") -> Saved:
    """What was saved of a school of 680."""
    wg = making.logged_on(site, "wg", WALES)
    return Saved(schools.show(wg, site, "6804031"), (Change("town", "", "Newport"),))


def offer(actor, kind: str, number: int) -> Offered:
    """A file that this actor's role would send, had it the permission."""
    organisation = actor.organisation
    school = len(organisation) == 7
    general = organisation if school else f"{organisation[:3] if actor.authority else '680'}LLLL"
    if kind == "lost":
        return making.offered(general, "XXXXXXX", number)
    if kind == "ctf":
        return making.offered(general, "6814053", number)
    if kind == "generic":
        return Offered(f"{general}_6814053_text{number}.ZIP", steps.zipped())
    box = {"plasc": "PLAS", "admissions": "ADMS"}[kind]
    source = organisation if school else f"{general[:3]}{box}"
    destination = f"681{box}" if school else "6814053"
    return Offered(
        f"{source}_{ {'plasc': 'PLA', 'admissions': 'ADM'}[kind] }_{destination}_{number:03}.ZIP",
        steps.zipped(),
    )


def save_all(actor, site, kind, number, folder):
    path = folder / offer(actor, kind, number).name
    path.write_bytes(offer(actor, kind, number).content)
    from s2s_tui.services import uploads

    (receipt,) = uploads.upload_all(actor, site, [path])
    if any(problem.code == "not-allowed" for problem in receipt.problems):
        raise NotAllowed("not-allowed")
    return receipt.status


def a_message(site, number: int, kind: str = "ctf") -> int:
    """A message of another authority to every inbox of 680, of its school 6804012 and of WG."""
    to = ["6804012", "wg", *(f"680/{role}" for role, _title in message_recipients.roles())]
    sender = making.logged_on(site, "user", "681")
    site.clock.forward(minutes=2)  # more of them at once no account may send
    return message_sending.send(sender, site, to, "An enquiry", "About a pupil.").id


def _everywhere(site, add) -> None:
    """The same in 680, in its school and in WG."""
    for role, organisation in (("user", "680"), ("school", "6804012"), ("wg", WALES)):
        add(making.logged_on(site, role, organisation))


def a_template(site, number: int, kind: str = "ctf") -> str:
    """A template's title in 680, in its school 6804012 and in WG; 660 has none of it."""
    _everywhere(site, lambda actor: templates.add(actor, site, f"Template number {number}", "S", "T"))
    return f"Template number {number}"


def a_group(site, number: int, kind: str = "ctf") -> str:
    """A group's title, likewise."""
    _everywhere(site, lambda actor: groups.add(actor, site, f"Group number {number}", ["681/user"]))
    return f"Group number {number}"


def numbered(*arguments: Any) -> Callable[..., Any]:
    """Called with a title of its own first."""
    return lambda service, actor, site, thing, kind, number, folder: service(
        actor, site, f"Of its own {number}", *arguments
    )


def called(name: str) -> Callable[..., Any]:
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(f"s2s_tui.services.{module}"), function)


def plain(*arguments: Any, **named: Any) -> Callable[..., Any]:
    return lambda service, actor, site, thing, kind, number, folder: service(actor, site, *arguments, **named)


def on_thing(*arguments: Any, many: bool = False, **named: Any) -> Callable[..., Any]:
    return lambda service, actor, site, thing, kind, number, folder: service(
        actor, site, [thing] if many else thing, *arguments, **named
    )


def on_account(*arguments: Any, **named: Any) -> Callable[..., Any]:
    return lambda service, actor, site, thing, kind, number, folder: service(
        actor, site, str(thing), *arguments, **named
    )


def into_folder(many: bool, **named: Any) -> Callable[..., Any]:
    return lambda service, actor, site, thing, kind, number, folder: service(
        actor, site, [thing] if many else thing, folder, **named
    )


def offering(service, actor, site, thing, kind, number, folder):
    return service(actor, site, offer(actor, kind, number))


ALL_KINDS = {"kinds": KINDS, "make": a_file}
ROWS: dict[str, Row] = {
    "accounts.again": Row("account", ANYBODY, plain(making.PASSWORD)),
    "sessions.log_off": Row("account", ANYBODY, plain()),
    "sessions.last_logon": Row("account", ANYBODY, plain()),
    "sessions.prove_again": Row("account", ANYBODY, plain(making.PASSWORD)),
    "passwords.change_password": Row("account", ANYBODY, plain("wrong", NEW, NEW)),
    "accounts.set_language": Row("account", ANYBODY, plain("cy")),
    "audit_log.entries": Row("audit.view", ROLE, plain()),
    "audit_log.pupil": Row("audit.view", EMPTY, plain(making.upn(901)), a_look_at_a_pupil),
    "directory.find": Row("find", ANYBODY, plain("glan")),
    "directory.authorities": Row("find", ANYBODY, plain()),
    "home.overview": Row("", ANYBODY, plain()),
    "uploads.check": Row("{kind}.upload", ROLE, offering, kinds=(*KINDS, "lost")),
    "uploads.upload": Row("{kind}.upload", ROLE, offering, kinds=(*KINDS, "lost")),
    "uploads.upload_all": Row(
        "{kind}.upload",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: save_all(actor, site, kind, number, folder),
        kinds=(*KINDS, "lost"),
    ),
    "naming.begin": Row(
        "{kind}.upload",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(
            actor, site, kind, offer(actor, kind, number)
        ),
        kinds=KINDS,
    ),
    "naming.complete": Row(
        "{kind}.upload",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(
            actor, site, Draft(kind=Kind(kind), source="6804012", destination="6814053")
        ),
        kinds=KINDS,
    ),
    "naming.copy": Row(
        "{kind}.upload",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(
            actor, site, kind, folder / "none.xml", offer(actor, kind, number).name
        ),
        kinds=KINDS,
    ),
    "listing.files": Row(
        "{kind}.download",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(actor, site, kind, "mine").page(),
        kinds=KINDS,
    ),
    "downloads.download": Row("{kind}.download", THING, into_folder(many=True), **ALL_KINDS),
    "downloads.available": Row("{kind}.download", THING, on_thing(many=True), **ALL_KINDS),
    "transfers.reach": Row("{kind}.download", THING, on_thing("download"), **ALL_KINDS),
    "transfers.show": Row("{kind}.download", THING, on_thing(), **ALL_KINDS),
    "transfers.confirm": Row("{kind}.download", THING, on_thing(many=True), **ALL_KINDS),
    "transfers.reject": Row("{kind}.download", THING, on_thing("Not ours.", many=True), **ALL_KINDS),
    "transfers.recall": Row("{kind}.upload", THING, on_thing("Sent in error."), **ALL_KINDS),
    "uncollected.delete": Row("ctf.delete", OWNER, on_thing("Old.", many=True), a_file),
    "uncollected.chase": Row("ctf.delete", OWNER, on_thing(many=True), a_file),
    "uncollected.preview": Row("ctf.delete", OWNER, on_thing(many=True), a_file),
    "forwarding.forward": Row("ctf.upload", THING, on_thing("6814053"), a_file_to_the_authority),
    "pupils.find": Row("pupil.timeline", EMPTY, plain(making.upn(900)), a_pupil),
    "pupils.timeline": Row("pupil.timeline", OWNER, plain(making.upn(900)), a_pupil),
    "pupils.export": Row(
        "pupil.timeline",
        OWNER,
        lambda service, actor, site, thing, kind, number, folder: service(
            actor, site, making.upn(900), folder / "export.zip"
        ),
        a_pupil,
    ),
    "lost.show": Row("lost.search", ROLE, on_thing(), a_lost_pupil),
    "lost.download": Row("lost.download", ROLE, into_folder(many=False, on_roll=True), a_lost_pupil),
    "lost.confirm": Row("lost.download", ROLE, on_thing(), a_lost_pupil),
    "lost.put_back": Row("lost.download", ROLE, on_thing(), a_lost_pupil),
    "lost.forward": Row("lost.forward", OWNER, on_thing("6804031", on_roll=True), a_lost_pupil),
    "lost.remove": Row("lost.remove", OWNER, on_thing("Found.", many=True), a_lost_pupil),
    "search.search": Row("lost.search", ROLE, plain(LookedFor(surname="Llwyd")), a_lost_pupil),
    "search.batch": Row(
        "lost.search",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: list(
            service(actor, site, ["surname", "Llwyd"])
        ),
        a_lost_pupil,
    ),
    "standing.keep": Row("lost.search", ROLE, plain(LookedFor(surname="Llwyd"))),
    "standing.kept": Row("lost.search", ROLE, plain()),
    "standing.look_on": Row("lost.search", EMPTY, plain(987654)),
    "standing.remove": Row("lost.search", EMPTY, plain(987654)),
    "annual.match": Row(
        "matching.run",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(actor, site, folder / "none.csv"),
    ),
    "annual_runs.runs": Row("matching.run", ROLE, plain()),
    "annual_runs.review": Row("matching.run", ROLE, on_thing(), a_run),
    "annual_runs.drop": Row("matching.run", ROLE, on_thing(many=True), a_dropped_find),
    "annual_runs.publish": Row("matching.run", ROLE, on_thing(), a_run),
    "annual_runs.discard": Row("matching.run", ROLE, on_thing(), a_run),
    "finds.finds": Row("matching.finds", ROLE, plain()),
    "finds.set_state": Row("matching.finds", OWNER, on_thing("school-has"), a_find),
    "lost.past_leaving_age": Row("lost.remove", ROLE, plain()),
    "establishments.close": Row("schools.open", ROLE, plain("6802310", date(2026, 11, 24))),
    "establishments.merge": Row("schools.open", ROLE, plain("6802310", "6804031", date(2026, 11, 24))),
    "establishments.open_school": Row("schools.open", ROLE, plain("6802399", {"name": "Ysgol"})),
    "establishments.waiting": Row("schools.open", ROLE, plain("6804031")),
    "school_import.bring_in": Row(
        "schools.open",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(actor, site, folder / "none.csv"),
    ),
    "schools.schools": Row("schools.view", ROLE, plain()),
    "schools.show": Row("schools.view", OWNER, plain("6804031"), a_school),
    "school_changes.preview": Row("schools.update", OWNER, plain("6804031", {"town": "x"}), a_school),
    "school_changes.update": Row("schools.update", OWNER, plain("6804031", {"town": "x"}), a_school),
    "school_changes.set_active": Row("schools.update", OWNER, plain("6804031", True), a_school),
    "school_changes.tell": Row(
        "schools.update",
        OWNER,
        lambda service, actor, site, thing, kind, number, folder: service(actor, site, thing),
        a_saved_school,
    ),
    "authorities.authorities": Row("authority.view", ROLE, plain()),
    "authorities.show": Row("authority.view", OWNER, plain("680"), a_school),
    "authorities.preview": Row("authority.update", OWNER, plain("680", {"email": ""}), a_school),
    "authorities.update": Row("authority.update", OWNER, plain("680", {"email": ""}), a_school),
    "authorities.add": Row("schools.open", ROLE, plain("690", {"name": "Newtown"})),
    "authorities.close": Row("schools.open", ROLE, plain("660", date(2026, 11, 24))),
    "user_audit.open_round": Row("useraudit.run", ROLE, plain("2026", date(2026, 12, 24))),
    "user_audit.close_round": Row("useraudit.run", ROLE, plain()),
    "user_audit.rounds": Row("useraudit.run", ROLE, plain()),
    "user_audit.parts": Row("useraudit.run", ROLE, plain()),
    "user_audit.remind": Row("useraudit.run", ROLE, plain()),
    "user_audit.current": Row("useraudit.view", ROLE, plain()),
    "user_audit.entries": Row("useraudit.view", OWNER, plain(code="680"), a_school),
    "user_audit.answer": Row("useraudit.answer", ROLE, plain([], "confirm")),
    "user_audit.certificate": Row(
        "useraudit.view",
        OWNER,
        lambda service, actor, site, thing, kind, number, folder: service(
            actor, site, folder, "x.csv", code="680"
        ),
        a_school,
    ),
    "users.accounts": Row("users.view", ROLE, plain()),
    "users.show": Row("users.view", OWNER, on_account(), an_account),
    "users.without_dba": Row("users.view", ROLE, plain()),
    "users.roles_for": Row("users.manage", ROLE, plain()),
    "user_choices.authorities": Row("users.manage", ROLE, plain()),
    "user_choices.schools": Row("users.manage", ROLE, plain()),
    "user_changes.add": Row(
        "users.manage",
        ACCOUNT,
        lambda service, actor, site, thing, kind, number, folder: service(
            actor, site, NewUser(username=f"new{number}", role="user", organisation="680", email=EMAIL)
        ),
    ),
    "user_changes.update": Row("users.manage", ACCOUNT, on_account(phone="1"), an_account),
    "user_changes.set_role": Row("users.manage", ACCOUNT, on_account("plasc"), an_account),
    "user_changes.set_active": Row("users.manage", ACCOUNT, on_account(False), an_account),
    "user_changes.delete": Row("users.manage", ACCOUNT, on_account(), an_account),
    "user_passwords.reset": Row("users.manage", ACCOUNT, on_account(), an_account),
    "user_passwords.unlock": Row("users.manage", ACCOUNT, on_account(), an_account),
    "user_passwords.forget_second_factor": Row("users.manage", ACCOUNT, on_account(), an_account),
    "phase_board.take_in": Row("phase", ROLE, plain()),
    "phase_board.board": Row("phase", ROLE, plain()),
    "phase_board.assign": Row("phase", ROLE, plain([], "6804031")),
    "phase_board.restore": Row("phase", ROLE, plain({})),
    "phase_board.allocate": Row("phase", ROLE, plain(["upn,school"])),
    "phase.send": Row(
        "phase",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: list(service(actor, site)),
    ),
    "phase.change_place": Row("phase", EMPTY, plain(1, "6804031")),
    "phase_files.gather": Row(
        "phase",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(actor, site, folder),
    ),
    "phase_files.split": Row(
        "phase",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(
            actor, site, [], ["upn,school"], folder
        ),
    ),
    "phase_folders.left_out": Row(
        "phase",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(actor, site, folder, []),
    ),
    "phase_folders.ready": Row(
        "phase",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(actor, site, folder),
    ),
    "inbox.received": Row("messages", ROLE, plain()),
    "inbox.news": Row("messages", ROLE, plain()),
    "sent_messages.sent": Row("messages", ROLE, plain()),
    "messages.show": Row("messages", INBOX, on_thing(), a_message),
    "messages.readings": Row("messages", EMPTY, plain(987654)),
    "messages.recall": Row("messages", EMPTY, plain(987654)),
    "messages.delete": Row("messages", INBOX, on_thing(many=True), a_message),
    "messages.save_text": Row(
        "messages",
        INBOX,
        lambda service, actor, site, thing, kind, number, folder: service(actor, site, thing, folder),
        a_message,
    ),
    "message_sending.begin_answer": Row("messages", INBOX, on_thing(), a_message),
    "message_sending.reply": Row("messages", INBOX, on_thing("Yes."), a_message),
    "message_sending.send": Row("messages", ROLE, plain(["6814053"], "Hello", "A text.")),
    "message_recipients.authorities": Row("messages", ROLE, plain()),
    "message_recipients.schools": Row("messages", ROLE, plain("680")),
    "message_recipients.school": Row("messages", ROLE, plain("681", "4053")),
    "message_recipients.all_of_wales": Row("messages", ROLE, plain(["user"])),
    "message_recipients.chosen": Row("messages", ROLE, plain(["681/user"])),
    "templates.templates": Row("messages", ROLE, plain()),
    "templates.show": Row("messages", INBOX, on_thing(), a_template),
    "templates.add": Row("messages", ROLE, numbered("Subject", "Text")),
    "templates.update": Row("messages", INBOX, on_thing(text="Another."), a_template),
    "templates.copy": Row("messages", INBOX, on_thing(), a_template),
    "templates.delete": Row("messages", INBOX, on_thing(), a_template),
    "templates.filled": Row("messages", INBOX, on_thing([]), a_template),
    "groups.groups": Row("messages", ROLE, plain()),
    "groups.show": Row("messages", INBOX, on_thing(), a_group),
    "groups.add": Row("messages", ROLE, numbered(["681/user"])),
    "groups.update": Row("messages", INBOX, on_thing(members=["6814053"]), a_group),
    "groups.copy": Row("messages", INBOX, on_thing(), a_group),
    "groups.delete": Row("messages", INBOX, on_thing(), a_group),
    "drafts.save": Row("messages", ROLE, plain(Letter(text="So far."))),
    "draft_pages.save_text": Row(
        "messages",
        ROLE,
        lambda service, actor, site, thing, kind, number, folder: service(
            actor, site, Letter(text="So far."), folder
        ),
    ),
    "drafts.drafts": Row("messages", ROLE, plain()),
    "drafts.show": Row("messages", EMPTY, plain(987654)),
    "drafts.drop": Row("messages", ROLE, plain([987654])),
    "reports.asking.report_of": Row("reports.authority", ROLE, plain("usage")),
    "reports.asking.check": Row("reports.messages", ROLE, plain("messages", Wanted())),
    "reports.running.ask": Row("reports.authority", ROLE, plain("usage", Wanted())),
    "reports.saved.save": Row("reports.national", ROLE, plain("Mine", "national", Wanted())),
    "reports.saved.listed": Row("reports", ROLE, plain()),
    "reports.saved.load": Row("reports", EMPTY, plain("None")),
    "reports.saved.remove": Row("reports", EMPTY, plain("None")),
    "reports.holidays.listed": Row("reports.authority", OWNER, plain("680")),
    "reports.holidays.add": Row("authority.update", OWNER, plain("2026-12-21", authority="680")),
    "reports.holidays.remove": Row("authority.update", OWNER, on_thing(many=True), a_holiday),
}
"""Module and function → its row of the table."""

HELPERS = {
    # What services ask each other; the asking service has a row.
    "access.require",
    "access.require_live",
    "access.refused",
    "messages.reach",
    "message_limits.require_room",
    "notices.chased",
    "notices.chasing",
    "templates.values",
    "notices.discard",
    "notices.finds_published",
    "transfers.each",
    "transfers.move",
    "forwarding.pass_on",
    "forwarding.download_row",
    "forwarding.record_unsent",
    "phase.bundled",
    "phase_board.refusals",
    "users.reached",
    "sessions.here",
    "user_reach.to_change",
    "user_reach.recorded",
    "school_changes.shut",
    "establishments.reopen",
    "establishments.close_row",
    "establishments.merge_row",
    "establishments.account",
}


def public_services() -> set[str]:
    found = set()
    for module in pkgutil.walk_packages(services.__path__, "s2s_tui.services."):
        loaded = importlib.import_module(module.name)
        for name, function in vars(loaded).items():
            here = inspect.isfunction(function) and function.__module__ == loaded.__name__
            if here and name[0] != "_" and _takes_an_actor(function):
                found.add(f"{module.name.removeprefix('s2s_tui.services.')}.{name}")
    return found


def _takes_an_actor(function) -> bool:
    return list(inspect.signature(function).parameters)[:2] == ["actor", "site"]


def test_every_service_that_takes_an_actor_has_a_row():
    assert public_services() - set(ROWS) - HELPERS == set(), "add its row to ROWS"
    assert (set(ROWS) | HELPERS) - public_services() == set(), "this service is no more"


def actors(site) -> list[tuple[bool, Any]]:
    """Whether its own organisation's, and an actor; every role in both."""
    return [
        (organisations is OWN, making.logged_on(site, role, _place(role, organisations)))
        for organisations in (OWN, OTHER)
        for role in ROLES
    ]


def _place(role: Role, organisations: tuple[str, str]) -> str:
    if role is Role.WG:
        return WALES
    return organisations[1] if role is Role.SCHOOL else organisations[0]


def expected(row: Row, kind: str, role: Role, own: bool) -> str:
    permission = row.permission.format(kind="ctf" if kind == "lost" else kind)
    if row.how == ANYBODY:
        return "allowed"
    reach = PERMISSIONS[permission].get(role)
    if kind == "lost" and role not in PERMISSIONS["ctf.lost"]:
        reach = None
    if row.how == THING:
        if not any(role in PERMISSIONS[f"{each}.download"] for each in KINDS):
            return "not-allowed"
        if not own:
            return "not-found"
    if reach is None:
        return "not-allowed"
    if row.how == INBOX and not own and role is not Role.WG:
        return "not-found"
    if row.how == ACCOUNT and reach is Scope.DBAS:
        return "not-allowed"
    return "not-found" if row.how in (OWNER, ACCOUNT) and reach is Scope.OWN and not own else "allowed"


_entry = models.AuditEntry
_newest = Statement(
    lambda chain: (
        _entry.select(_entry.number, _entry.username, _entry.role, _entry.outcome)
        .where(_entry.chain == chain)
        .order_by(_entry.number.desc())
        .limit(1)
    )
)


def newest(site, chain: str) -> tuple[int, str, str, str]:
    """The last entry of an audit chain, of which the walk makes thousands: number, who, role, outcome."""
    with site.store.connection():
        return _newest.row(chain) or (0, "", "", "")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """One small world for the whole walk, and every actor in it."""
    folder = tmp_path_factory.mktemp("world")
    settings = Settings(
        database=f"sqlite:///{folder}/s2s.sqlite",
        key_file=str(folder / "audit.key"),
        argon2_memory_kib=8,
        argon2_passes=1,
    )
    site = upkeep.bare(settings, making.Clock())
    making.fill(site)
    # One connection for the walk: to open one for each look took a third of the time.
    with site.store.connection():
        yield site, actors(site), defaultdict(lambda: itertools.count(1))


@pytest.mark.requirement("R-SYS-3")
@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, row in ROWS.items() for kind in row.kinds])
def test_a_service_does_for_each_role_what_the_table_says_and_audits_a_refusal(world, tmp_path, name, kind):
    site, everybody, numbers = world
    models.database.initialize(site.store.database)
    row, service = ROWS[name], called(name)
    for own, actor in everybody:
        if name == "sessions.log_off":
            actor = accounts.log_on(site, actor.user, making.PASSWORD)
        # Files' numbers end at 999: what needs no file takes none of them.
        counted = name if row.call.__qualname__.startswith("plain.") and row.make is Row.make else kind
        number = next(numbers["ctf" if counted == "lost" else counted])
        thing = row.make(site, number, kind)
        folder = tmp_path / f"{number}"
        folder.mkdir()
        before, *_ = newest(site, actor.organisation)
        answer = steps.outcome_of(
            lambda: row.call(service, actor, site, thing, kind, number, folder)  # noqa: B023
        )
        if row.how == EMPTY and answer == "not-found":
            answer = "allowed"  # there is no such thing yet, which comes after the permission
        said = (name, kind, str(actor.role), "own" if own else "other")
        assert (*said, answer) == (*said, expected(row, kind, actor.role, own))
        if answer != "allowed":
            assert list(folder.glob("*.*")) == [path for path in folder.glob("*.*") if "upload_all" in name]
            place, *who, outcome = newest(site, actor.organisation)
            assert place > before, (*said, "the refusal is not on record")
            assert who == [actor.user, str(actor.role)]
            assert outcome in (
                "not-allowed",
                "not-found",
                "file-unknown",
                "lost-unknown",
                "pupil-unknown",
                "find-unknown",
                "school-unknown",
                "authority-unknown",
                "user-unknown",
                "dbas-only",
                "message-unknown",
                "template-unknown",
                "group-unknown",
                "holiday-unknown",
            )


@pytest.mark.requirement("R-LOG-6")
def test_no_service_does_anything_for_an_ended_session(lite, tmp_path):
    actor = making.logged_on(lite, "lost-pupil-transfer", "680")
    thing = a_file(lite, 1)
    lite.store.write(lambda: Session.update(ended_at=making.NOW, end_reason="deleted").execute())
    before = steps.everything(lite)
    for name, row in ROWS.items():
        if name in ("sessions.log_off", "sessions.last_logon"):
            continue  # one's own session
        with pytest.raises((NotLoggedOn, NotAllowed)) as caught:
            row.call(called(name), actor, lite, thing, row.kinds[0], 1, tmp_path)
        assert caught.value.code == "session-ended", name
    assert steps.everything(lite) == before


@pytest.mark.requirement("R-SYS-3")
def test_whose_file_it_is_cannot_be_told_from_the_answer(site, on):
    """Of another organisation a file answers as one that there is not (decision 4)."""
    hidden, none = a_file(site, 1), 10**6
    for role, organisation in (
        ("user", "660"),
        ("school", "6604025"),
        ("plasc", "660"),
        ("lost-pupil", "660"),
    ):
        actor = on(role, organisation)
        told = []
        for transfer_id in (hidden, none, 0, -1, 2**63, 10**40):
            with pytest.raises(NotFound) as caught:
                called("transfers.show")(actor, site, transfer_id)
            told.append((caught.value.code, caught.value.params["id"] == transfer_id))
        assert set(told) == {("file-unknown", True)}


@pytest.mark.requirement("R-SYS-3")
def test_a_refusal_stays_on_record_although_the_act_is_undone(site, on):
    actor = on("dba-view", "680")

    def act() -> None:
        access.require(actor, site, "ctf.upload", subject="a file")

    with pytest.raises(S2SError):
        act()
    assert steps.last_entry(site, "680") == ("ctf.upload", "a file", "not-allowed")
    sessions.log_off(actor, site)
