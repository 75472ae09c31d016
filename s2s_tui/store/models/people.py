"""Accounts, their sessions, and failures to log on."""

from peewee import (
    BigAutoField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from s2s_tui.store.models.base import Kept


class User(Kept):
    """An account. A deleted one stays for its history (R-USR-2)."""

    id = BigAutoField()
    username = CharField(40, unique=True)
    role = CharField(24)
    organisation = CharField(7, index=True)
    contact = TextField(default="")
    email = TextField(default="")
    phone = TextField(default="")
    language = CharField(2, default="")
    password = TextField(default="")
    """An argon2 hash; empty until the first reset."""
    temporary_until = DateTimeField(null=True)
    """Set while the password is a temporary one."""
    password_at = DateTimeField(null=True)
    active = BooleanField(default=True)
    created_at = DateTimeField()
    deleted_at = DateTimeField(null=True)
    last_on_at = DateTimeField(null=True)
    last_on_from = TextField(default="")
    changed_at = DateTimeField(null=True)
    """When others changed it last, and who (`changed_by`): two at once must not undo each other's work."""
    changed_by = CharField(40, default="")
    shut_with = BooleanField(default=False)
    """It is inactive because its school was made so, or closed: it is opened with it again."""


class LogonFailure(Kept):
    """Failures in a row, by typed name and by origin, whether or not such an account exists (R-LOG-1)."""

    key = CharField(80, primary_key=True)
    failures = IntegerField()
    last_at = DateTimeField()


class Session(Kept):
    """A time logged on; others may end it."""

    id = CharField(32, primary_key=True)
    user = ForeignKeyField(User, backref="sessions")
    started_at = DateTimeField()
    origin = TextField(default="")
    face = CharField(8, default="")
    ended_at = DateTimeField(null=True)
    end_reason = CharField(40, default="")
