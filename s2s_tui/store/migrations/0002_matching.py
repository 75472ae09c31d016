"""Annual matching can be stopped and gone on with: whose roll it was, and who works on it now."""

from peewee import CharField, DateTimeField, TextField


def up(migrator, db):
    """Add what a run is known again by; of a run each lost pupil is found once at most."""
    migrator.migrate(
        migrator.add_column("match_run", "digest", CharField(64, null=True)),
        migrator.add_column("match_run", "worker", TextField(null=True)),
        migrator.add_column("match_run", "worked_at", DateTimeField(null=True)),
        migrator.add_index("find", ("run_id", "lost_id"), True),
    )
