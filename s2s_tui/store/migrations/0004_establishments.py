"""Who changed a school or an authority last; the annual user audit: rounds, and each account in one.

A frozen copy of the models as they were.
"""

from peewee import BigAutoField, CharField, DateField, DateTimeField, ForeignKeyField, Model, TextField


class _Table(Model):
    class Meta:
        legacy_table_names = False


class User(_Table):
    """Only what the answers refer to."""

    id = BigAutoField()


class UserAudit(_Table):
    id = BigAutoField()
    name = TextField()
    deadline = DateField()
    opened_at = DateTimeField()
    opened_by = CharField(40)
    closed_at = DateTimeField(null=True)
    closed_by = CharField(40, default="")


class UserAuditPart(_Table):
    id = BigAutoField()
    round = ForeignKeyField(UserAudit)
    authority = CharField(3)
    told_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("round", "authority"), True),)


class UserAuditAnswer(_Table):
    id = BigAutoField()
    round = ForeignKeyField(UserAudit)
    user = ForeignKeyField(User)
    authority = CharField(3)
    username = CharField(40)
    role = CharField(24)
    organisation = CharField(7)
    contact = TextField(default="")
    answer = CharField(9, default="")
    answered_at = DateTimeField(null=True)
    answered_by = CharField(40, default="")

    class Meta:
        indexes = ((("round", "user"), True), (("round", "authority"), False))


def up(migrator, db):
    """Add the columns, make the tables."""
    for table in ("authority", "establishment"):
        migrator.migrate(
            migrator.add_column(table, "changed_at", DateTimeField(null=True)),
            migrator.add_column(table, "changed_by", CharField(40, default="")),
        )
    tables = (UserAudit, UserAuditPart, UserAuditAnswer)
    with db.bind_ctx((User, *tables)):
        db.create_tables(tables)
