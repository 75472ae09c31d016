"""All rows of one database into another, new one, on either engine (R-SYS-6)."""

from collections.abc import Callable, Iterator
from typing import Any

import peewee

from s2s_tui.base.errors import Refused
from s2s_tui.store import models, schema
from s2s_tui.store.database import Store, open_store, without_password

PARAMETERS = 900
"""Values that one statement takes at most."""
CONTENTS = 4
"""Contents of files held in memory at a time."""


def prepared(source: Store, url: str) -> Store:
    """The database at a URL, made where it is missing, with all tables and without a row.

    The models stay bound to the source.

    Raises:
        Refused: `database-exists`, something is in it.
        WrongUse: `database-url`.
        Unreachable: it can't be made or used.
    """
    target = open_store(url, create=True)
    try:
        schema.migrate(target)
        with target.connection():
            for model in models.MODELS:
                if model.select(peewee.Value(1)).limit(1).tuples().execute(target.database):
                    raise Refused("database-exists", database=without_password(url))
    finally:
        models.database.initialize(source.database)
    return target


def copy(source: Store, target: Store, on_progress: Callable[[int, int], None]) -> int:
    """Copy all rows in one transaction, or none; the caller holds a transaction of the source.

    Args:
        source: the store that the models are bound to.
        target: from `prepared`.
        on_progress: told how many rows of how many were copied.

    Returns:
        How many rows there are.
    """
    total = sum(model.select().count() for model in models.MODELS)

    def change() -> None:
        done = 0
        for model in models.MODELS:
            for rows in _pages(source, model):
                _insert(target, model, rows)
                done += len(rows)
                on_progress(done, total)
            _count_on(target, model)

    target.write(change)
    return total


def _pages(source: Store, model: Any) -> Iterator[list[tuple[Any, ...]]]:
    """A table's rows in the order of its key, as many at a time as a statement takes."""
    fields = model._meta.sorted_fields
    holds_blobs = any(isinstance(field, peewee.BlobField) for field in fields)
    size = CONTENTS if holds_blobs else PARAMETERS // len(fields)
    keys = model._meta.get_primary_keys()
    places = [fields.index(key) for key in keys]
    key = peewee.Tuple(*keys) if len(keys) > 1 else keys[0]
    query = model.select(*fields).order_by(*keys).limit(size).tuples()
    page = list(query.execute(source.database))
    while page:
        yield page
        last = [page[-1][place] for place in places]
        beyond = key > (peewee.Tuple(*last) if len(keys) > 1 else last[0])
        page = list(query.where(beyond).execute(source.database)) if len(page) == size else []


def _insert(target: Store, model: Any, rows: list[tuple[Any, ...]]) -> None:
    fields = model._meta.sorted_fields
    database = target.database
    quote = database.quote[0]
    columns = ", ".join(f"{quote}{field.column_name}{quote}" for field in fields)
    one = "(" + ", ".join([database.param] * len(fields)) + ")"
    sql = f"INSERT INTO {quote}{model._meta.table_name}{quote} ({columns}) VALUES "  # noqa: S608 - the models' own
    # Bytes as they are: a field would wrap them as the source's driver wants them.
    values = [
        value if isinstance(value, bytes) else field.db_value(value)
        for row in rows
        for field, value in zip(fields, row, strict=True)
    ]
    database.execute_sql(sql + ", ".join([one] * len(rows)), values)


def _count_on(target: Store, model: Any) -> None:
    """Let a server's numbers go on after the highest that is there; SQLite sees to that itself."""
    key = model._meta.primary_key
    if target.path is not None or not isinstance(key, peewee.BigAutoField):
        return
    highest = model.select(peewee.fn.MAX(key)).tuples().execute(target.database)[0][0]
    if highest is not None:
        target.database.execute_sql(
            "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
            (f'"{model._meta.table_name}"', key.column_name, highest),
        )
