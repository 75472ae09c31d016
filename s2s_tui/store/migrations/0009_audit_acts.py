"""The audit log by act: narrowed to one, millions of entries were read for a page (`bench/national.py`)."""


def up(migrator, db):
    """Make the index."""
    db.execute_sql('CREATE INDEX "audit_entry_action_at" ON "audit_entry" ("action", "at")')
