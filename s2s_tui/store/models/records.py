"""What is recorded and told: mail, reminders, the audit log, facts about the database."""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    fn,
)

from s2s_tui.store.models.base import Kept


class Property(Kept):
    """A named fact about the whole database: `demo` in a made-up world, `made` when `init` made it."""

    name = CharField(40, primary_key=True)
    value = TextField()


class Mail(Kept):
    """An e-mail to send, written in the transaction that it tells of (decision 17)."""

    id = BigAutoField()
    message_id = TextField(unique=True)
    about = CharField(24)
    """What it tells: `arrived`, `confirmed`, `copy`, `collected`, `rejected`…"""
    transfer = BigIntegerField(null=True, index=True)
    organisation = CharField(7)
    recipient = TextField()
    language = CharField(2)
    subject = TextField()
    body = TextField()
    created_at = DateTimeField()
    state = CharField(8, default="waiting")
    due_at = DateTimeField()
    attempts = IntegerField(default=0)
    sent_at = DateTimeField(null=True)
    error = TextField(default="")
    secret = TextField(default="")
    """What the body leaves out until it is sent: a temporary password, sealed (`services.sealing`)."""
    account = BigIntegerField(null=True)
    """The user whose password it is."""

    class Meta:
        indexes = ((("state", "due_at"), False),)


class Reminder(Kept):
    """That an organisation was reminded in a week (R-DWN-7): a second run sends nothing."""

    id = BigAutoField()
    organisation = CharField(7)
    week = CharField(8)
    """ISO year and week, `2026-W48`."""
    sent_at = DateTimeField()

    class Meta:
        indexes = ((("organisation", "week"), True),)


class AuditEntry(Kept):
    """One link of an organisation's chain; triggers keep it from being changed or removed (R-SYS-3)."""

    id = BigAutoField()
    chain = CharField(7)
    number = BigIntegerField()
    at = DateTimeField(index=True)
    username = CharField(40, index=True)
    role = CharField(24)
    organisation = CharField(7)
    action = CharField(40)
    subject = TextField(default="")
    """What it was done to: a transfer's name, a username, a UPN…"""
    outcome = CharField(40)
    details = TextField(default="")
    seal = CharField(64)

    class Meta:
        indexes = ((("chain", "number"), True), (("action", "at"), False))


authority_of_entry = fn.SUBSTR(AuditEntry.chain, SQL("1"), SQL("3"))
"""Whose entry it is: an authority's and its schools' alike. As it stands in the index, numbers and all."""
AuditEntry.add_index(
    AuditEntry.index(authority_of_entry, AuditEntry.at, AuditEntry.id, name="audit_entry_by_authority")
)


class AuditMention(Kept):
    """Whom an entry is about: a UPN, or a file that holds pupils (`services.audit`); it only grows, too."""

    id = BigAutoField()
    entry = ForeignKeyField(AuditEntry)
    entry_id: int
    thing = CharField(40)

    class Meta:
        indexes = ((("thing", "entry"), False),)


class AuditHead(Kept):
    """The latest link of each chain."""

    chain = CharField(7, primary_key=True)
    number = BigIntegerField()
    seal = CharField(64)
