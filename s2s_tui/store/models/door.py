"""The second factor, and passwords that were (R-LOG-6, R-LOG-7)."""

from peewee import BigAutoField, BigIntegerField, CharField, DateTimeField, ForeignKeyField, TextField

from s2s_tui.store.models.base import Kept
from s2s_tui.store.models.people import User


class SecondFactor(Kept):
    """That an account has a second factor. Its secret is kept nowhere: it is worked out from the salt."""

    user = ForeignKeyField(User, primary_key=True)
    user_id: int
    salt = CharField(32)
    """With the site's key, which is outside the database, it gives the secret."""
    made_at = DateTimeField()
    proved_at = DateTimeField(null=True)
    """When a first code showed that the app on the telephone has it; None: not enrolled yet."""
    last_step = BigIntegerField(default=0)
    """The time step of the last code taken: none up to it is taken again."""


class RecoveryCode(Kept):
    """What stands for a code once, for who lost the telephone."""

    id = BigAutoField()
    user = ForeignKeyField(User)
    digest = CharField(64)
    used_at = DateTimeField(null=True)


class CodeProof(Kept):
    """That an account gave a code on the command line a short while ago; its token is in a session file."""

    digest = CharField(64, primary_key=True)
    user = ForeignKeyField(User)
    until = DateTimeField()


class PastPassword(Kept):
    """A hash that an account had: the last few can't be chosen again."""

    id = BigAutoField()
    user = ForeignKeyField(User)
    password = TextField()
    ended_at = DateTimeField()
