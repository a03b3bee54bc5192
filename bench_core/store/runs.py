"""Runs: the queue is a status. Workers claim runs atomically and keep a heartbeat; a silent worker's run is taken over."""

import os
import socket
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, or_, select, update

from bench_core.data import content_key
from bench_core.errors import UnknownName
from bench_core.spec import RunSpec
from bench_core.store import tables
from bench_core.store.database import Database

SILENT_SECONDS = 30.0
"""A worker whose heartbeat is older is taken for dead; one on this machine whose process is gone, at once."""
MOST_ATTEMPTS = 3
"""A run over which this many workers died is not taken up again: it would kill the next one too."""
ACTIVE = ("queued", "running")
_spec: TypeAdapter[RunSpec] = TypeAdapter(RunSpec)


class LostRun(Exception):
    """Another worker took the run over, or it was deleted: stop and write nothing more."""


class RunStore:
    """The runs table and the workers that serve it."""

    def __init__(self, database: Database, previews: Path) -> None:
        self._database = database
        self._previews = previews

    # For those who ask for runs

    def add(self, spec: RunSpec, name: str, set_id: str | None, priority: int = 0) -> str:
        """Queues a run; an equal one that is queued or running is returned instead."""
        runs = tables.runs
        key = content_key("run", spec.model_dump(mode="json"))
        with self._database.write() as connection:
            same = connection.scalar(select(runs.c.id).where(runs.c.key == key, runs.c.status.in_(ACTIVE), runs.c.cancelling.is_(False)))
            if same:
                return str(same)
            run_id = uuid.uuid4().hex[:12]
            connection.execute(
                insert(runs).values(
                    id=run_id, kind=spec.kind, name=name, key=key, spec=spec.model_dump_json(), set_id=set_id, status="queued",
                    priority=priority, done=0, total=0, step=0, steps=0, message="", error="", hint="", created=time.time(),
                    attempts=0, cancelling=False,
                )
            )  # fmt: skip
        return run_id

    def get(self, run_id: str) -> dict[str, Any]:
        """The row of a run, by id or else by name (the newest of that name).

        Raises:
            UnknownName: there is none.
        """
        runs = tables.runs
        query = (
            select(runs)
            .where(or_(runs.c.id == run_id, runs.c.name == run_id))
            .order_by((runs.c.id == run_id).desc(), runs.c.created.desc())
        )
        rows = self._database.rows(query.limit(1))
        if not rows:
            raise UnknownName("run", run_id, [r["name"] for r in self._database.rows(select(runs.c.name).limit(1000))])
        return rows[0]

    def spec(self, run_id: str) -> RunSpec:
        """What the run was asked to do."""
        return _spec.validate_json(self.get(run_id)["spec"])

    def describe(self, run_id: str) -> dict[str, Any]:
        """The fields of `api.Run`."""
        row = self.get(run_id)
        kept = [
            "id",
            "kind",
            "name",
            "status",
            "done",
            "total",
            "step",
            "steps",
            "message",
            "error",
            "hint",
            "created",
            "started",
            "finished",
            "set_id",
            "cancelling",
        ]
        preview = self.preview_path(row["id"])
        return {
            **{k: row[k] for k in kept}, **_times(row), "spec": _spec.validate_json(row["spec"]), "progress": _progress(row),
            "preview_png": preview.read_bytes() if row["status"] == "running" and preview.exists() else None,
        }  # fmt: skip

    def listing(self, limit: int) -> pd.DataFrame:
        """See `api.runs`."""
        columns = [
            "id",
            "kind",
            "name",
            "status",
            "progress",
            "message",
            "error",
            "hint",
            "created",
            "started",
            "finished",
            "seconds",
            "set_id",
            "eta_seconds",
            "cancelling",
        ]
        rows = []
        for row in self._database.rows(select(tables.runs).order_by(tables.runs.c.created.desc()).limit(limit)):
            rows.append({**row, **_times(row), "progress": _progress(row)})
        frame = pd.DataFrame(rows, columns=columns)
        for column in ("created", "started", "finished"):
            frame[column] = pd.to_datetime(frame[column].astype(float), unit="s", utc=True)
        return frame

    def cancel(self, run_id: str) -> None:
        """A queued run ends at once; a running one is asked to."""
        run_id, runs = self.get(run_id)["id"], tables.runs
        with self._database.write() as connection:
            connection.execute(
                update(runs).where(runs.c.id == run_id, runs.c.status == "queued")
                .values(status="cancelled", finished=time.time(), message="Cancelled before it started.")
            )  # fmt: skip
            connection.execute(update(runs).where(runs.c.id == run_id, runs.c.status == "running").values(cancelling=True))

    def using(self, set_id: str) -> list[str]:
        """Ids of queued and running runs that make or read a set."""
        rows = self._database.rows(select(tables.runs).where(tables.runs.c.status.in_(ACTIVE)))
        return [r["id"] for r in rows if r["set_id"] == set_id or f'"{set_id}"' in r["spec"]]

    def remove(self, run_id: str) -> None:
        """Deletes the row of a run; its results go with it."""
        with self._database.write() as connection:
            connection.execute(delete(tables.results).where(tables.results.c.run_id == run_id))
            connection.execute(delete(tables.runs).where(tables.runs.c.id == run_id))
        self.preview_path(run_id).unlink(missing_ok=True)

    def finished_generations(self) -> list[dict[str, Any]]:
        """Rows of runs that made images, newest first: the base of estimates."""
        runs = tables.runs
        return self._database.rows(
            select(runs).where(runs.c.kind == "generate", runs.c.made > 0).order_by(runs.c.finished.desc()).limit(200)
        )

    # For workers

    def enlist(self, serves: bool = True) -> str:
        """Registers this process as a worker; returns its id. One that does not serve takes a single run of its own."""
        worker = uuid.uuid4().hex
        with self._database.write() as connection:
            self._register(connection, worker, serves)
        return worker

    def _register(self, connection: Connection, worker: str, serves: bool) -> None:
        now = time.time()
        row = {"id": worker, "host": socket.gethostname(), "pid": os.getpid(), "started": now, "heartbeat": now, "serves": serves}
        connection.execute(insert(tables.workers).values(**row))

    def dismiss(self, worker: str) -> None:
        """Takes a worker off the list and puts what it was doing back into the queue."""
        with self._database.write() as connection:
            connection.execute(delete(tables.workers).where(tables.workers.c.id == worker))
            connection.execute(
                update(tables.runs).where(tables.runs.c.worker == worker, tables.runs.c.status == "running")
                .values(status="queued", worker=None, heartbeat=None, message="Waiting for a worker.")
            )  # fmt: skip

    def beat(self, worker: str, serves: bool = True) -> None:
        """Says that the worker lives."""
        now = time.time()
        with self._database.write() as connection:
            if not connection.execute(update(tables.workers).where(tables.workers.c.id == worker).values(heartbeat=now)).rowcount:
                self._register(connection, worker, serves)  # it was silent for so long that another took it for dead
            connection.execute(
                update(tables.runs).where(tables.runs.c.worker == worker, tables.runs.c.status == "running").values(heartbeat=now)
            )

    def worker_alive(self) -> bool:
        """Whether any worker that serves the queue lives."""
        return any(_lives(row) for row in self._database.rows(select(tables.workers).where(tables.workers.c.serves.is_(True))))

    def claim(self, worker: str, run_id: str | None = None) -> str | None:
        """Takes the next queued run, or that of a dead worker; with `run_id`, only that one. None when there is nothing."""
        runs, workers = tables.runs, tables.workers
        died = {"status": "failed", "error": f"{MOST_ATTEMPTS} workers died over this run.", "hint": "Often memory: use a smaller batch."}
        fresh = {"status": "running", "finished": None, "step": 0, "steps": 0, "error": "", "hint": "", "message": "Starting"}
        with self._database.write() as connection:
            lost = [r["id"] for r in connection.execute(select(workers)).mappings() if not _lives(r)]
            connection.execute(delete(workers).where(workers.c.id.in_(lost)))
            alive = list(connection.scalars(select(workers.c.id)))
            orphan = (runs.c.status == "running") & or_(runs.c.worker.is_(None), runs.c.worker.not_in(alive))
            now = time.time()
            connection.execute(update(runs).where(orphan).values(attempts=runs.c.attempts + 1, status="queued", worker=None))
            worn = (runs.c.status == "queued") & (runs.c.attempts >= MOST_ATTEMPTS)
            connection.execute(update(runs).where(worn).values(finished=now, **died))
            query = select(runs.c.id).where(runs.c.status == "queued")
            query = query.where(runs.c.id == run_id) if run_id else query
            found = connection.scalar(query.order_by(runs.c.attempts.desc(), runs.c.priority.desc(), runs.c.created).limit(1))
            if found is None:
                return None
            connection.execute(update(runs).where(runs.c.id == found).values(worker=worker, heartbeat=now, started=now, **fresh))
        return str(found)

    def report(self, run_id: str, worker: str, **values: Any) -> bool:
        """Writes progress of a run that this worker holds; returns whether the user asked to cancel it.

        Raises:
            LostRun: it is no longer this worker's.
        """
        runs = tables.runs
        with self._database.write() as connection:
            mine = (runs.c.id == run_id) & (runs.c.worker == worker) & (runs.c.status == "running")
            if not connection.execute(update(runs).where(mine).values(**values, heartbeat=time.time())).rowcount:
                raise LostRun(run_id)
            return bool(connection.scalar(select(runs.c.cancelling).where(runs.c.id == run_id)))

    def end(self, run_id: str, worker: str, status: str, message: str = "", error: str = "", hint: str = "") -> None:
        """Ends a run that this worker holds."""
        now = time.time()
        self.report(run_id, worker, status=status, message=message, error=error, hint=hint, finished=now, cancelling=False)
        self.preview_path(run_id).unlink(missing_ok=True)

    def preview_path(self, run_id: str) -> Path:
        """Where the preview of a run's current batch is."""
        return self._previews / f"{content_key(run_id)}.png"

    def clear_previews(self, keep: Sequence[str] = ()) -> None:
        """Deletes previews of runs that ended without tidying up."""
        kept = {self.preview_path(r) for r in keep}
        for path in self._previews.glob("*.png"):
            if path not in kept:
                path.unlink(missing_ok=True)


def _lives(worker: Any) -> bool:
    if time.time() - worker["heartbeat"] > SILENT_SECONDS:
        return False
    if worker["host"] != socket.gethostname() or worker["pid"] == os.getpid():
        return True
    try:
        os.kill(worker["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(worker["pid"])


def _is_zombie(pid: int) -> bool:
    """A killed process whose parent has not looked yet still has a number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def _progress(row: dict[str, Any]) -> float:
    if row["status"] == "done":
        return 1.0
    return min(row["done"] / row["total"], 1.0) if row["total"] else 0.0


def _times(row: dict[str, Any]) -> dict[str, Any]:
    if row["started"] is None or row["status"] == "queued":
        return {"seconds": None, "eta_seconds": None}
    seconds = (row["finished"] or time.time()) - row["started"]
    remaining = None
    if row["status"] == "running" and row["made"] and row["worked"]:
        part = row["step"] / row["steps"] if row["steps"] else 0.0
        remaining = max(row["worked"] / row["made"] * (row["total"] - row["done"]) - part, 0.0)
    return {"seconds": seconds, "eta_seconds": remaining}
