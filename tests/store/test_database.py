"""The database: WAL, migrations, PostgreSQL by URL."""

import pytest
from sqlalchemy import create_mock_engine, inspect, text

from bench_core.errors import InputError, MissingPackage, StoreError
from bench_core.store import schema
from bench_core.store.database import Database, migration_modules
from bench_core.store.migrations import m0001_start


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
