"""Indexes that the lists of a whole nation need; measured on 3,000,000 files (`bench/national.py`)."""

# SQLite never uses an index that is limited by `… IS NOT NULL` on a column that can't be null: it takes the
# condition for true, and then no query seems to ask for it. So each list by source or destination read all.
_ALWAYS = ("source", "destination")
_SORTS = ("uploaded_at", "name_key")


def up(migrator, db):
    """Make the indexes by source and destination anew, without a limit; one more for what became of files."""
    for owner in _ALWAYS:
        for sort in _SORTS:
            db.execute_sql(f'DROP INDEX "transfer_{owner}_{sort}"')
            db.execute_sql(
                f'CREATE INDEX "transfer_{owner}_{sort}" ON "transfer" '
                f'("{owner}", "kind", "state", "{sort}", "id")'
            )
    db.execute_sql(
        'CREATE INDEX "transfer_ended" ON "transfer" ("source_authority", "kind", "state", "state_at")'
    )
