"""Authorities (R-LEA): those that the program ships, and their details as a DBA and WG look after them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Any

from peewee import fn

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused, WrongUse
from s2s_tui.base.text import storable
from s2s_tui.base.translation import language
from s2s_tui.rules import contacts, emails
from s2s_tui.rules.registers import LONGEST_NAME
from s2s_tui.rules.roles import Actor, Scope, scope
from s2s_tui.services import access, audit, school_changes
from s2s_tui.services.school_changes import Change
from s2s_tui.services.site import Site
from s2s_tui.services.user_reach import moment, recorded
from s2s_tui.services.wording.schools import fields as in_words
from s2s_tui.store.models import Authority, Establishment, User
from s2s_tui.store.statements import insert, tuples

EMAILS = ("email", "data_email", "lost_email", "admissions_email")
SWITCHES = ("copies", "second_factor")
EDITED = ("name", "name_cy", *EMAILS, "language", *SWITCHES)
"""What can be changed of an authority (R-LEA-1), in the order of forms."""
COUNTRIES = ("Wales", "England")
ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class Details:
    """An authority; also what a form hands back as what it saw.

    Attributes:
        email: its own address; by purpose `data_email` (what is about files), `lost_email` (lost pupils) and
            `admissions_email`: where one is empty its own is used.
        copies: whether it receives copies of its schools' files.
        second_factor: whether its own accounts and its schools' need a code at each logon (R-LOG-7).
        schools: how many open schools it has.
        dba: the username of its active DBA, or empty.
    """

    code: str
    name: str
    name_cy: str
    country: str
    email: str
    data_email: str
    lost_email: str
    admissions_email: str
    language: str
    copies: bool
    second_factor: bool
    closed: date | None
    schools: int
    dba: str
    changed_at: datetime | None
    changed_by: str

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return (self.name_cy if language() == "cy" else "") or self.name


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved: the authority as it is now, and what is other than before."""

    authority: Details
    changes: tuple[Change, ...]


def rows() -> list[dict[str, Any]]:
    """The fields of each authority's row, by code; Wales' with their Welsh names."""
    text = resources.files("s2s_tui.services").joinpath("data/authorities.csv").read_text("utf-8")
    return [
        {
            "code": row["code"],
            "name": row["name_en"],
            "name_cy": row["name_cy"],
            "country": row["country"],
            "language": "en",
        }
        for row in csv.DictReader(text.splitlines())
    ]


def authorities(actor: Actor, site: Site) -> tuple[Details, ...]:
    """The authorities that an actor may see: its own; WG's are all, Wales' first, by code.

    Raises:
        NotAllowed: the role sees none.
    """
    access.require(actor, site, "authority.view")
    with site.store.connection():
        query = Authority.select().order_by(Authority.country.desc(), Authority.code)
        if scope(actor.role, "authority.view") is not Scope.ALL:
            query = query.where(Authority.code == actor.organisation)
        return _details(list(query))


def show(actor: Actor, site: Site, code: str = "") -> Details:
    """One authority; empty: the actor's own.

    Raises:
        NotAllowed: the role sees none.
        NotFound: `authority-unknown`; so answers another than the own one, too.
        WrongUse: `la-missing`.
    """
    access.require(actor, site, "authority.view")

    def look() -> Details:
        with site.store.connection():
            return _details([_reached(actor, code)])[0]

    return recorded(actor, site, "authority.view", code, look)


def preview(
    actor: Actor, site: Site, code: str, typed: Mapping[str, str], seen: Details | None = None
) -> tuple[Change, ...]:
    """What an update would change, for the person to see before it is saved; raises as `update`."""
    access.require(actor, site, "authority.update")

    def look() -> tuple[Change, ...]:
        with site.store.connection():
            return _changes(site, _to_change(actor, site, code, seen), typed)

    return recorded(actor, site, "authority.update", code, look)


def update(
    actor: Actor, site: Site, code: str, typed: Mapping[str, str], seen: Details | None = None
) -> Saved:
    """Change an authority's details (R-LEA-1); what isn't among `typed` stays.

    Args:
        actor: a DBA, for its own authority; WG.
        site: the site.
        code: which; empty: the actor's own.
        typed: fields of `EDITED` and what was typed; those of `SWITCHES` are `on` or `off`.
        seen: the authority as the actor saw it.

    Raises:
        NotAllowed: the role changes none.
        NotFound: `authority-unknown`.
        Refused: what is wrong with a field (`field` names it); `la-closed`; `la-changed`, somebody else was
            faster: who, when and what.
        WrongUse: `field-unknown`, `la-missing`.
    """
    access.require(actor, site, "authority.update", subject=code[:100])

    def change() -> Saved:
        row = _to_change(actor, site, code, seen)
        changes = _changes(site, row, typed)
        if changes:
            values = {one.field: one.after == ON if one.field in SWITCHES else one.after for one in changes}
            Authority.update(**values, changed_at=site.clock(), changed_by=actor.user[:40]).where(
                Authority.code == row.code
            ).execute()
            details = {one.field: [one.before, one.after] for one in changes}
            audit.record(site, actor, "la-update", row.code, changes=details)
        return Saved(_details([_reached(actor, row.code)])[0], changes)

    return recorded(actor, site, "la-update", code, lambda: site.store.write(change))


def add(actor: Actor, site: Site, code: str, typed: Mapping[str, str], country: str = "Wales") -> Details:
    """Add an authority, with its copies on (R-LEA-1).

    Args:
        actor: WG.
        site: the site.
        code: its three digits.
        typed: fields of `EDITED` and what was typed; the name must be there.
        country: of `COUNTRIES`.

    Raises:
        NotAllowed: only WG adds authorities.
        Refused: `la-code`, `la-exists`, `la-name`, or what is wrong with a field (`field` names it).
        WrongUse: `country-unknown`, `field-unknown`.
    """
    access.require(actor, site, "schools.open", subject=code[:100])

    def change() -> Details:
        if len(code) != 3 or not (code.isascii() and code.isdigit()):
            raise Refused("la-code", la=storable(code[:40]), field="code")
        if country not in COUNTRIES:
            raise WrongUse("country-unknown", country=country[:40], allowed=", ".join(COUNTRIES))
        known = Authority.get_or_none(Authority.code == code)
        if known is not None:
            raise Refused("la-exists", la=code, name=known.name, field="code")
        values: dict[str, Any] = {what: _checked(site, what, text) for what, text in typed.items()}
        if not values.get("name"):
            raise Refused("la-name", field="name")
        values["copies"] = values.get("copies", ON) == ON
        values["second_factor"] = values.get("second_factor", OFF) == ON
        changed = {"changed_at": site.clock(), "changed_by": actor.user[:40]}
        insert(Authority, [{"code": code, "country": country, **values, **changed}])
        audit.record(site, actor, "la-add", code, name=values["name"])
        return _details([_reached(actor, code)])[0]

    return recorded(actor, site, "la-add", code, lambda: site.store.write(change))


def close(actor: Actor, site: Site, code: str, on: date) -> None:
    """Close an authority without open schools: its accounts are shut, nothing is sent to it any more.

    Raises:
        NotAllowed: only WG closes authorities.
        NotFound: `authority-unknown`.
        Refused: `la-closed`, `la-schools-open`; `school-closing`, the day lies in the future.
    """
    access.require(actor, site, "schools.open", subject=code[:100])

    def change() -> None:
        row = _reached(actor, code)
        if row.closed is not None:
            raise Refused("la-closed", la=code, name=row.name)
        if on > local_date(site.clock()):
            raise Refused("school-closing", day=on.isoformat())
        still: Any = (Establishment.authority == code) & Establishment.closed.is_null()
        count = Establishment.select().where(still).count()
        if count:
            raise Refused("la-schools-open", la=code, name=row.name, count=count)
        Authority.update(closed=on, changed_at=site.clock(), changed_by=actor.user[:40]).where(
            Authority.code == code
        ).execute()
        school_changes.shut(actor, site, code, "deactivated")
        audit.record(site, actor, "la-close", code, on=on.isoformat())

    recorded(actor, site, "la-close", code, lambda: site.store.write(change))


def _reached(actor: Actor, code: str) -> Any:
    own = scope(actor.role, "authority.view") is not Scope.ALL
    if not code and not own:
        raise WrongUse("la-missing")
    code = code or actor.organisation
    known = len(code) == 3 and code.isascii() and (not own or code == actor.organisation)
    row = Authority.get_or_none(Authority.code == code) if known else None
    if row is None:
        raise NotFound("authority-unknown", la=storable(code[:40]))
    return row


def _to_change(actor: Actor, site: Site, code: str, seen: Details | None) -> Any:
    row = _reached(actor, code)
    if seen is not None:
        (now,) = _details([row])
        names = [name for name in EDITED if getattr(seen, name) != getattr(now, name)]
        if names or seen.changed_at != now.changed_at:
            when = moment(site, now.changed_at or site.clock())
            raise Refused("la-changed", la=now.code, by=now.changed_by, when=when, what=in_words(names))
    if row.closed is not None:
        raise Refused("la-closed", la=row.code, name=row.name)
    return row


def _changes(site: Site, row: Any, typed: Mapping[str, str]) -> tuple[Change, ...]:
    wanted = {what: _checked(site, what, text) for what, text in typed.items()}
    now = {what: getattr(row, what) for what in EDITED}
    now |= {what: ON if now[what] else OFF for what in SWITCHES}
    return tuple(
        Change(what, now[what], wanted[what])
        for what in EDITED
        if what in wanted and wanted[what] != now[what]
    )


def _checked(site: Site, what: str, text: str) -> str:
    if what in EMAILS:
        try:
            return emails.address(text, emails.listed(site.settings.banned_email_domains))
        except Refused as error:
            raise Refused(error.code, **{**error.params, "field": what}) from error
    if what in ("name", "name_cy"):
        plain = contacts.contact(text, what, LONGEST_NAME)
        if what == "name" and not any(character.isalnum() for character in plain):
            raise Refused("la-name", field="name")
        return plain
    if what == "language":
        return school_changes.typed_language(text)
    if what in SWITCHES:
        if text not in (ON, OFF):
            raise Refused("switch", typed=text[:40], field=what)
        return text
    raise WrongUse("field-unknown", field=storable(what[:40]), allowed=", ".join(EDITED))


def _details(found: list[Any]) -> tuple[Details, ...]:
    codes = [row.code for row in found]
    counted = Establishment.select(Establishment.authority, fn.COUNT(Establishment.number)).where(
        Establishment.closed.is_null()
    )
    counts = dict(tuples(counted.group_by(Establishment.authority)))
    active: Any = User.active & User.deleted_at.is_null() & (User.role == "dba")
    query = User.select(User.organisation, User.username).where(active & User.organisation.in_(codes))
    dbas = dict(tuples(query))
    return tuple(
        Details(
            code=row.code,
            name=row.name,
            name_cy=row.name_cy,
            country=row.country,
            email=row.email,
            data_email=row.data_email,
            lost_email=row.lost_email,
            admissions_email=row.admissions_email,
            language=row.language,
            copies=bool(row.copies),
            second_factor=bool(row.second_factor),
            closed=row.closed,
            schools=counts.get(row.code, 0),
            dba=dbas.get(row.code, ""),
            changed_at=row.changed_at,
            changed_by=row.changed_by,
        )
        for row in found
    )
