"""Runs, the queue and its workers."""

import time
from typing import Any

import pandas as pd

from bench_core import api
from bench_core.engine.generation.estimate import Estimate
from bench_core.errors import UnknownName
from bench_core.frames import RUNS, WORKERS
from tests.pages.fake.pictures import encode, film
from tests.pages.fake.sets import Sets


class Runs(Sets):
    """The functions of the facade about runs; a submitted one runs for ever, and its set is there."""

    def add_run(self, run_id: str, kind: str, name: str, status: str, set_id: str | None, **more: Any) -> None:
        now = pd.Timestamp.now(tz="UTC")
        self.run_rows.insert(
            0,
            {
                "id": run_id, "kind": kind, "name": name, "status": status, "progress": 1.0 if status == "done" else 0.4,
                "message": "", "error": "", "hint": "", "created": now, "started": now,
                "finished": now if status in ("done", "failed") else None, "seconds": 12.0, "set_id": set_id, "eta_seconds": 8.0,
                "cancelling": False, "pausing": False, "owner": "ann", "priority": 0, "position": None, "starts_in": None, **more,
            },
        )  # fmt: skip

    def submit(self, spec: Any, priority: int | None = None, owner: str | None = None) -> str:
        self.submitted.append(spec)
        run_id = f"sub-{len(self.submitted)}"
        if isinstance(spec, api.GenerateSpec):
            self.add_set(spec.name, "synthetic", spec.count, 50 + len(self.submitted), spec.generator.id)
            self.add_run(run_id, "generate", spec.name, "running", f"id-{spec.name}")
        else:
            self.add_run(run_id, spec.kind, "work", "running", getattr(spec, "synthetic", None))
        return run_id

    def estimate_evaluations(self, specs: Any) -> Estimate:
        return Estimate(40.0 * len(specs), "as the last evaluations against this reference took")

    def runs(self, limit: int = 200) -> pd.DataFrame:
        return RUNS.of(self.run_rows[:limit])

    def run(self, run_id: str) -> api.Run:
        row = next((r for r in self.run_rows if r["id"] == run_id), None)
        if row is None:
            raise UnknownName("run", run_id, [r["id"] for r in self.run_rows])
        spec = next((s for i, s in enumerate(self.submitted, 1) if f"sub-{i}" == run_id), None)
        spec = spec or api.EvaluateSpec(synthetic=row["set_id"] or "x", real="id-phantom-real", encoders=["phantom-eye"])
        total = spec.count if isinstance(spec, api.GenerateSpec) else 10
        now = time.time()
        same = (
            "id",
            "kind",
            "name",
            "status",
            "progress",
            "message",
            "error",
            "hint",
            "set_id",
            "owner",
            "priority",
            "position",
            "starts_in",
        )
        return api.Run(
            **{name: row[name] for name in same}, spec=spec, done=total if row["status"] == "done" else total // 2, total=total,
            step=12, steps=20, created=now, started=now, finished=None, seconds=3.0, eta_seconds=2.0, cancelling=False,
            preview_png=encode(film(1)),
        )  # fmt: skip

    def runs_in_full(self, rows: pd.DataFrame) -> list[api.Run]:
        return [self.run(run_id) for run_id in rows["id"]]

    def reservations(self, run_id: str) -> list[str]:
        return []

    def may_change(self, owner: str, by: str | None) -> bool:
        return by in (None, owner)

    def deletion_of_run(self, run_id: str) -> api.RunDeletion:
        row = next(r for r in self.run_rows if r["id"] == run_id)
        return api.RunDeletion(row["name"], 12, 3, 0, str(row["name"]))

    def cancel(self, run_id: str, by: str | None = None) -> None:
        self.cancelled.append(run_id)

    def pause(self, run_id: str, by: str | None = None) -> None:
        self._set_status(run_id, "paused")

    def resume(self, run_id: str, by: str | None = None) -> None:
        self._set_status(run_id, "queued")

    def _set_status(self, run_id: str, status: str) -> None:
        for row in self.run_rows:
            if row["id"] == run_id:
                row["status"] = status

    def set_priority(self, run_id: str, priority: int, by: str | None = None) -> None:
        for row in self.run_rows:
            if row["id"] == run_id:
                row["priority"] = priority

    def repeat(self, run_id: str, owner: str | None = None) -> str:
        self.submitted.append(("repeat", run_id))
        return run_id

    def delete_run(self, run_id: str, by: str | None = None) -> None:
        self.deleted.append(run_id)
        self.run_rows = [r for r in self.run_rows if r["id"] != run_id]

    def hold_queue(self, by: str | None = None) -> None:
        self.held = by or "somebody"

    def release_queue(self) -> None:
        self.held = None

    def queue_held_by(self) -> str | None:
        return self.held

    def workers(self) -> pd.DataFrame:
        row = {"id": "w", "device": "cuda:0", "host": "here", "serves": True, "loaded": ["phantom-ldm"], "run_id": None, "run": None}
        return WORKERS.of([row] if self.filled else [])

    def worker_alive(self) -> bool:
        return self.filled
