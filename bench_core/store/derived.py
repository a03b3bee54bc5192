"""What was computed from sets and is kept by content key: neighbours, projections, values per image, nulls."""

import json
import time
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import delete, func, insert, select

from bench_core.data import content_key
from bench_core.files import folder_bytes, is_old, write_whole
from bench_core.store import schema
from bench_core.store.database import Database


class Entry(NamedTuple):
    """One thing of the store, as it travels to another one: its key, its kind, the sets that it stems from, a table or a small value."""

    key: str
    kind: str
    sets: tuple[str, ...]
    content: Any


class DerivedStore:
    """Tables (parquet files) and small values (JSON) by content key; each knows the sets that it stems from."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self._database = database

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.parquet"

    def table(self, key: str) -> pd.DataFrame | None:
        """The table of that key, None if it was never made."""
        path = self._path(key)
        return pd.read_parquet(path) if path.exists() else None

    def write_table(self, key: str, kind: str, table: pd.DataFrame, sets: Sequence[str]) -> None:
        """Keeps a table that was computed from those sets."""
        write_whole(self._path(key), lambda part: table.to_parquet(part, index=False))
        self._register(key, kind, self._path(key).stat().st_size, None, sets)

    def value(self, key: str) -> Any:
        """The small value of that key, None if there is none."""
        with self._database.read() as connection:
            found = connection.scalar(select(schema.derived.c.value).where(schema.derived.c.key == key))
        return None if found is None else json.loads(found)

    def values(self, kind: str, sets: Sequence[str]) -> dict[str, Any]:
        """All small values of a kind that stem from any of those sets, by key; those that were written last come last."""
        derived, links = schema.derived.c, schema.derived_sets.c
        of_sets = select(links.key).where(links.set_id.in_(list(sets)))
        query = select(derived.key, derived.value).where(derived.kind == kind, derived.value.is_not(None), derived.key.in_(of_sets))
        query = query.order_by(derived.created, derived.key)
        with self._database.read() as connection:
            return {key: json.loads(value) for key, value in connection.execute(query)}

    def write_value(self, key: str, kind: str, value: Any, sets: Sequence[str]) -> None:
        """Keeps a small value (anything that JSON holds)."""
        text = json.dumps(value)
        self._register(key, kind, len(text), text, sets)

    def entries(self, sets: Sequence[str]) -> list[Entry]:
        """All that stems from these sets and from no other."""
        derived, links = schema.derived.c, schema.derived_sets.c
        with self._database.read() as connection:
            stems: dict[str, list[str]] = {}
            for key, set_id in connection.execute(select(links.key, links.set_id).order_by(links.key, links.set_id)):
                stems.setdefault(key, []).append(set_id)
            rows = connection.execute(select(derived.key, derived.kind, derived.value).order_by(derived.kind, derived.key)).all()
        whole = [row for row in rows if row.key in stems and set(stems[row.key]) <= set(sets)]
        return [Entry(r.key, r.kind, tuple(stems[r.key]), json.loads(r.value) if r.value else self.table(r.key)) for r in whole]

    def write_entries(self, entries: Sequence[Entry]) -> None:
        """Keeps those that are not there yet, all at once."""
        derived, links = schema.derived, schema.derived_sets
        with self._database.read() as connection:
            known = set(connection.scalars(select(derived.c.key)))
        new = [entry for entry in entries if entry.key not in known]
        rows = []
        for key, kind, _, content in new:
            value = None if isinstance(content, pd.DataFrame) else json.dumps(content)
            if isinstance(content, pd.DataFrame):
                table = content
                write_whole(self._path(key), lambda part, table=table: table.to_parquet(part, index=False))  # type: ignore[misc]
            size = self._path(key).stat().st_size if value is None else len(value)
            rows.append({"key": key, "kind": kind, "bytes": size, "created": time.time(), "value": value})
        if rows:
            with self._database.write() as connection:
                connection.execute(delete(derived).where(derived.c.key.in_([entry.key for entry in new])))
                connection.execute(insert(derived), rows)
                connection.execute(delete(links).where(links.c.key.in_([entry.key for entry in new])))
                connection.execute(insert(links), [{"key": entry.key, "set_id": i} for entry in new for i in dict.fromkeys(entry.sets)])

    def _register(self, key: str, kind: str, size: int, value: str | None, sets: Sequence[str]) -> None:
        derived, links = schema.derived, schema.derived_sets
        with self._database.write() as connection:
            connection.execute(delete(links).where(links.c.key == key))
            connection.execute(delete(derived).where(derived.c.key == key))
            connection.execute(insert(derived).values(key=key, kind=kind, bytes=size, created=time.time(), value=value))
            for set_id in dict.fromkeys(sets):
                connection.execute(insert(links).values(key=key, set_id=set_id))

    def count(self, kind: str) -> int:
        """How many things of that kind are kept."""
        with self._database.read() as connection:
            return int(connection.scalar(select(func.count()).where(schema.derived.c.kind == kind)) or 0)

    def forget_set(self, set_id: str) -> None:
        """Deletes all that stems from that set."""
        with self._database.read() as connection:
            keys = list(connection.scalars(select(schema.derived_sets.c.key).where(schema.derived_sets.c.set_id == set_id)))
        self.forget(keys)

    def forget(self, keys: Sequence[str]) -> None:
        """Deletes what is kept under those keys."""
        derived, links = schema.derived, schema.derived_sets
        with self._database.write() as connection:
            connection.execute(delete(links).where(links.c.key.in_(keys)))
            connection.execute(delete(derived).where(derived.c.key.in_(keys)))
        for key in keys:
            self._path(key).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Deletes tables that were written, or were to go, when their process was killed, and are not registered; returns how many."""
        there = [path for path in self.folder.glob("*.parquet") if is_old(path)]
        with self._database.read() as connection:
            known = set(connection.scalars(select(schema.derived.c.key)))
        left = [path for path in there if path.stem not in known]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def bytes(self) -> int:
        """Disk use of the tables."""
        return folder_bytes(self.folder)


class StepParts:
    """What of a step was finished before it was stopped, by name (JSON values), so that it goes on there."""

    def __init__(self, derived: DerivedStore, step_key: str, sets: Sequence[str]) -> None:
        self._derived, self._step, self._sets = derived, step_key, list(sets)
        self._kept: set[str] = set()

    def get(self, name: str) -> Any:
        """The value of that name; None where there is none."""
        found = self._derived.value(self._key(name))
        if found is not None:
            self._kept.add(name)
        return found

    def put(self, name: str, value: Any) -> None:
        """Keeps a value."""
        self._derived.write_value(self._key(name), "part of a step", value, self._sets)
        self._kept.add(name)

    def forget(self) -> None:
        """Deletes all that was got or put: the step is whole."""
        if self._kept:
            self._derived.forget([self._key(name) for name in sorted(self._kept)])

    def _key(self, name: str) -> str:
        return content_key("part", self._step, name)


class KnownNulls(dict[str, Any]):
    """Nulls for another process, which has no database: it finds those that the store has too, and holds those that it makes itself."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        super().__init__()
        self._stored = stored

    def __missing__(self, key: str) -> Any:
        return self._stored[content_key("null", key)]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or content_key("null", key) in self._stored


class StoredNulls(MutableMapping[str, Any]):
    """A dictionary of nulls that outlives the process: what a perfect generator scores, shared by all generators of one size."""

    def __init__(self, derived: DerivedStore, sets: Sequence[str]) -> None:
        self._derived = derived
        self._sets = list(sets)
        self._seen: dict[str, Any] = {}

    def stored(self) -> dict[str, Any]:
        """All that are kept of these sets, by the keys of the store (see `KnownNulls`)."""
        return self._derived.values("null", self._sets)

    def __getitem__(self, key: str) -> Any:
        if key not in self._seen:
            found = self._derived.value(content_key("null", key))
            if found is None:
                raise KeyError(key)
            self._seen[key] = found
        return self._seen[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._derived.write_value(content_key("null", key), "null", value, self._sets)
        self._seen[key] = self._derived.value(content_key("null", key))

    def __delitem__(self, key: str) -> None:
        self._seen.pop(key, None)
        raise TypeError("Nulls are forgotten with their sets, not one by one.")

    def __iter__(self) -> Iterator[str]:
        return iter(self._seen)

    def __len__(self) -> int:
        return len(self._seen)
