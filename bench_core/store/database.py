"""The database: SQLite in WAL mode unless a URL says otherwise, brought up to date by numbered migrations."""

import importlib
import pkgutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Double, Engine, Integer, MetaData, Select, String, Table, create_engine, event, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, SQLAlchemyError, TimeoutError

from bench_core.errors import BenchError, InputError, MissingPackage, StoreError, StoreUnavailable
from bench_core.store import migrations

_versions = Table(
    "schema_migrations", MetaData(), Column("number", Integer, primary_key=True), Column("name", String(120)), Column("applied", Double)
)
_LOCK = 7217  # any constant: PostgreSQL's advisory lock that serialises migrations and claims


class Database:
    """Short transactions: `read` sees one state, `write` is alone (SQLite: BEGIN IMMEDIATE).

    Raises:
        InputError: the URL is no SQLAlchemy URL.
        MissingPackage: its driver is not installed.
        StoreError: it cannot be opened or is newer than this program.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.sqlite = self.engine.dialect.name == "sqlite"
        try:
            self._migrate()
        except (SQLAlchemyError, StoreUnavailable) as error:
            said = error.message if isinstance(error, BenchError) else f"{getattr(error, 'orig', None) or error}."
            raise StoreError(f"The database cannot be opened: {said}", "Check BENCH_DATABASE_URL and BENCH_HOME.") from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that only reads.

        Raises:
            StoreUnavailable: the database cannot be used at the moment.
        """
        with self._at_hand(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed when the block ends and undone when it raises.

        Raises:
            StoreUnavailable: the database cannot be used at the moment.
        """
        with self._at_hand(), self.engine.connect() as connection:
            connection.info["write"] = True
            try:
                with connection.begin():
                    if not self.sqlite:
                        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                    yield connection
            finally:
                connection.info.pop("write", None)

    @contextmanager
    def _at_hand(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError, TimeoutError) as error:
            raise StoreUnavailable(*_outage(str(getattr(error, "orig", None) or error), self.engine)) from error

    def rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        """The rows of a query as dictionaries."""
        with self.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _migrate(self) -> None:
        known = migration_modules()
        with self.write() as connection:
            _versions.create(connection, checkfirst=True)
            applied = set(connection.scalars(select(_versions.c.number)))
            if applied - set(known):
                raise StoreError(
                    "The database was written by a newer version of TriadCXR.", "Update the program, or choose another BENCH_HOME."
                )
            for number in sorted(set(known) - applied):
                importlib.import_module(known[number]).up(connection)
                connection.execute(insert(_versions).values(number=number, name=known[number].rsplit(".", 1)[1], applied=time.time()))


OUTAGES = {
    "is locked": ("is locked by another program", "End what holds it (a backup, a database browser), then repeat it."),
    "is full": ("has no room left on its disk", "Make room there, then repeat it."),
    "readonly": ("may not be written", "Let this program write the file and its folder, then repeat it."),
    "unable to open": ("cannot be opened", "Let this program read and write the file and its folder, then repeat it."),
    "disk i/o error": ("cannot be read or written: its disk fails", "Look after the disk, then repeat it."),
}
"""What SQLite says, what that means, and what to do."""


def _outage(said: str, engine: Engine) -> tuple[str, str]:
    """What is the matter with a database that cannot be used, and the fix."""
    name = f"The database {engine.url.render_as_string(hide_password=True)}"
    first = next(iter(said.strip().splitlines()), "no reason given")
    for word, (meaning, fix) in OUTAGES.items():
        if engine.dialect.name == "sqlite" and word in said.lower():
            return f"{name} {meaning} ({first}).", fix
    return f"{name} cannot be used now ({first}).", "Start the server, or mend the connection to it; what was finished is kept."


def migration_modules() -> dict[int, str]:
    """Module name by number, of all migrations."""
    names = [m.name for m in pkgutil.iter_modules(migrations.__path__) if m.name.startswith("m")]
    return {int(name[1:5]): f"{migrations.__name__}.{name}" for name in sorted(names)}


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, pool_pre_ping=True, connect_args={"timeout": 60} if parsed.get_backend_name() == "sqlite" else {})
    except ArgumentError:
        raise InputError(f"BENCH_DATABASE_URL is {url!r}, which is no database URL.", "Example: postgresql://user@host/bench") from None
    except ModuleNotFoundError as error:
        raise MissingPackage(f"The database driver {error.name!r} is not installed.", 'pip install "psycopg[binary]"') from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver shall not begin transactions by itself; _begin_sqlite does
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=60000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.info.get("write") else "BEGIN")
