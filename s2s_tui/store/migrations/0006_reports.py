"""Reports: indexes to count from, counts of past months, saved parameters, the days schools don't teach."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    CompositeKey,
    DateField,
    DateTimeField,
    Model,
    TextField,
)

# A month that was counted is counted anew where something within it is written or changed later. What happens
# now is never in a counted month, so that writers only look, and don't get in each other's way.
_GONE = "DELETE FROM counted_month WHERE {when}"
_WITHIN = "(begins_at <= {at} AND ends_at > {at})"


def _forget(*moments: str) -> str:
    return _GONE.format(when=" OR ".join(_WITHIN.format(at=moment) for moment in moments))


_WATCHED = "kind, source, source_authority, destination_authority, sender, on_behalf_of, forwarded_from, "
_WATCHED += "pupil_count, uploaded_at, state, state_at"
_NEW, _OLD = ("NEW.uploaded_at", "NEW.state_at"), ("OLD.uploaded_at", "OLD.state_at")
FORGET = {
    "sqlite": (
        f"CREATE TRIGGER transfer_counted_insert AFTER INSERT ON transfer BEGIN {_forget(*_NEW)}; END",
        f"CREATE TRIGGER transfer_counted_update AFTER UPDATE OF {_WATCHED} ON transfer "
        f"BEGIN {_forget(*_NEW, *_OLD)}; END",
        f"CREATE TRIGGER transfer_counted_delete AFTER DELETE ON transfer BEGIN {_forget(*_OLD)}; END",
    ),
    "postgresql": (
        "CREATE FUNCTION transfer_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'DELETE' THEN {_forget(*_NEW)}; END IF; "
        f"IF TG_OP <> 'INSERT' THEN {_forget(*_OLD)}; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER transfer_counted AFTER INSERT OR DELETE OR UPDATE OF "
        f"{_WATCHED} ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_counted()",
    ),
}


class _Table(Model):
    class Meta:
        legacy_table_names = False


class CountedMonth(_Table):
    month = CharField(7, primary_key=True)
    begins_at = DateTimeField(index=True)
    ends_at = DateTimeField()


class MonthCount(_Table):
    month = CharField(7)
    authority = CharField(3)
    event = CharField(10)
    files = BigIntegerField()
    pupils = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("month", "authority", "event")


class SavedReport(_Table):
    id = BigAutoField()
    username = CharField(40)
    name = CharField(60)
    report = CharField(20)
    parameters = TextField()
    saved_at = DateTimeField()

    class Meta:
        indexes = ((("username", "name"), True),)


class SchoolHoliday(_Table):
    id = BigAutoField()
    authority = CharField(3, index=True)
    first = DateField()
    last = DateField()
    title = TextField(default="")


MODELS = (CountedMonth, MonthCount, SavedReport, SchoolHoliday)

INDEXES = (
    'CREATE INDEX "transfer_report_sent" ON "transfer" ("source_authority", "kind", "uploaded_at", "source", '
    '"destination_authority", "forwarded_from", "pupil_count")',
    'CREATE INDEX "transfer_report_came" ON "transfer" ("destination_authority", "kind", "state", '
    '"state_at", "uploaded_at", "destination", "source_authority", "pupil_count") '
    'WHERE ("destination_authority" IS NOT NULL)',
    'CREATE INDEX "transfer_report_forwarded" ON "transfer" ("sender", "kind", "uploaded_at", "pupil_count") '
    'WHERE ("forwarded_from" IS NOT NULL)',
    'CREATE INDEX "lost_pupil_report" ON "lost_pupil" ("authority", "uploaded_at", "born", "gender")',
    'CREATE INDEX "download_report" ON "download" ("organisation", "confirmed_at", "transfer_id", "is_copy") '
    'WHERE ("confirmed_at" IS NOT NULL)',
)


def up(migrator, db):
    """Make the tables and the indexes, and the triggers that let no count of a past month be wrong."""
    with db.bind_ctx(MODELS):
        db.create_tables(MODELS)
    for statement in (*INDEXES, *FORGET["sqlite" if db.param == "?" else "postgresql"]):
        db.execute_sql(statement)
