"""What tests of services look at: e-mails, the audit log; and how they make trouble."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import making
import pytest

from s2s_tui.base.errors import NotAllowed, S2SError, Unreachable
from s2s_tui.rules.roles import WALES, Actor, Role, may
from s2s_tui.services import audit
from s2s_tui.services.site import Site
from s2s_tui.store.database import Store
from s2s_tui.store.models import AuditEntry, Mail, Message, MessageCopy

PERSONAL = ("Llwyd", "Siân", "2016-08-19", "19/08/2016")
"""What no mail may hold: the invented children's usual names and birth dates; their UPNs neither."""


def mails(site: Site) -> list[tuple[str, str]]:
    """Every mail as (what it tells, to whom), sorted."""
    with site.store.connection():
        return sorted((mail.about, mail.recipient) for mail in Mail.select())


def letters(site: Site, about: str) -> list[str]:
    """The bodies of all mails of a sort."""
    with site.store.connection():
        return [mail.body for mail in Mail.select().where(Mail.about == about).order_by(Mail.recipient)]


def notices(site: Site, about: str) -> list[str]:
    """The texts of all secure messages of a sort that the program wrote, by where the first copy lies."""
    with site.store.connection():
        rows = Message.select(Message, MessageCopy).join(MessageCopy).where(Message.about == about)
        lying = {row.id: (row.messagecopy.inbox, row.text) for row in rows}
    return [text for _inbox, text in sorted(lying.values())]


def forget_mails(site: Site) -> None:
    """Begin to count mails anew."""
    site.store.write(lambda: Mail.delete().execute())


def require_nothing_personal(site: Site, *more: str) -> None:
    """No mail names a pupil (decision 17)."""
    upns = [making.upn(serial, school) for serial in range(1, 120) for school in ("6804012", "6802310")]
    with site.store.connection():
        for mail in Mail.select():
            text = mail.subject + mail.body
            assert not [word for word in (*PERSONAL, *upns, *more) if word in text], mail.about


def audited(site: Site, *actions: str) -> list[tuple[str, str, str]]:
    """Entries of some actions as (user, subject, outcome), in order."""
    with site.store.connection():
        rows = AuditEntry.select().where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id)
        return [(row.username, row.subject, row.outcome) for row in rows]


def everybody(site: Site) -> Iterator[Actor]:
    """Every role, in 680 where it belongs to an authority."""
    for role in Role:
        if role is not Role.SYSTEM:
            where = {Role.WG: WALES, Role.SCHOOL: "6804012"}.get(role, "680")
            yield making.logged_on(site, role, where)


def require_only(site: Site, permission: str, *acts: Callable[[Actor], object]) -> None:
    """Roles without a permission hear "not allowed" from each act, and that is on record."""
    for actor in everybody(site):
        if may(actor, permission):
            continue
        for act in acts:
            before = len(audited(site, permission))
            with pytest.raises(NotAllowed):
                act(actor)
            assert len(audited(site, permission)) == before + 1, (actor.role, permission)


def at_once(site: Site, *acts: Callable[[], Any]) -> list[Any]:
    """Do acts in threads that start together; what each returned, or the error that it was told."""
    start = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        start.wait()
        try:
            results[place] = acts[place]()
        except S2SError as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@contextmanager
def every_write_fails_once() -> Iterator[list[int]]:
    """Each transaction is done, undone as by a serialization failure, and tried again by the store."""
    undone: list[int] = []
    real = Store.write

    def write(self: Store, change: Callable[[], Any]) -> Any:
        if self.database.in_transaction():
            return real(self, change)
        tries: list[int] = []

        def once() -> Any:
            result = change()
            tries.append(1)
            if len(tries) == 1:
                undone.append(1)
                raise Unreachable("database-again", database="")
            return result

        return real(self, once)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "write", write)
        yield undone


UNRECORDED = {
    # What is no act of anybody's: counts and tries, progress, what was sent, digests of the same password.
    "accounts._rehash",
    "annual._claimed",
    "annual._write",
    "clock_watch.held_until",
    "housekeeping.tidy",
    "lockout.count_try",
    "lockout.forget",
    "outbox._claim",
    "outbox._settle",
    "reports.counting._keep",
    "second_factor.enrol",
    "second_factor.remember",
    "standing._settle",
    # A draft is on record when it is begun and dropped, not at each word.
    "drafts.save",
}
"""The services' transactions that may change rows without an entry in the audit log."""


@contextmanager
def what_is_changed_without_a_record() -> Iterator[set[str]]:
    """Fills in which transactions of the services changed rows on SQLite and left no entry (R-SYS-3)."""
    found: set[str] = set()
    entries = threading.local()
    real_write, real_record = Store.write, audit.record

    def record(*arguments: Any, **named: Any) -> None:
        entries.count = getattr(entries, "count", 0) + 1
        real_record(*arguments, **named)

    def write(self: Store, change: Callable[[], Any]) -> Any:
        function = change
        while isinstance(function, partial):
            function = function.func
        module = function.__module__.removeprefix("s2s_tui.services.")
        if self.path is None or self.database.in_transaction() or module == function.__module__:
            return real_write(self, change)

        def looked_at() -> Any:
            before = self.database.connection().total_changes, getattr(entries, "count", 0)
            result = change()
            after = self.database.connection().total_changes, getattr(entries, "count", 0)
            if after[0] > before[0] and after[1] == before[1]:
                found.add(f"{module}.{function.__qualname__.partition('.')[0]}")
            return result

        return real_write(self, looked_at)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "record", record)
        patch.setattr(Store, "write", write)
        yield found


def errors(results: Sequence[Any]) -> list[str]:
    """The codes of the errors among the results of acts done at once."""
    return sorted(result.code for result in results if isinstance(result, S2SError))
