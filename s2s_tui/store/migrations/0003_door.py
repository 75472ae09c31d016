"""A second factor, passwords that were, and whom an audit entry is about."""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    Model,
    TextField,
    fn,
)

ONLY_GROWS = {
    "sqlite": (
        "CREATE TRIGGER audit_mention_no_update BEFORE UPDATE ON audit_mention "
        "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
        "CREATE TRIGGER audit_mention_no_delete BEFORE DELETE ON audit_mention "
        "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
        "CREATE TRIGGER audit_mention_no_replace BEFORE INSERT ON audit_mention WHEN EXISTS "
        "(SELECT 1 FROM audit_mention WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER audit_mention_no_change BEFORE UPDATE OR DELETE ON audit_mention "
        "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
        "CREATE TRIGGER audit_mention_no_truncate BEFORE TRUNCATE ON audit_mention "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    ),
}


class _Table(Model):
    class Meta:
        legacy_table_names = False


class User(_Table):
    id = BigAutoField()


class AuditEntry(_Table):
    id = BigAutoField()
    chain = CharField(7)
    at = DateTimeField()


BY_AUTHORITY = AuditEntry.index(
    fn.SUBSTR(AuditEntry.chain, SQL("1"), SQL("3")),
    AuditEntry.at,
    AuditEntry.id,
    name="audit_entry_by_authority",
)
"""What an authority and its schools did, the latest first."""


class SecondFactor(_Table):
    user = ForeignKeyField(User, primary_key=True)
    salt = CharField(32)
    made_at = DateTimeField()
    proved_at = DateTimeField(null=True)
    last_step = BigIntegerField(default=0)


class RecoveryCode(_Table):
    id = BigAutoField()
    user = ForeignKeyField(User)
    digest = CharField(64)
    used_at = DateTimeField(null=True)


class CodeProof(_Table):
    digest = CharField(64, primary_key=True)
    user = ForeignKeyField(User)
    until = DateTimeField()


class PastPassword(_Table):
    id = BigAutoField()
    user = ForeignKeyField(User)
    password = TextField()
    ended_at = DateTimeField()


class AuditMention(_Table):
    id = BigAutoField()
    entry = ForeignKeyField(AuditEntry)
    thing = CharField(40)

    class Meta:
        indexes = ((("thing", "entry"), False),)


MODELS = (SecondFactor, RecoveryCode, CodeProof, PastPassword, AuditMention)


def up(migrator, db):
    """Make the tables, and let mentions only grow, as the audit log itself."""
    with db.bind_ctx((User, AuditEntry, *MODELS)):
        db.create_tables(MODELS)
    db.execute(BY_AUTHORITY)
    for statement in ONLY_GROWS["sqlite" if db.param == "?" else "postgresql"]:
        db.execute_sql(statement)
