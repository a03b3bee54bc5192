"""The results table: one row per number. Rows of the same step key are the same computation and are copied, not made again."""

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select

from bench_core.data import Result
from bench_core.frames import RESULTS
from bench_core.frames.column import FLOAT
from bench_core.records import Reference
from bench_core.store import schema
from bench_core.store.database import Database

_NUMBERS = [c.name for c in RESULTS.columns if c.dtype == FLOAT and c.name != "seconds"]


class ResultStore:
    """Results of runs, with the sets and the encoder that they are about."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, run_id: str, step_key: str, about: Mapping[str, Any], results: Sequence[Result]) -> None:
        """Stores the rows of one step of a run; `about` has synthetic, real, train, encoder_key and encoder_revision."""
        rows = []
        for result in results:
            row = asdict(result)
            row.pop("run")
            row["null_value"] = row["null"]
            for name in _NUMBERS:
                column = "null_value" if name == "null" else name
                row[column] = _finite(row[name])
            row.pop("null")
            row["settings"] = json.dumps(dict(row["settings"]), sort_keys=True, default=str)
            rows.append({**row, **about, "run_id": run_id, "step_key": step_key, "created": time.time()})
        with self._database.write() as connection:
            connection.execute(delete(schema.results).where(schema.results.c.run_id == run_id, schema.results.c.step_key == step_key))
            if rows:
                connection.execute(insert(schema.results), rows)

    def copy_step(self, run_id: str, step_key: str) -> int:
        """Gives a run the rows that another run has of the same step; returns how many (0: it must be computed)."""
        results = schema.results
        with self._database.write() as connection:
            if connection.scalar(select(results.c.id).where(results.c.run_id == run_id, results.c.step_key == step_key).limit(1)):
                return int(
                    len(list(connection.scalars(select(results.c.id).where(results.c.run_id == run_id, results.c.step_key == step_key))))
                )
            source = connection.scalar(select(results.c.run_id).where(results.c.step_key == step_key).limit(1))
            if source is None:
                return 0
            found = select(results).where(results.c.step_key == step_key, results.c.run_id == source).order_by(results.c.id)
            rows = [dict(r) for r in connection.execute(found).mappings()]
            for row in rows:
                del row["id"]
                row.update(run_id=run_id, created=time.time())
            connection.execute(insert(results), rows)
            return len(rows)

    def rows(self, *, run_id: str | None = None, synthetic: Sequence[str] | None = None, **equal: str | None) -> list[dict[str, Any]]:
        """Rows, oldest first, of a run or with those columns (None: any); the null's column is called `null`."""
        results = schema.results
        query = select(results).order_by(results.c.created, results.c.id)
        if run_id is not None:
            query = query.where(results.c.run_id == run_id)
        if synthetic is not None:
            query = query.where(results.c.synthetic.in_(list(synthetic)))
        for column, value in equal.items():
            query = query.where(results.c[column] == value) if value is not None else query
        rows = self._database.rows(query)
        for row in rows:
            row["null"] = row.pop("null_value")
            row["settings"] = json.loads(row["settings"])
        return rows

    def seconds(self, encoder: str, mode: str) -> dict[str, float]:
        """Seconds that each metric took when it was last computed for whole sets, with that encoder in that mode."""
        results = schema.results
        query = select(results.c.metric, results.c.seconds).where(
            results.c.encoder == encoder, results.c.mode == mode, results.c.subgroup == "all", results.c.status == "ok",
            results.c.seconds.is_not(None),
        )  # fmt: skip
        return {row["metric"]: float(row["seconds"]) for row in self._database.rows(query.order_by(results.c.created, results.c.id))}

    def references(self) -> list[Reference]:
        """What numbers are stored against, each once, in no order, without a name."""
        columns = schema.results.c
        rows = self._database.rows(select(columns.real, columns.train, columns.encoder).distinct())
        return [Reference(r["real"], r["train"], r["encoder"]) for r in rows]

    def count(self, set_id: str) -> int:
        """How many numbers are about a set, whatever its role."""
        with self._database.read() as connection:
            return int(connection.scalar(select(func.count()).select_from(schema.results).where(_about(set_id))) or 0)

    def forget_set(self, set_id: str) -> None:
        """Deletes the rows about a set."""
        with self._database.write() as connection:
            connection.execute(delete(schema.results).where(_about(set_id)))


def _about(set_id: str) -> ColumnElement[bool]:
    columns = schema.results.c
    return or_(columns.synthetic == set_id, columns.real == set_id, columns.train == set_id)


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
