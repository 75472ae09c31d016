"""Whose account is ended in the middle of what takes its time gets no further, and changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import making
import pytest
import watching

from s2s_tui.base.errors import NotLoggedOn, S2SError, Unreachable
from s2s_tui.rules.roles import Actor
from s2s_tui.services import (
    hashing,
    message_recipients,
    message_sending,
    school_import,
    search,
    sessions,
    user_audit,
    user_changes,
    user_passwords,
)
from s2s_tui.services.site import Site
from s2s_tui.services.user_changes import NewUser
from s2s_tui.store.database import Store
from s2s_tui.store.models import AuditEntry, Establishment, Mail, Message, User, UserAuditAnswer


def _ended(site: Site, actor: Actor) -> None:
    site.store.write(lambda: sessions.end_sessions(site, actor.user, "deleted"))


def _after(monkeypatch, module, name: str, what: Callable[[], None]) -> None:
    """Do something as soon as a function has done its work."""
    first = getattr(module, name)

    def then(*args, **options):
        result = first(*args, **options)
        what()
        return result

    monkeypatch.setattr(module, name, then)


@pytest.mark.requirement("R-LOG-6", "R-LPD-6")
def test_a_long_list_of_arrivals_shows_no_further_child(site, on):
    actor = on("lost-pupil", "680")
    answers = search.batch(
        actor, site, ["surname,forename\n", *(f"Llwyd{n},Jo\n" for n in range(search.AT_ONCE + 4))]
    )
    next(answers)
    _ended(site, actor)
    with pytest.raises(NotLoggedOn, match="session-ended"):
        list(answers)
    assert len(watching.audited(site, "lost-search")) == search.AT_ONCE


@pytest.mark.requirement("R-LOG-6")
@pytest.mark.parametrize("what", ["add", "reset", "send", "import", "answer"])
def test_nothing_is_done_for_whom_it_was_begun(lite, tmp_path, monkeypatch, what):
    role, code = {"send": ("user", "680"), "import": ("wg", "WG")}.get(what, ("dba", "680"))
    actor = making.logged_on(lite, role, code)
    new = NewUser(username="somebody", role="user", organisation="680", email="a@newport.gov.uk")
    register = tmp_path / "register.csv"
    register.write_text("number,name\n6804999,Ysgol Newydd\n")
    if what == "answer":
        user_audit.open_round(making.logged_on(lite, "wg", "WG"), lite, "2027", date(2027, 1, 1))
    act = {
        "add": lambda: user_changes.add(actor, lite, new, tell=["name", "password"]),
        "reset": lambda: user_passwords.reset(actor, lite, "680user", tell=["password"]),
        "send": lambda: message_sending.send(actor, lite, ["6814053"], "x", "x"),
        "import": lambda: school_import.bring_in(actor, lite, register),
        "answer": lambda: user_audit.answer(actor, lite, ["680user"], "confirm"),
    }[what]
    slow = {
        "add": (hashing, "hashed"),
        "reset": (hashing, "hashed"),
        "send": (message_recipients, "chosen"),
        "import": (school_import, "_read"),
        "answer": (user_audit, "recorded"),
    }[what]
    if what == "answer":
        first = user_audit.recorded
        monkeypatch.setattr(user_audit, "recorded", lambda *args: (_ended(lite, actor), first(*args))[1])
    else:
        _after(monkeypatch, *slow, lambda: _ended(lite, actor))
    with lite.store.connection():
        before = list(User.select(User.username, User.password).tuples())
        mails = Mail.select().count()
    with pytest.raises(NotLoggedOn, match="session-ended"):
        act()
    with lite.store.connection():
        assert list(User.select(User.username, User.password).tuples()) == before
        assert Mail.select().count() == mails
        assert Message.select().count() == 0
        assert Establishment.get_or_none(Establishment.number == "6804999") is None
        assert {row.answer for row in UserAuditAnswer.select()} <= {""}


@pytest.fixture
def deaf(monkeypatch) -> Iterator[None]:
    """A database that nothing can be written to any more."""

    def write(_store, _change):
        raise Unreachable("database-readonly", database="x")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", write)
        yield


@pytest.mark.requirement("R-SYS-3", "R-USR-6")
def test_no_list_of_accounts_leaves_unrecorded(lite, tmp_path: Path, request):
    user_audit.open_round(making.logged_on(lite, "wg", "WG"), lite, "2027", date(2027, 1, 1))
    dba = making.logged_on(lite, "dba", "680")
    saved = user_audit.certificate(dba, lite, tmp_path, "a.csv")
    with suppress(S2SError):
        user_audit.certificate(dba, lite, tmp_path, "a.csv")
    request.getfixturevalue("deaf")
    with pytest.raises(Unreachable):
        user_audit.certificate(dba, lite, tmp_path, "b.csv")
    assert [path for path in tmp_path.glob("*.csv") if path.name in ("a.csv", "b.csv")] == [saved]
    with lite.store.connection():
        rows = AuditEntry.select().where(AuditEntry.action == "user-audit-certificate")
        assert [row.outcome for row in rows.order_by(AuditEntry.id)] == ["done", "done", "file-exists"]
