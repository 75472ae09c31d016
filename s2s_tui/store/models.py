"""What is kept, as peewee models on whichever database `store.database` opened.

Times are naive UTC. Mailboxes are as `rules.names` reads them (`6804012`, `680LLLL`, `XXXXXXX`).
Ids may be sparse and commit out of order: never follow changes by them.
"""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DatabaseProxy,
    DateField,
    DateTimeField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

database = DatabaseProxy()


class _Kept(Model):
    class Meta:
        database = database
        legacy_table_names = False


class Property(_Kept):
    """A named fact about the whole database: `demo` in a made-up world, `made` when `init` made it."""

    name = CharField(40, primary_key=True)
    value = TextField()


class Counter(_Kept):
    """A number that grows within the transaction it counts (`lost`: changes of the lost pupil database)."""

    name = CharField(40, primary_key=True)
    value = BigIntegerField(default=0)


class Authority(_Kept):
    """A local authority, open or closed (R-LEA)."""

    code = CharField(3, primary_key=True)
    name = TextField()
    name_cy = TextField(default="")
    country = CharField(20)
    email = TextField(default="")
    data_email = TextField(default="")
    lost_email = TextField(default="")
    admissions_email = TextField(default="")
    language = CharField(2, default="en")
    copies = BooleanField(default=True)
    second_factor = BooleanField(default=False)
    closed = DateField(null=True)


class Establishment(_Kept):
    """A school. Its number holds its authority; the successor takes its files after a merger (R-SCH-3)."""

    number = CharField(7, primary_key=True)
    authority = ForeignKeyField(Authority, backref="establishments")
    authority_id: str
    name = TextField()
    name_cy = TextField(default="")
    town = TextField(default="")
    phone = TextField(default="")
    email = TextField(default="")
    phase = CharField(20, default="")
    language = CharField(2, default="en")
    opened = DateField(null=True)
    closed = DateField(null=True)
    successor = CharField(7, null=True)
    active = BooleanField(default=True)


class User(_Kept):
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


class LogonFailure(_Kept):
    """Failures in a row, by typed name and by origin, whether or not such an account exists (R-LOG-1)."""

    key = CharField(80, primary_key=True)
    failures = IntegerField()
    last_at = DateTimeField()


class Session(_Kept):
    """A time logged on; others may end it."""

    id = CharField(32, primary_key=True)
    user = ForeignKeyField(User, backref="sessions")
    started_at = DateTimeField()
    origin = TextField(default="")
    face = CharField(8, default="")
    ended_at = DateTimeField(null=True)
    end_reason = CharField(40, default="")


class Content(_Kept):
    """The bytes of files as they came, compressed, once for each digest (SHA-256)."""

    digest = CharField(64, primary_key=True)
    size = IntegerField()
    packed = BlobField()


class Transfer(_Kept):
    """A file on its way: one destination, one state.

    `within`, `incoming` and `outgoing` name the authority in whose tab it is listed (R-DWN-1), so that each
    list is one equality and one index.
    """

    id = BigAutoField()
    name = CharField(60)
    name_key = CharField(60, index=True)
    kind = CharField(10)
    source = CharField(7)
    destination = CharField(7)
    source_authority = CharField(3)
    destination_authority = CharField(3, null=True)
    within = CharField(3, null=True)
    incoming = CharField(3, null=True)
    outgoing = CharField(3, null=True)
    content = ForeignKeyField(Content, backref="transfers")
    content_id: str
    size = IntegerField()
    pupil_count = IntegerField(default=0)
    school_year = IntegerField()
    uploaded_at = DateTimeField(index=True)
    uploaded_by = CharField(40)
    sender = CharField(7)
    """The organisation that sent it: the source, or the authority that forwarded or sent on behalf."""
    on_behalf_of = CharField(7, null=True)
    forwarded_from = BigIntegerField(null=True, index=True)
    state = CharField(10, default="awaiting")
    state_at = DateTimeField(null=True)
    state_by = CharField(40, default="")
    state_reason = TextField(default="")
    recalled_at = DateTimeField(null=True)
    chased_at = DateTimeField(null=True)
    chased_by = CharField(40, default="")
    first_destination = CharField(7, null=True)
    """Where it was addressed before its school merged into another (R-SCH-3)."""


# One partial, covering index for each list × sort offered (R-DWN-1); SQLite carries the id in each anyway.
for _owner in (Transfer.source, Transfer.destination, Transfer.within, Transfer.incoming, Transfer.outgoing):
    for _sort in (Transfer.uploaded_at, Transfer.name_key):
        Transfer.add_index(
            Transfer.index(
                _owner,
                Transfer.kind,
                Transfer.state,
                _sort,
                Transfer.id,
                where=_owner.is_null(False),
                name=f"transfer_{_owner.name}_{_sort.name}",
            )
        )


class Pupil(_Kept):
    """A pupil named in a transfer's file."""

    id = BigAutoField()
    transfer = ForeignKeyField(Transfer, backref="pupils")
    transfer_id: int
    position = IntegerField()
    upn = TextField(index=True)
    surname = TextField()
    forename = TextField()
    born = DateField()
    gender = TextField(default="")
    name_key = TextField(index=True)
    """`rules.people.name_key`: surname and forename made comparable."""


class LostPupil(_Kept):
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


class Download(_Kept):
    """A file that was given out: to its destination, or as an authority's copy (R-LEA-2)."""

    id = BigAutoField()
    transfer = ForeignKeyField(Transfer, backref="downloads")
    username = CharField(40)
    organisation = CharField(7, index=True)
    at = DateTimeField()
    is_copy = BooleanField()
    confirmed_at = DateTimeField(null=True)


class Mail(_Kept):
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

    class Meta:
        indexes = ((("state", "due_at"), False),)


class AuditEntry(_Kept):
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
        indexes = ((("chain", "number"), True),)


class AuditHead(_Kept):
    """The latest link of each chain."""

    chain = CharField(7, primary_key=True)
    number = BigIntegerField()
    seal = CharField(64)


class Allocation(_Kept):
    """A pupil of a bulk file sent to an authority, and the school it is to go on to (R-PHA)."""

    id = BigAutoField()
    authority = CharField(3, index=True)
    transfer = ForeignKeyField(Transfer, backref="allocations")
    transfer_id: int
    position = IntegerField()
    """Its place among the file's pupils, from 1."""
    upn = TextField(index=True)
    surname = TextField()
    forename = TextField()
    born = DateField()
    gender = TextField(default="")
    school = CharField(7, null=True)
    """The establishment it is allocated to; None until somebody does."""
    changed_by = CharField(40, default="")
    changed_at = DateTimeField(null=True)
    sent_as = BigIntegerField(null=True, index=True)
    """The transfer in which it went on."""

    class Meta:
        indexes = ((("transfer", "position"), True),)


class Reminder(_Kept):
    """That an organisation was reminded in a week (R-DWN-7): a second run sends nothing."""

    id = BigAutoField()
    organisation = CharField(7)
    week = CharField(8)
    """ISO year and week, `2026-W48`."""
    sent_at = DateTimeField()

    class Meta:
        indexes = ((("organisation", "week"), True),)


class StandingSearch(_Kept):
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


class MatchRun(_Kept):
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


class Find(_Kept):
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


MODELS = (
    Property,
    Counter,
    Authority,
    Establishment,
    User,
    LogonFailure,
    Session,
    Content,
    Transfer,
    Pupil,
    LostPupil,
    Download,
    Allocation,
    Reminder,
    StandingSearch,
    MatchRun,
    Find,
    Mail,
    AuditEntry,
    AuditHead,
)
