"""The lost pupil database, kept searches and annual matching."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from s2s_tui.store.models.base import Kept
from s2s_tui.store.models.transfers import Transfer


class Counter(Kept):
    """A number that grows within the transaction it counts (`lost`: changes of the lost pupil database)."""

    name = CharField(40, primary_key=True)
    value = BigIntegerField(default=0)


class LostPupil(Kept):
    """A pupil in the lost pupil database; its state is apart from the transfer's (R-LPD-10)."""

    id = BigAutoField()
    transfer = ForeignKeyField(Transfer, backref="lost_pupils", unique=True)
    left_sector = BooleanField()
    """Sent to `MMMMMMM`, not to `XXXXXXX`."""
    upn = TextField(index=True)
    surname = TextField()
    forename = TextField()
    born = DateField(index=True)
    gender = TextField(default="")
    former_upn = TextField(default="", index=True)
    former_surname = TextField(default="")
    former_forename = TextField(default="")
    preferred_surname = TextField(default="")
    preferred_forename = TextField(default="")
    middle_names = TextField(default="")
    town = TextField(default="")
    postcode = TextField(default="")
    authority = CharField(3, index=True)
    school = CharField(7)
    """Whose pupil it was: the source's, or the establishment on whose behalf it was sent."""
    uploaded_at = DateTimeField()
    state = CharField(10, default="lost")
    state_at = DateTimeField(null=True)
    state_by = CharField(40, default="")
    state_reason = TextField(default="")
    change = BigIntegerField(index=True)
    """The value of the counter `lost` at the row's latest change."""


class StandingSearch(Kept):
    """A search of the lost pupil database that found nothing and is kept (R-LPD-6)."""

    id = BigAutoField()
    organisation = CharField(3, index=True)
    username = CharField(40)
    query = TextField()
    """The fields looked for, as JSON."""
    made_at = DateTimeField()
    seen_change = BigIntegerField()
    """Records up to this change number have been compared."""
    found = BigIntegerField(null=True)
    """The lost pupil that fits, once one came."""
    found_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)


class MatchRun(Kept):
    """One annual matching of the lost pupils against the PLASC roll (R-LPD-8)."""

    id = BigAutoField()
    roll = TextField()
    """The roll's file name."""
    made_by = CharField(40)
    started_at = DateTimeField()
    finished_at = DateTimeField(null=True)
    published_at = DateTimeField(null=True)
    pupils = IntegerField(default=0)
    records = IntegerField(default=0)
    digest = CharField(64, null=True)
    """Of the roll, SHA-256: the same roll again goes on with an unfinished run."""
    worker = TextField(null=True)
    """Who works on it now, as `services.annual` names processes; None while nobody does."""
    worked_at = DateTimeField(null=True)
    """When that one was last heard of."""


class Find(Kept):
    """A lost pupil that a run found on a roll, with the state that the finding authority sets."""

    id = BigAutoField()
    run = ForeignKeyField(MatchRun, backref="finds")
    lost = ForeignKeyField(LostPupil, backref="finds")
    lost_id: int
    authority = CharField(3, index=True)
    """Whose school has the pupil on roll."""
    school = CharField(7)
    upn = TextField()
    surname = TextField()
    forename = TextField()
    born = DateField(null=True)
    gender = TextField(default="")
    town = TextField(default="")
    band = CharField(8)
    """`certain` or `check`."""
    bits = FloatField()
    probability = FloatField()
    reasons = TextField()
    """Why, as JSON."""
    state = CharField(12, default="new")
    state_by = CharField(40, default="")
    state_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("run", "lost"), True),)
