"""A workspace: one folder and one database, with everything that is stored in them."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Select, delete, func, insert, select

from bench_core.config import Config
from bench_core.data import content_key
from bench_core.errors import StoreError
from bench_core.files import folder_bytes, make_place_of_parts, sweep_folders, sweep_parts
from bench_core.frames import DISK_USE
from bench_core.store import schema
from bench_core.store.database import Database
from bench_core.store.derived import DerivedStore
from bench_core.store.features import FeatureStore
from bench_core.store.guests import GuestStore
from bench_core.store.image_sets import SetStore
from bench_core.store.imports import ImportStore
from bench_core.store.marks import MarkStore
from bench_core.store.packed import PackedStore
from bench_core.store.reading import ReadingStore
from bench_core.store.results import ResultStore
from bench_core.store.runs import RunStore
from bench_core.store.thumbnails import ThumbnailStore

FOLDERS = ("sets", "features", "derived", "thumbnails", "previews", "uploads", "packed")


def _newest() -> Select[Any]:
    """Counts and newest entries of what pages show, in one row: asked for several times a page, by every viewer."""
    sets, names, results, runs, imports = (
        table.c for table in (schema.image_sets, schema.set_names, schema.results, schema.runs, schema.imported_results)
    )
    wanted = [
        func.count(sets.id), func.max(sets.created), func.count(names.name), func.max(names.name), func.min(names.name),
        func.count(results.id), func.max(results.id), func.count(imports.id), func.max(imports.id), func.count(runs.id),
        func.max(runs.finished), func.sum(runs.finished),
    ]  # fmt: skip
    return select(*(select(one).scalar_subquery() for one in wanted))


_NEWEST = _newest()


class Workspace:
    """Everything on disk of one configuration.

    Raises:
        StoreError: the folder cannot be written or the database cannot be opened.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        try:
            for name in FOLDERS:
                (config.home / name).mkdir(parents=True, exist_ok=True)
            make_place_of_parts(config.home, *(config.home / name for name in FOLDERS))
        except OSError as error:
            raise StoreError(
                f"The workspace folder {config.home} cannot be used: {error.strerror}.", "Set BENCH_HOME to a folder you may write."
            ) from error
        self.database = Database(config.database_url)
        self.sets = SetStore(config.home / "sets", self.database)
        self.features = FeatureStore(config.home / "features")
        self.derived = DerivedStore(config.home / "derived", self.database)
        self.thumbnails = ThumbnailStore(config.home / "thumbnails")
        self.packed = PackedStore(config.home / "packed")
        self.runs = RunStore(self.database, config.home / "previews")
        self.results = ResultStore(self.database)
        self.imports = ImportStore(self.database)
        self.marks = MarkStore(self.database)
        self.reading = ReadingStore(self.database)
        self.guests = GuestStore(self.database, config.user, config.admins)

    def state(self, name: str) -> Any:
        """A small named value, None if it was never set."""
        with self.database.read() as connection:
            found = connection.scalar(select(schema.states.c.value).where(schema.states.c.name == name))
        return None if found is None else json.loads(found)

    def states(self, beginning: str) -> dict[str, Any]:
        """All small values whose names begin so, by name."""
        names = schema.states.c.name
        with self.database.read() as connection:
            found = connection.execute(select(names, schema.states.c.value).where(names.startswith(beginning, autoescape=True)))
            return {str(name): json.loads(value) for name, value in found}

    def forget_state(self, name: str) -> None:
        """Forgets a small named value."""
        with self.database.write() as connection:
            connection.execute(delete(schema.states).where(schema.states.c.name == name))

    def set_state(self, name: str, value: Any) -> None:
        """Sets a small named value."""
        with self.database.write() as connection:
            connection.execute(delete(schema.states).where(schema.states.c.name == name))
            connection.execute(insert(schema.states).values(name=name, value=json.dumps(value)))

    def sweep(self) -> list[str]:
        """Deletes what killed processes left of files that they were writing or deleting; one line for each kind of thing.

        What is younger than `files.YOUNG` seconds may be another process's, and stays.
        """
        swept = {
            "half-written or half-deleted files": sum(sweep_parts(f) for f in (self.config.home, *(self.config.home / n for n in FOLDERS))),
            "shards of features without their list": self.features.sweep(),
            "tables that no register names": self.derived.sweep(),
            "uploads whose import did not end": sweep_folders(self.config.home / "uploads"),
            "packed scripts that no server asks for any more": self.packed.sweep(),
            "readers and answers of reader studies that are gone": self.reading.sweep(),
        }
        return [f"{count} {what}" for what, count in swept.items() if count]

    def patient_key(self) -> bytes:
        """The key of the hashes that stand for patients of DICOM films: made once, the same on all machines of this database."""
        name, states = "patient_key", schema.states
        with self.database.write() as connection:
            found = connection.scalar(select(states.c.value).where(states.c.name == name))
            if found is None:
                found = json.dumps(secrets.token_hex(32))
                connection.execute(insert(states).values(name=name, value=found))
        return bytes.fromhex(json.loads(found))

    def version(self) -> str:
        """A token of counts and newest entries: another one whenever a set, a name, a number or the end of a run appears or goes."""
        with self.database.read() as connection:
            seen = list(connection.execute(_NEWEST).one())
        return content_key("version", seen)

    def _use_of(self, row: Mapping[str, Any]) -> tuple[str, int]:
        if "://" in row["root"]:  # its images lie elsewhere; copies come and go as they are read
            return f"copies of images of {row['name']}", folder_bytes(self.sets.home_of(row["id"]))
        return f"images of {row['name']}", int(row["bytes"])

    def disk_use(self) -> pd.DataFrame:
        """Bytes on this machine by what they are: each set, then what is kept of them."""
        listing = self.sets.listing().drop_duplicates("id")
        rows = [self._use_of(row) for row in listing.to_dict("records")]
        rows += [
            ("features", self.features.bytes()), ("neighbours, projections, values per image", self.derived.bytes()),
            ("thumbnails", self.thumbnails.bytes()), ("packed scripts of the pages", self.packed.bytes()),
            ("previews and uploads", folder_bytes(self.config.home / "previews") + folder_bytes(self.config.home / "uploads")),
            ("database", sum(p.stat().st_size for p in self.config.home.glob("bench.sqlite*"))),
        ]  # fmt: skip
        return DISK_USE.of([{"what": what, "bytes": used} for what, used in rows])
