"""Accounts say who changed them last; an e-mail may have a secret that is kept sealed until it is sent."""

from peewee import BigIntegerField, CharField, DateTimeField, TextField


def up(migrator, db):
    """Add who changed an account and when, and what a password's letter needs."""
    migrator.migrate(
        migrator.add_column("user", "changed_at", DateTimeField(null=True)),
        migrator.add_column("user", "changed_by", CharField(40, default="")),
        migrator.add_column("mail", "secret", TextField(default="")),
        migrator.add_column("mail", "account", BigIntegerField(null=True)),
    )
