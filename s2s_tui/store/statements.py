"""The statements that every upload runs, made once: peewee builds the SQL, later runs only bind values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import peewee

from s2s_tui.store import models


class Statement:
    """A query whose SQL is built at its first run on each engine.

    Args:
        build: makes the query from one stand-in a parameter, in the order of `rows`'s arguments.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._made: dict[type, tuple[str, tuple[Any, ...]]] = {}

    def rows(self, *values: Any) -> Sequence[tuple[Any, ...]]:
        """Run it with these values; the rows as tuples (none for a statement that returns none)."""
        database = models.database.obj
        made = self._made.get(type(database))
        if made is None:
            stand_ins = [_StandIn(place) for place in range(len(values))]
            query = self._build(*(peewee.Value(stand_in, converter=False) for stand_in in stand_ins))
            sql, params = query.bind(database).sql()
            made = self._made[type(database)] = (sql, tuple(params))
        sql, params = made
        bound = [values[param.place] if isinstance(param, _StandIn) else param for param in params]
        cursor = database.execute_sql(sql, bound)
        return cursor.fetchall() if cursor.description else ()

    def row(self, *values: Any) -> tuple[Any, ...] | None:
        """Run it with these values; the first row, or None."""
        rows = self.rows(*values)
        return rows[0] if rows else None


def tuples(query: Any) -> list[tuple[Any, ...]]:
    """The rows of a select as tuples, in the order of its columns."""
    return list(query.tuples())


def begins(column: Any, text: str) -> Any:
    """That a text column of keys (`rules.people.name_key`) begins with a text, so that its index is used.

    Args:
        column: holds small letters, digits and spaces.
        text: of the same; not empty.
    """
    if isinstance(models.database.obj, peewee.SqliteDatabase):
        # Its LIKE takes no heed of case, which no index of ours follows.
        return (column >= text) & (column < text + chr(0x10FFFF))
    return column.startswith(text)


def holds(column: Any, text: str) -> Any:
    """That a text column has a text in it somewhere, letter for letter."""
    is_file = isinstance(models.database.obj, peewee.SqliteDatabase)
    return (peewee.fn.INSTR if is_file else peewee.fn.STRPOS)(column, text) > 0


class _StandIn:
    def __init__(self, place: int) -> None:
        self.place = place


def insert(model: Any, rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Insert rows, as many as a statement takes at a time, defaults filled in.

    Args:
        model: where.
        rows: field name → value; every row has the same names.

    Returns:
        The new rows' keys, in order.
    """
    keys: list[Any] = []
    pending = list(rows)
    while pending:
        names = tuple(pending[0])
        chunk = pending[: max(1, 900 // len(names))]
        pending = pending[len(chunk) :]
        sql, converters, defaults = _insertion(models.database.obj.param, model, names, len(chunk))
        values: list[Any] = []
        for row in chunk:
            # Text and numbers, most of the values, need no conversion.
            values += [
                value if (value := row[name]).__class__ is plain else convert(value)
                for name, (plain, convert) in zip(names, converters, strict=True)
            ]
            values.extend(defaults)
        keys.extend(key for (key,) in models.database.obj.execute_sql(sql, values).fetchall())
    return keys


@lru_cache(maxsize=256)
def _insertion(
    _engine: str, model: Any, names: tuple[str, ...], count: int
) -> tuple[str, tuple[tuple[type | None, Callable[[Any], Any]], ...], tuple[Any, ...]]:
    meta = model._meta
    defaults = {
        field.name: field.db_value(default() if callable(default) else default)
        for field, default in meta.defaults.items()
        if field.name not in names
    }
    database = models.database.obj
    quote = database.quote[0]
    columns = [*names, *defaults]
    listed = ", ".join(f"{quote}{meta.fields[name].column_name}{quote}" for name in columns)
    one = "(" + ", ".join([database.param] * len(columns)) + ")"
    key = f"{quote}{meta.primary_key.column_name}{quote}"
    table = f"{quote}{meta.table_name}{quote}"
    sql = f"INSERT INTO {table} ({listed}) VALUES {', '.join([one] * count)} RETURNING {key}"  # noqa: S608
    converters = tuple((_plain(meta.fields[name]), meta.fields[name].db_value) for name in names)
    return sql, converters, tuple(defaults.values())


def _plain(field: Any) -> type | None:
    """The type of values that a field takes as they are, if there is one."""
    while isinstance(field, peewee.ForeignKeyField):
        field = field.rel_field
    if isinstance(field, peewee.CharField | peewee.TextField):
        return str
    return int if isinstance(field, peewee.IntegerField) else None
