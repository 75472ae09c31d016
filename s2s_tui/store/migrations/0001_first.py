"""The first schema: authorities, establishments, accounts, transfers with their content, mail and audit.

A frozen copy of the models as they were, so that it stays what it did; later changes are later migrations.
"""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

ONLY_GROWS = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
        # INSERT OR REPLACE removes what is in its way without asking the trigger for deletions.
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry "
        "WHERE id = NEW.id OR (chain = NEW.chain AND number = NEW.number)) "
        "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    ),
}


class _Table(Model):
    class Meta:
        legacy_table_names = False


class Property(_Table):
    name = CharField(40, primary_key=True)
    value = TextField()


class Counter(_Table):
    name = CharField(40, primary_key=True)
    value = BigIntegerField(default=0)


class Authority(_Table):
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


class Establishment(_Table):
    number = CharField(7, primary_key=True)
    authority = ForeignKeyField(Authority, backref="establishments")
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


class User(_Table):
    id = BigAutoField()
    username = CharField(40, unique=True)
    role = CharField(24)
    organisation = CharField(7, index=True)
    contact = TextField(default="")
    email = TextField(default="")
    phone = TextField(default="")
    language = CharField(2, default="")
    password = TextField(default="")
    temporary_until = DateTimeField(null=True)
    password_at = DateTimeField(null=True)
    active = BooleanField(default=True)
    created_at = DateTimeField()
    deleted_at = DateTimeField(null=True)
    last_on_at = DateTimeField(null=True)
    last_on_from = TextField(default="")


class LogonFailure(_Table):
    key = CharField(80, primary_key=True)
    failures = IntegerField()
    last_at = DateTimeField()


class Session(_Table):
    id = CharField(32, primary_key=True)
    user = ForeignKeyField(User, backref="sessions")
    started_at = DateTimeField()
    origin = TextField(default="")
    face = CharField(8, default="")
    ended_at = DateTimeField(null=True)
    end_reason = CharField(40, default="")


class Content(_Table):
    digest = CharField(64, primary_key=True)
    size = IntegerField()
    packed = BlobField()


class Transfer(_Table):
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
    size = IntegerField()
    pupil_count = IntegerField(default=0)
    school_year = IntegerField()
    uploaded_at = DateTimeField(index=True)
    uploaded_by = CharField(40)
    sender = CharField(7)
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


class Pupil(_Table):
    id = BigAutoField()
    transfer = ForeignKeyField(Transfer, backref="pupils")
    position = IntegerField()
    upn = TextField(index=True)
    surname = TextField()
    forename = TextField()
    born = DateField()
    gender = TextField(default="")
    name_key = TextField(index=True)


class LostPupil(_Table):
    id = BigAutoField()
    transfer = ForeignKeyField(Transfer, backref="lost_pupils", unique=True)
    left_sector = BooleanField()
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
    uploaded_at = DateTimeField()
    state = CharField(10, default="lost")
    state_at = DateTimeField(null=True)
    state_by = CharField(40, default="")
    state_reason = TextField(default="")
    change = BigIntegerField(index=True)


class Download(_Table):
    id = BigAutoField()
    transfer = ForeignKeyField(Transfer, backref="downloads")
    username = CharField(40)
    organisation = CharField(7, index=True)
    at = DateTimeField()
    is_copy = BooleanField()
    confirmed_at = DateTimeField(null=True)


class Mail(_Table):
    id = BigAutoField()
    message_id = TextField(unique=True)
    about = CharField(24)
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


class AuditEntry(_Table):
    id = BigAutoField()
    chain = CharField(7)
    number = BigIntegerField()
    at = DateTimeField(index=True)
    username = CharField(40, index=True)
    role = CharField(24)
    organisation = CharField(7)
    action = CharField(40)
    subject = TextField(default="")
    outcome = CharField(40)
    details = TextField(default="")
    seal = CharField(64)

    class Meta:
        indexes = ((("chain", "number"), True),)


class AuditHead(_Table):
    chain = CharField(7, primary_key=True)
    number = BigIntegerField()
    seal = CharField(64)


class Allocation(_Table):
    id = BigAutoField()
    authority = CharField(3, index=True)
    transfer = ForeignKeyField(Transfer, backref="allocations")
    position = IntegerField()
    upn = TextField(index=True)
    surname = TextField()
    forename = TextField()
    born = DateField()
    gender = TextField(default="")
    school = CharField(7, null=True)
    changed_by = CharField(40, default="")
    changed_at = DateTimeField(null=True)
    sent_as = BigIntegerField(null=True, index=True)

    class Meta:
        indexes = ((("transfer", "position"), True),)


class Reminder(_Table):
    id = BigAutoField()
    organisation = CharField(7)
    week = CharField(8)
    sent_at = DateTimeField()

    class Meta:
        indexes = ((("organisation", "week"), True),)


class StandingSearch(_Table):
    id = BigAutoField()
    organisation = CharField(3, index=True)
    username = CharField(40)
    query = TextField()
    made_at = DateTimeField()
    seen_change = BigIntegerField()
    found = BigIntegerField(null=True)
    found_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)


class MatchRun(_Table):
    id = BigAutoField()
    roll = TextField()
    made_by = CharField(40)
    started_at = DateTimeField()
    finished_at = DateTimeField(null=True)
    published_at = DateTimeField(null=True)
    pupils = IntegerField(default=0)
    records = IntegerField(default=0)


class Find(_Table):
    id = BigAutoField()
    run = ForeignKeyField(MatchRun, backref="finds")
    lost = ForeignKeyField(LostPupil, backref="finds")
    authority = CharField(3, index=True)
    school = CharField(7)
    upn = TextField()
    surname = TextField()
    forename = TextField()
    born = DateField(null=True)
    gender = TextField(default="")
    town = TextField(default="")
    band = CharField(8)
    bits = FloatField()
    probability = FloatField()
    reasons = TextField()
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


def up(migrator, db):
    """Make the tables, and the triggers that let the audit log only grow."""
    with db.bind_ctx(MODELS):
        db.create_tables(MODELS)
    for statement in ONLY_GROWS["sqlite" if db.param == "?" else "postgresql"]:
        db.execute_sql(statement)
