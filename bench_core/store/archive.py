"""Finished work of a workspace as a folder of files, for other workspaces that hold the same sets: digests, numbers, tables, thumbnails."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bench_core.store.derived import Entry

FEATURES = "features.npz"


@dataclass(frozen=True)
class RunRecord:
    """One run that was carried out: its seconds, what it said at its end, and the rows of its numbers as the results table has them."""

    seconds: float
    message: str
    rows: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Archive:
    """What was taken out.

    Attributes:
        digests: the content digests of each set's images, in their order, by id of the set.
        works: runs, by a key of everything that decides what they make.
        entries: what is derived from the sets, by content key.
        thumbnails: WebP files by their place in the thumbnail store.
        metrics: ids of those that were asked for.
        features: by key of an encoder, digests of images and their vectors (N, D); kept in half precision, as those of the cohorts are.
    """

    digests: Mapping[str, Sequence[str]] = field(default_factory=dict)
    works: Mapping[str, RunRecord] = field(default_factory=dict)
    entries: Sequence[Entry] = ()
    thumbnails: Mapping[str, bytes] = field(default_factory=dict)
    metrics: Sequence[str] = ()
    features: Mapping[str, tuple[Sequence[str], np.ndarray]] = field(default_factory=dict)

    def write(self, folder: Path) -> int:
        """Writes the files into an empty folder or over those of an earlier archive; returns their bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        works = {key: {"seconds": round(work.seconds, 2), "message": work.message} for key, work in self.works.items()}
        values = [entry for entry in self.entries if not isinstance(entry.content, pd.DataFrame)]
        _write_json(folder / "works.json", works)
        _write_json(folder / "metrics.json", list(self.metrics))
        _write_json(folder / "digests.json", {set_id: list(found) for set_id, found in self.digests.items()})
        _write_json(folder / "values.json", values)
        rows = [{"work": key, **row} for key, work in self.works.items() for row in work.rows]
        pq.write_table(pa.Table.from_pylist(rows), folder / "numbers.parquet", compression="zstd")
        tables: dict[str, list[Entry]] = {}
        empty = []
        with_nothing = [e for e in self.entries if isinstance(e.content, pd.DataFrame) and e.content.isna().all().any()]
        _write_json(folder / "columns.json", {e.key: list(e.content.columns) for e in with_nothing})  # else a column of nothing is lost
        for entry in self.entries:
            if isinstance(entry.content, pd.DataFrame) and len(entry.content):
                tables.setdefault(entry.kind, []).append(entry)
            elif isinstance(entry.content, pd.DataFrame):  # that nothing was found is known, too
                empty.append(entry._replace(content=list(entry.content.columns)))
        _write_json(folder / "empty_tables.json", empty)
        for kind, found in tables.items():
            whole = pd.concat([entry.content.assign(_key=entry.key, _sets=" ".join(entry.sets)) for entry in found], ignore_index=True)
            whole.to_parquet(folder / f"{kind.replace(' ', '_')}.table.parquet", index=False, compression="zstd")
        with zipfile.ZipFile(folder / "thumbnails.zip", "w", zipfile.ZIP_STORED) as archive:  # WebP does not get smaller
            for name, data in sorted(self.thumbnails.items()):
                archive.writestr(zipfile.ZipInfo(name), data)
        arrays: dict[str, Any] = {}
        for key, (digests, vectors) in self.features.items():
            arrays |= {f"{key}_digests": np.array(list(digests)), f"{key}_values": vectors.astype(np.float16)}
        np.savez(folder / FEATURES, **arrays)
        return sum(path.stat().st_size for path in folder.iterdir())

    @classmethod
    def read(cls, folder: Path) -> "Archive":
        """The archive of a folder; an empty one where there is none."""
        if not (folder / "works.json").exists():
            return cls()
        rows: dict[str, list[Mapping[str, Any]]] = {}
        for row in pq.read_table(folder / "numbers.parquet").to_pylist():
            rows.setdefault(row.pop("work"), []).append(row)
        works = {key: RunRecord(**about, rows=rows.get(key, ())) for key, about in json.loads((folder / "works.json").read_text()).items()}
        entries = [Entry(key, kind, tuple(sets), value) for key, kind, sets, value in json.loads((folder / "values.json").read_text())]
        for key, kind, sets, columns in json.loads((folder / "empty_tables.json").read_text()):
            entries.append(Entry(key, kind, tuple(sets), pd.DataFrame(columns=columns)))
        columns = json.loads((folder / "columns.json").read_text())
        for path in sorted(folder.glob("*.table.parquet")):
            kind = path.name.removesuffix(".table.parquet").replace("_", " ")
            for (key, sets), part in pd.read_parquet(path).groupby(["_key", "_sets"], sort=False):
                mine = columns.get(key) or part.drop(columns=["_key", "_sets"]).dropna(axis="columns", how="all").columns
                table = part[list(mine)].reset_index(drop=True)
                entries.append(Entry(str(key), kind, tuple(str(sets).split()), table))
        with zipfile.ZipFile(folder / "thumbnails.zip") as archive:
            thumbnails = {name: archive.read(name) for name in archive.namelist()}
        digests, metrics = (json.loads((folder / f"{name}.json").read_text()) for name in ("digests", "metrics"))
        with np.load(folder / FEATURES, allow_pickle=False) as seen:
            keys = [name.removesuffix("_values") for name in seen if name.endswith("_values")]
            features = {key: (seen[f"{key}_digests"].tolist(), seen[f"{key}_values"].astype(np.float32)) for key in keys}
        return cls(digests, works, entries, thumbnails, metrics, features)


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")
