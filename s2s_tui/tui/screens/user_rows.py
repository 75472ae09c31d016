"""Accounts as a list, and what is said of one: state of the password, never a password (R-USR)."""

from collections.abc import Iterator, Sequence

from s2s_tui.base.clock import local_date
from s2s_tui.base.translation import N_, _
from s2s_tui.rules.roles import TITLES
from s2s_tui.services.users import (
    AUTHORITIES,
    DBAS,
    EXPIRED,
    NONE,
    OWN,
    SCHOOLS,
    TEMPORARY,
    Account,
    UserList,
)
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import DONE, LATE, REFUSED, WARNING
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Records, Row

_USERNAME = Column(id="username", title=N_("Username"), width=13, grow=1)
_CONTACT = Column(id="contact", title=N_("Contact"), width=10, grow=2)
_ROLE = Column(id="role", title=N_("Role"), width=13, grow=2)
_LAST = Column(id="last", title=N_("Last logon"), width=11, wide=160)
_STATE = Column(id="state", title=N_("Password"), width=10, sortable=False, tinted=True)


def columns(which: str, *, of_all: bool) -> tuple[Column, ...]:
    """The columns of a list; ids that can be sorted by are those of `users.SORTS`.

    Args:
        which: the list.
        of_all: whether it holds the accounts of all authorities.
    """
    title = {AUTHORITIES: N_("Of"), SCHOOLS: N_("School"), DBAS: N_("Authority")}[which]
    wide = 120 if which == AUTHORITIES else 0
    place = Column(id="organisation", title=title, width=14, grow=3, wide=wide)
    role = (_ROLE,) if which == AUTHORITIES else ()
    places = (place,) if of_all or which != AUTHORITIES else ()
    return (_USERNAME, _CONTACT, *role, *places, _LAST, _STATE)


class Accounts(Records[Account]):
    """Accounts, for the details and the forms.

    Args:
        listed: them.
        ids: of the columns, in their order.
    """

    ORDER = "username"

    def __init__(self, listed: UserList, ids: Sequence[str]) -> None:
        super().__init__(listed)
        self._ids = ids

    def row_of(self, record: Account) -> Row:
        """An account, with the state of its password."""
        flag, style, said = state(record)
        cells = {
            "username": record.username,
            "contact": record.contact,
            "role": _(TITLES[record.role]),
            "organisation": f"{record.organisation} {record.organisation_name}",
            "last": words.whole_day(local_date(record.last_on)) if record.last_on else _("never"),
            "state": said,
        }
        return Row(record.username, tuple(cells[each] for each in self._ids), style=style, flag=flag)


def state(one: Account) -> tuple[str, str, str]:
    """An account's mark, its style, and its state in a word or two."""
    if not one.active:
        return REFUSED, "dim", _("inactive")
    if one.is_locked:
        return LATE, "error", _("locked")
    said = {NONE: _("none yet"), TEMPORARY: _("temporary"), EXPIRED: _("expired"), OWN: _("own")}
    waits = one.password != OWN
    return (WARNING if waits else ""), ("warning" if waits else ""), said[one.password]


def details(one: Account, *, may_change: bool) -> Iterator[Para]:
    """All that is shown of an account; what to do about it is said to those who may."""
    yield Para(f"{one.username} · {_(TITLES[one.role])}", style="head")
    yield Para(words.who(one.organisation, one.organisation_name))
    yield Para(
        " · ".join(part for part in (one.contact, one.phone, one.email) if part) or _("No contact is held.")
    )
    if one.mail_to and one.mail_to != one.email:
        yield Para(_("E-mails go to {address}.").format(address=one.mail_to))
    if not one.active:
        yield Para(_("Inactive: it can't be used."), REFUSED, "error")
    if one.is_locked:
        locked = _("Locked: too many wrong passwords. u unlocks it.")
        yield Para(locked if may_change else _("Locked: too many wrong passwords."), LATE, "error")
    yield _password(one, may_change)
    if one.last_on is not None:
        when = words.whole_moment(one.last_on)
        text = _("Last logon {when} from {origin}") if one.last_from else _("Last logon {when}")
        yield Para(text.format(when=when, origin=one.last_from))
    else:
        yield Para(_("Never logged on."))
    made = _("Made {day}").format(day=words.whole_day(local_date(one.created_at)))
    if one.changed_at is not None and one.changed_by and one.changed_at > one.created_at:
        made += " · " + _("changed by {user} {when}").format(
            user=one.changed_by, when=words.whole_moment(one.changed_at)
        )
    yield Para(made, style="dim")


def _password(one: Account, may_change: bool) -> Para:
    if one.password == NONE:
        said = _("No password yet: p gives a temporary one.") if may_change else _("No password yet.")
        return Para(said, WARNING, "warning")
    if one.password == OWN or one.temporary_until is None:
        day = words.whole_day(local_date(one.password_at)) if one.password_at else ""
        return Para(_("Password set by its holder {day}").format(day=day), DONE)
    until = words.whole_moment(one.temporary_until)
    if one.password == EXPIRED:
        return Para(_("Temporary password expired {when}").format(when=until), WARNING, "warning")
    return Para(_("Temporary password until {when}").format(when=until), WARNING, "warning")
