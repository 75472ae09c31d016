"""Accounts know whether their school shut them: those are opened with it again, and no others."""

from peewee import BooleanField


def up(migrator, db):
    """Add the column; what is shut at a school that is inactive or closed counts as shut with it."""
    migrator.migrate(migrator.add_column("user", "shut_with", BooleanField(default=False)))
    db.execute_sql(
        'UPDATE "user" SET "shut_with" = TRUE WHERE "active" = FALSE AND "deleted_at" IS NULL '
        'AND "organisation" IN (SELECT "number" FROM "establishment" '
        'WHERE "active" = FALSE OR "closed" IS NOT NULL)'
    )
