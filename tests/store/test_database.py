"""The database: WAL, migrations, PostgreSQL by URL."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, create_mock_engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from bench_core.errors import InputError, MissingPackage, StoreError, StoreUnavailable
from bench_core.store import schema
from bench_core.store.database import Database, migration_modules
from bench_core.store.migrations import m0001_start
from tests.fakes import fresh_database


def test_sqlite_writes_ahead(tmp_path):
    with Database(f"sqlite:///{tmp_path / 'a.sqlite'}").read() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"


def test_migrations_once(url):
    Database(url)
    database = Database(url)
    with database.read() as connection:
        numbers = list(connection.scalars(text("SELECT number FROM schema_migrations")))
    assert numbers == sorted(migration_modules())


def test_the_tables_are_what_the_migrations_made(url):
    database = Database(url)
    found = inspect(database.engine)
    for name, table in schema.metadata.tables.items():
        assert {c["name"] for c in found.get_columns(name)} == set(table.columns.keys()), name


def test_a_database_of_a_newer_program_is_refused(url):
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("INSERT INTO schema_migrations (number, name) VALUES (9999, 'later')"))
    with pytest.raises(StoreError, match="newer"):
        Database(url)


def test_a_write_that_fails_is_undone(url):
    database = Database(url)
    with pytest.raises(RuntimeError), database.write() as connection:
        connection.execute(text("INSERT INTO states (name, value) VALUES ('a', '1')"))
        raise RuntimeError
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM states")) == 0


def test_a_full_disk_is_said_with_the_fix(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with database.read() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
    database.engine.dispose()
    event.listen(database.engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(StoreUnavailable, match=r"no room left on its disk") as told, database.write() as connection:
        connection.execute(text("INSERT INTO states (name, value) VALUES ('a', :v)"), {"v": "x" * 100_000})
    assert "Make room" in told.value.hint
    database.engine.dispose()


def test_a_locked_database_is_said_with_the_fix(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    database = Database(url)
    database.engine.dispose()
    event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    other = create_engine(url)
    with other.connect() as holding:
        holding.exec_driver_sql("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="locked by another program"), database.write():
            pass
        holding.rollback()
    with database.write() as connection:
        connection.execute(text("INSERT INTO states (name, value) VALUES ('a', '1')"))


def test_a_server_that_went_away_is_said_and_its_password_is_not(postgres):
    database = Database(fresh_database(Path(), postgres))
    gone = OperationalError("SELECT 1", {}, Exception("server closed the connection\nmore"))
    with pytest.raises(StoreUnavailable, match=r"cannot be used now \(server closed the connection\)") as told, database.read():
        raise gone
    assert "Start the server" in told.value.hint
    database.engine.dispose()


def test_the_first_migration_speaks_postgresql():
    said = []
    engine = (
        create_mock_engine("postgresql+psycopg://", lambda sql, *_, **__: said.append(str(sql.compile(dialect=engine.dialect))))
        if _psycopg()
        else None
    )
    if engine is None:
        pytest.skip("psycopg is not installed")
    m0001_start.up(engine)
    assert any("bytes BIGINT" in s for s in said)


def _psycopg() -> bool:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return False
    return True


def test_urls_that_cannot_be_used():
    with pytest.raises(InputError, match="no database URL"):
        Database("nonsense")
    if not _psycopg():
        with pytest.raises(MissingPackage, match="psycopg"):
            Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreError, match="cannot be opened"):
        Database("sqlite:////nonexistent/folder/a.sqlite")
