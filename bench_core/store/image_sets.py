"""Image sets: `sets/<id>/images/` with the files and `sets/<id>/table.parquet`, written last: a set with a table is whole.

Where the files lie below a URL (`BENCH_IMAGES`), `images/` has copies of those that were read on this machine, by digest.
"""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import insert, select, update

from bench_core.data import FINDINGS, TABLE_COLUMNS, ImageSet, Kind, as_read_now, content_key
from bench_core.errors import StoreError, UnknownName
from bench_core.files import file_bytes, folder_bytes, is_free, is_old, locked, remove_folder, write_whole
from bench_core.frames import SETS
from bench_core.store import schema
from bench_core.store.database import Database
from bench_core.store.drafts import JOURNAL, Draft, journal_rows, meta_of
from bench_core.store.image_folders import RemoteFolder, folder_of
from bench_core.store.set_register import ID, SetRegister

_KEPT_OPEN = 32


class SetStore(SetRegister):
    """All image sets of a workspace. Names are aliases of ids; an id is the content key of what makes the set."""

    def __init__(self, folder: Path, database: Database) -> None:
        super().__init__(folder, database)
        self._opened: OrderedDict[tuple[str, ...], ImageSet] = OrderedDict()
        self._lock = threading.Lock()  # pages read from several threads

    # Writing

    def draft(self, set_id: str, kind: Kind, meta: Mapping[str, Any], *, total: int) -> Draft:
        """A set to write image by image; what an earlier, unfinished attempt wrote is in it already."""
        return Draft(self, self.home_of(set_id), set_id, kind, dict(meta), total)

    def write(self, set_id: str, kind: Kind, table: pd.DataFrame, meta: Mapping[str, Any], *, complete: bool = True) -> None:
        """Writes the table and the register entry of a set whose files are in place (or are rendered when needed)."""
        home = self.home_of(set_id)
        table = with_all_columns(table)
        (home / "images").mkdir(parents=True, exist_ok=True)
        write_whole(home / "meta.json", lambda part: part.write_text(json.dumps({"kind": kind, **meta}, indent=1)))
        write_whole(home / "table.parquet", lambda part: table.to_parquet(part, index=False))
        used = folder_bytes(home) - (file_bytes(home / JOURNAL) if complete else 0)  # the journal goes now
        values: dict[str, Any] = {
            "kind": kind, "generator": meta.get("generator"), "images": len(table), "bytes": used,
            "fingerprint": fingerprint(table), "complete": complete, "created": time.time(), "meta": json.dumps(dict(meta)),
        }  # fmt: skip
        with self._database.write() as connection:
            if not connection.execute(update(schema.image_sets).where(schema.image_sets.c.id == set_id).values(**values)).rowcount:
                connection.execute(insert(schema.image_sets).values(id=set_id, **values))

    # Reading

    def is_complete(self, set_id: str) -> bool:
        """Whether all images that the set was to have are there."""
        with self._database.read() as connection:
            found = connection.scalar(select(schema.image_sets.c.complete).where(schema.image_sets.c.id == set_id))
        return bool(found) and (self.home_of(set_id) / "table.parquet").exists()

    def open(self, name_or_id: str) -> ImageSet:
        """The set of that name or id; one that is being made has its finished rows.

        Raises:
            UnknownName: there is none.
            StoreError: its table cannot be read.
        """
        set_id = self.find(name_or_id)
        rows = self._database.rows(select(schema.image_sets).where(schema.image_sets.c.id == set_id))
        names = self.names_of(set_id)
        name = name_or_id if name_or_id in names else (names or [set_id])[0]
        if not rows or not rows[0]["complete"]:
            return self._open_unfinished(set_id, name)
        key = (set_id, rows[0]["fingerprint"], name, rows[0]["meta"])
        with self._lock:
            if key not in self._opened:
                try:
                    table = pd.read_parquet(self.home_of(set_id) / "table.parquet")
                except (OSError, ValueError) as error:
                    raise StoreError(f"The table of set {name!r} cannot be read: {error}.", "Delete the set and make it again.") from error
                self._opened[key] = self._image_set(set_id, name, rows[0]["kind"], table, json.loads(rows[0]["meta"]))
            self._opened.move_to_end(key)
            while len(self._opened) > _KEPT_OPEN:
                self._opened.popitem(last=False)
            return self._opened[key]

    def _open_unfinished(self, set_id: str, name: str) -> ImageSet:
        home = self.home_of(set_id)
        meta = {"kind": "synthetic", **meta_of(home)}
        rows = journal_rows(home)
        table = with_all_columns(pd.DataFrame([rows[i] for i in sorted(rows)]))
        return self._image_set(set_id, name, meta.pop("kind"), table, meta)

    def _image_set(self, set_id: str, name: str, kind: Any, table: pd.DataFrame, meta: dict[str, Any]) -> ImageSet:
        render: Callable[[str], np.ndarray] | None = None
        if meta.get("simulated"):
            render = _rendered
        folder = folder_of(self.home_of(set_id), meta)
        fetch = folder.fetch if isinstance(folder, RemoteFolder) else None
        if meta.get("in_place"):
            table = table.assign(digest=table["digest"].map(as_read_now))
        return ImageSet(set_id, name, kind, self._root(set_id, meta), table, render, meta, fetch)

    def _root(self, set_id: str, meta: Mapping[str, Any]) -> Path:
        """Where this machine has, or will have, the image files: in the workspace, or where the user keeps them."""
        return Path(meta["root"]) if meta.get("in_place") else self.home_of(set_id) / "images"

    def row_of(self, images: ImageSet, image_id: str) -> int:
        """The row of an image.

        Raises:
            UnknownName: the set has no such image.
        """
        row = images.rows_by_id.get(image_id)
        if row is None:
            raise UnknownName(f"image in set {images.name!r}", image_id, images.table["image_id"].head(1000))
        return row

    def listing(self, kind: str | None = None) -> pd.DataFrame:
        """All sets with a name, newest first, one row per name. `bytes` are those on this machine.

        Columns: id, name, kind, images, bytes, created (UTC), generator, root, prompts_are_reports, simulated, complete.
        """
        sets, names = schema.image_sets, schema.set_names
        query = select(sets, names.c.name).join(names, names.c.set_id == sets.c.id).order_by(sets.c.created.desc(), names.c.name)
        rows = []
        for row in self._database.rows(query if kind is None else query.where(sets.c.kind == kind)):
            meta = json.loads(row.pop("meta"))
            home = self.home_of(row["id"])
            simulated = bool(meta.get("simulated"))
            folder = folder_of(home, meta)
            used = folder_bytes(home) if simulated else row["bytes"]
            more = {
                "root": folder.url if isinstance(folder, RemoteFolder) else str(self._root(row["id"], meta)),
                "prompts_are_reports": bool(meta.get("prompts_are_reports")),
                "simulated": simulated,
            }
            rows.append({**row, **more, "bytes": used})
        return SETS.of(rows)

    def fingerprint(self, set_id: str) -> str:
        """Content key of the images that the set holds now."""
        return self.open(set_id).fingerprint

    def all_tables(self, besides: str) -> list[pd.DataFrame]:
        """The tables of all other sets, finished or not; those that are damaged are left out."""
        tables = []
        for set_id in self._ids():
            if set_id != besides:
                with suppress(UnknownName, StoreError):
                    tables.append(self.open(set_id).table)
        return tables

    def _ids(self) -> list[str]:
        """Of all folders of sets."""
        return sorted(p.name for p in self.folder.glob("*") if ID.fullmatch(p.name))

    def orphans(self) -> list[str]:
        """Ids of folders that no register, name or run knows and in which nobody writes: of deletions that were killed half-way."""
        sets, names, runs = schema.image_sets.c, schema.set_names.c, schema.runs.c
        there = self._ids()
        with self._database.read() as connection:
            known = set(connection.scalars(select(sets.id))) | set(connection.scalars(select(names.set_id)))
            known |= set(connection.scalars(select(runs.set_id).where(runs.status.in_(("queued", "running", "paused")))))
        return [i for i in there if i not in known and is_old(self.home_of(i)) and is_free(self._lock_of(i))]

    def remove_files(self, set_id: str) -> None:
        """Deletes the folder of a set that is forgotten."""
        with locked(self._lock_of(set_id)):
            remove_folder(self.home_of(set_id))


def fingerprint(table: pd.DataFrame) -> str:
    """Content key of the images of a table, in their order."""
    return content_key("images", table["digest"].tolist())


def with_all_columns(table: pd.DataFrame) -> pd.DataFrame:
    """The table with TABLE_COLUMNS first, then all findings as floats (NaN: unknown), then what else it has."""
    table = table.copy()
    for column in TABLE_COLUMNS:
        if column not in table:
            table[column] = pd.Series([None] * len(table), index=table.index, dtype=object)
    for finding in FINDINGS:
        table[finding] = pd.to_numeric(table[finding], errors="coerce").astype(float) if finding in table else float("nan")
    table["seed"] = pd.to_numeric(table["seed"], errors="coerce").astype("Int64")
    first = [*TABLE_COLUMNS, *FINDINGS]
    return table[first + [c for c in table.columns if c not in first]]


def _rendered(image_id: str) -> np.ndarray:  # (H, W) uint8
    """A film of the simulated cohort."""
    from bench_core import phantom

    return phantom.render(image_id).image
