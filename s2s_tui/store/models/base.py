"""What all models share: the database that `store.database` opened last."""

from peewee import DatabaseProxy, Model

database = DatabaseProxy()


class Kept(Model):
    """A table."""

    class Meta:
        database = database
        legacy_table_names = False
