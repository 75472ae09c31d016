"""The annual user audit (R-USR-6): its rounds, each authority's part of one, each account in it."""

from peewee import BigAutoField, CharField, DateField, DateTimeField, ForeignKeyField, TextField

from s2s_tui.store.models.base import Kept
from s2s_tui.store.models.people import User


class UserAudit(Kept):
    """One round: from its opening until WG closes it. It stays for ever."""

    id = BigAutoField()
    name = TextField()
    deadline = DateField()
    opened_at = DateTimeField()
    opened_by = CharField(40)
    closed_at = DateTimeField(null=True)
    closed_by = CharField(40, default="")


class UserAuditPart(Kept):
    """What of a round is an authority's to answer, and when it was last told of it."""

    id = BigAutoField()
    round = ForeignKeyField(UserAudit, backref="parts")
    round_id: int
    authority = CharField(3)
    told_at = DateTimeField(null=True)
    """At the opening or since; None while no address was known."""

    class Meta:
        indexes = ((("round", "authority"), True),)


class UserAuditAnswer(Kept):
    """An account as it was when the round began, and what its DBA said of it."""

    id = BigAutoField()
    round = ForeignKeyField(UserAudit, backref="answers")
    round_id: int
    user = ForeignKeyField(User)
    user_id: int
    authority = CharField(3)
    username = CharField(40)
    role = CharField(24)
    organisation = CharField(7)
    contact = TextField(default="")
    answer = CharField(9, default="")
    """`confirmed`, `removed`, `gone` (deleted otherwise), or empty."""
    answered_at = DateTimeField(null=True)
    answered_by = CharField(40, default="")

    class Meta:
        indexes = ((("round", "user"), True), (("round", "authority"), False))
