"""Opening, transactions, retries and what a database's troubles are called."""

import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import making
import peewee
import pytest
import steps
from steps import code_of

from s2s_tui.base.errors import Refused, S2SError, Unreachable, WrongUse
from s2s_tui.services import site as sites
from s2s_tui.services import upkeep
from s2s_tui.store import backup, database, models, schema
from s2s_tui.store.database import open_store, without_password
from s2s_tui.store.models import AuditHead, Counter, Property
from s2s_tui.store.statements import Statement, insert, tuples

# --- the schema


def shape(store) -> dict[str, object]:
    """Tables, columns and indexes, as the engine itself tells them."""
    with store.connection():
        tables = [name for name in store.database.get_tables() if name != "migrations"]
        found = {}
        for table in tables:
            if table in ("migration_history", "migrate_history") or "migration" in table:
                continue
            columns = [
                (column.name, column.data_type, column.null, column.primary_key)
                for column in store.database.get_columns(table)
            ]
            indexes = sorted(
                (index.name, tuple(index.columns), index.unique, " ".join(str(index.sql).split()))
                for index in store.database.get_indexes(table)
            )
            keys = sorted(
                (key.column, key.dest_table, key.dest_column)
                for key in store.database.get_foreign_keys(table)
            )
            found[table] = (columns, indexes, keys)
    return found


def emptied(request, postgres_url: str | None, tmp_path: Path):
    """An empty database of the same engine."""
    if postgres_url is None:
        return open_store(f"sqlite:///{tmp_path}/models.sqlite", create=True)
    store = open_store(postgres_url)
    with store.connection():
        store.database.execute_sql("DROP SCHEMA public CASCADE")
        store.database.execute_sql("CREATE SCHEMA public")
    return store


@pytest.mark.requirement("R-SYS-6")
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_migrations_make_what_the_models_say(request, settings, tmp_path, engine):
    url = request.getfixturevalue("postgres")() if engine == "postgresql" else None
    migrated = upkeep.bare(replace(settings, database=url) if url else settings).store
    made = shape(migrated)
    other = emptied(request, request.getfixturevalue("postgres")() if url else None, tmp_path)
    with other.connection():
        other.database.create_tables(models.MODELS)
    assert made == shape(other)
    assert set(made) == {model._meta.table_name for model in models.MODELS}


@pytest.mark.requirement("R-SYS-6")
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_several_that_migrate_at_once_take_turns(request, settings, tmp_path, engine):
    if engine == "postgresql":
        url = request.getfixturevalue("postgres")()
        emptied(request, url, tmp_path).close()
    else:
        url = settings.database_url
    code = (
        "import sys\nfrom s2s_tui.base.settings import Settings\nfrom s2s_tui.services import upkeep\n"
        "upkeep.bare(Settings(database=sys.argv[1], key_file=sys.argv[2]))\nprint('made')"
    )
    command = [sys.executable, "-c", code, url, settings.key_file]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=60)[0] for process in running] == ["made\n"] * 3
    store = open_store(url)
    schema.check(store)
    assert schema.migrate(store) == ()
    assert len(sites.read_key(settings)) == sites.KEY_BYTES


# --- what is wrong with a database


def test_each_trouble_has_its_name(settings, tmp_path, monkeypatch):
    path = tmp_path / "s2s.sqlite"
    assert code_of(lambda: sites.open_site(settings)) == "database-missing"
    path.write_bytes(b"")
    assert code_of(lambda: sites.open_site(settings)) == "database-unmade"
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    assert code_of(lambda: sites.open_site(settings)) == "database-damaged"
    path.unlink()
    path.mkdir()
    assert code_of(lambda: sites.open_site(settings)) == "database-unusable"
    path.rmdir()
    upkeep.bare(settings).store.close()
    sites.open_site(settings)
    now = schema.known()
    monkeypatch.setattr(schema, "known", lambda: (*now, "9999_later"))
    assert code_of(lambda: sites.open_site(settings)) == "database-older"
    monkeypatch.setattr(schema, "known", lambda: ())
    assert code_of(lambda: sites.open_site(settings)) == "database-newer"
    assert code_of(lambda: upkeep.migrate(settings)) == "database-newer"


def test_a_url_that_means_nothing_is_wrong_use(settings):
    for url in ("", "sqlite:///", "sqlite://", "mysql://x/y", "/tmp/x", "file:x"):
        with pytest.raises(WrongUse, match="database-url"):
            open_store(url)
    assert without_password("postgresql://me:s3cret@host/db") == "postgresql://me:…@host/db"
    assert "s3cret" not in code_params(lambda: open_store("mysql://me:s3cret@host/db"))


def code_params(act) -> str:
    with pytest.raises(S2SError) as caught:
        act()
    return repr(caught.value.params)


def test_a_server_that_is_not_there_is_unreachable_without_its_password():
    with (
        pytest.raises(Unreachable) as caught,
        open_store("postgresql://me:s3cret@127.0.0.1:1/db").connection(),
    ):
        pass
    assert caught.value.code == "database-unusable"
    assert "s3cret" not in repr(caught.value.params)


def test_damage_inside_is_named_and_verify_finds_it(settings, tmp_path):
    site = upkeep.bare(settings)
    site.store.write(lambda: insert(Property, [{"name": f"p{n}", "value": "x" * 500} for n in range(200)]))
    with closing(sqlite3.connect(tmp_path / "s2s.sqlite")) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root, size = raw.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master "
            "WHERE name = 'property'"
        ).fetchone()
    with (tmp_path / "s2s.sqlite").open("rb+") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(Unreachable, match="database-damaged"), site.store.connection():
        tuples(Property.select())


def test_a_database_that_others_hold_is_busy_and_nothing_is_changed(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    site = upkeep.bare(settings)
    with closing(sqlite3.connect(tmp_path / "s2s.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        change = lambda: insert(Property, [{"name": "a", "value": ""}])  # noqa: E731
        assert code_of(lambda: site.store.write(change)) == "database-busy"
        with site.store.connection():
            assert Property.select().count() == 0, "reading goes on"
        other.execute("ROLLBACK")
    site.store.write(change)


def test_a_read_only_database_is_named(settings, tmp_path):
    site = upkeep.bare(settings)
    with site.store.connection():
        site.store.database.execute_sql("PRAGMA query_only = 1")
        change = lambda: insert(Property, [{"name": "a", "value": ""}])  # noqa: E731
        assert code_of(lambda: site.store.write(change)) == "database-readonly"


# --- transactions


def count_up(site) -> None:
    """Reads and writes what others write too: lost without serialisable transactions."""

    def change() -> None:
        found = Counter.get_or_none(Counter.name == "test")
        time.sleep(0.001)
        if found is None:
            insert(Counter, [{"name": "test", "value": 1}])
        else:
            Counter.update(value=found.value + 1).where(Counter.name == "test").execute()

    site.store.write(change)


@pytest.mark.requirement("R-SYS-6")
def test_no_write_is_lost_among_many_at_once(site):
    start = threading.Barrier(8)

    def several(_number) -> None:
        start.wait()
        for _ in range(10):
            count_up(site)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(several, range(8)))
    with site.store.connection():
        assert Counter.get_by_id("test").value == 80


AGAIN = "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"


@pytest.mark.requirement("R-SYS-6")
def test_a_transaction_is_tried_again_from_its_start_and_then_given_up(postgres, settings, monkeypatch):
    site = upkeep.bare(replace(settings, database=postgres()))
    tries = []

    def change(times: int) -> str:
        tries.append(1)
        insert(Property, [{"name": "a", "value": ""}])
        if len(tries) <= times:
            site.store.database.execute_sql(
                "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"
            )
        return "done"

    assert site.store.write(lambda: change(3)) == "done"
    assert len(tries) == 4
    tries.clear()
    monkeypatch.setattr(database, "RETRIES", 5)
    site.store.write(lambda: Property.delete().execute())
    assert code_of(lambda: site.store.write(lambda: change(99))) == "database-again"
    assert len(tries) == 5
    with site.store.connection():
        assert Property.select().count() == 0
    site.store.close()


@pytest.mark.requirement("R-SYS-6")
def test_a_long_write_gets_through_among_short_ones_that_never_pause(postgres, settings):
    site = upkeep.bare(replace(settings, database=postgres()))
    head = {"chain": "6804012", "number": 0, "seal": ""}
    site.store.write(lambda: insert(AuditHead, [head]))
    over = threading.Event()
    tries = []

    def count(seconds: float) -> None:
        found = AuditHead.get_by_id("6804012").number
        time.sleep(seconds)
        AuditHead.update(number=found + 1).execute()

    def short_ones(_number: int) -> int:
        many = 0
        while not over.is_set():
            site.store.write(lambda: count(0))
            many += 1
        site.store.close()
        return many

    def long_one() -> None:
        tries.append(1)
        count(0.1)

    with ThreadPoolExecutor(3) as pool:
        short = pool.map(short_ones, range(3))
        try:
            site.store.write(long_one)
        finally:
            over.set()
    assert 1 < len(tries) <= database.ALONE_AFTER + 3
    with site.store.connection():
        assert AuditHead.get_by_id("6804012").number == sum(short) + 1
    site.store.close()


def test_a_key_that_is_really_taken_is_no_endless_try(site):
    site.store.write(lambda: insert(Property, [{"name": "a", "value": ""}]))
    with pytest.raises(peewee.IntegrityError):
        site.store.write(lambda: insert(Property, [{"name": "a", "value": ""}]))
    site.store.write(lambda: insert(Property, [{"name": "b", "value": ""}]))


@pytest.mark.requirement("R-SYS-6")
def test_a_write_inside_a_write_joins_it(site):
    def outer() -> None:
        site.store.write(lambda: insert(Property, [{"name": "inner", "value": ""}]))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        site.store.write(outer)
    with site.store.connection():
        assert Property.select().count() == 0


def test_a_connection_is_closed_where_it_was_opened(site):
    with site.store.connection():
        with site.store.connection():
            pass
        assert not site.store.database.is_closed()
    assert site.store.database.is_closed()


# --- statements


def test_rows_inserted_get_their_keys_in_order_whatever_their_number(site):
    for count in (0, 1, 899, 2000):
        site.store.write(lambda: Counter.delete().execute())
        names = [f"n{number:05}" for number in range(count)]
        keys = site.store.write(lambda names=names: insert(Counter, [{"name": name} for name in names]))
        assert keys == names
        with site.store.connection():
            assert [row.value for row in Counter.select()] == [0] * count, "defaults are filled in"


def test_a_statement_binds_new_values_at_each_run(site):
    by_name = Statement(lambda name: Counter.select(Counter.name, Counter.value).where(Counter.name == name))
    raise_by = Statement(
        lambda by, name: Counter.update(value=Counter.value + by).where(Counter.name == name)
    )
    odd = ["a", "b'; DROP TABLE counter; --", "%", "ŷ"]
    site.store.write(
        lambda: insert(Counter, [{"name": name, "value": place} for place, name in enumerate(odd)])
    )
    site.store.write(lambda: [raise_by.rows(10, name) for name in odd])
    with site.store.connection():
        assert [by_name.row(name) for name in odd] == [(name, place + 10) for place, name in enumerate(odd)]
        assert by_name.row("none") is None
        assert by_name.rows("none") in ([], ())


# --- backups and keys


def test_a_backup_taken_while_others_write_is_whole(settings, tmp_path):
    site = upkeep.bare(settings)
    stop = threading.Event()

    def pairs() -> int:
        number = 0
        while not stop.is_set():
            number += 1
            site.store.write(
                lambda n=number: insert(
                    Property, [{"name": f"a{n}", "value": "x" * 500}, {"name": f"b{n}", "value": "x" * 500}]
                )
            )
        return number

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(pairs)
        for number in range(4):
            target = tmp_path / f"backup{number}.sqlite"
            assert backup.write(site.store, target) == target.stat().st_size
            with closing(sqlite3.connect(target)) as copy:
                assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                names = {name for (name,) in copy.execute("SELECT name FROM property")}
                assert {f"b{name[1:]}" for name in names if name[0] == "a"} == {
                    n for n in names if n[0] == "b"
                }
            assert target.stat().st_mode & 0o077 == 0
        stop.set()
        assert writing.result() > 3
    assert sites.read_key(settings).hex().encode() not in (tmp_path / "backup0.sqlite").read_bytes()
    assert not list(tmp_path.glob(".*part*"))


def test_a_backup_replaces_nothing_and_says_where_it_cannot_go(settings, tmp_path):
    site = upkeep.bare(settings)
    target = tmp_path / "backup.sqlite"
    target.write_text("mine")
    with pytest.raises(Refused, match="file-exists"):
        backup.write(site.store, target)
    assert target.read_text() == "mine"
    with pytest.raises(Refused, match="folder-missing"):
        backup.write(site.store, tmp_path / "none" / "backup.sqlite")


def test_a_backup_can_be_worked_with(lite, tmp_path):
    steps.sent(making.logged_on(lite, "school", "6804012"), lite, making.offered())
    upkeep.backup(lite.settings, tmp_path / "backup.sqlite")
    restored = sites.open_site(replace(lite.settings, database=f"sqlite:///{tmp_path}/backup.sqlite"))
    verdict = upkeep.verify(restored)
    assert (verdict.ok, verdict.files) == (True, 1)


def test_the_audit_key_is_made_once_and_for_its_owner_alone(settings):
    key = sites.make_key(settings)
    assert settings.key_path.stat().st_mode & 0o777 == 0o600
    assert sites.make_key(settings) == key == sites.read_key(settings)
    assert len(key) == sites.KEY_BYTES
    settings.key_path.chmod(0o640)
    assert code_of(lambda: sites.read_key(settings)) == "key-open"
    settings.key_path.chmod(0o600)
    for spoilt in (b"", b"\n", b"abcd", b"no hex", b"\xff\xfe", key.hex().encode()[:-2]):
        settings.key_path.write_bytes(spoilt)
        assert code_of(lambda: sites.read_key(settings)) == "key-missing"
        assert code_of(lambda: sites.make_key(settings)) == "key-missing", "a spoilt key is not replaced"
    settings.key_path.unlink()
    assert code_of(lambda: sites.read_key(settings)) == "key-missing"


def test_the_database_is_its_owners_alone(settings, tmp_path):
    upkeep.bare(settings)
    assert (tmp_path / "s2s.sqlite").stat().st_mode & 0o077 == 0


def test_a_database_is_made_once(settings):
    made = upkeep.init(settings)
    assert made.username == upkeep.FIRST_ADMINISTRATOR
    assert code_of(lambda: upkeep.init(settings)) == "database-exists"
    from s2s_tui.services import accounts

    site = sites.open_site(settings)
    assert accounts.begin(site, made.username, made.password).owed == (accounts.NEW_PASSWORD,)
