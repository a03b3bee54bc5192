"""The workers' side of the queue: who takes which run, says how far it is, gives it back, ends it.

Every claim is one transaction, so that no run is taken twice. Whose turn it is, `turns` decides.
"""

import json
import time
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from bench_core.data import content_key
from bench_core.store import schema
from bench_core.store.database import Database
from bench_core.store.turns import Turn, choose, decayed, in_turn, urgency
from bench_core.store.workers import lives, new_worker

MOST_ATTEMPTS = 3
"""A run over which this many workers died is not taken up again: it would kill the next one too."""
TURN_SECONDS = 120.0
"""After this time a run lets those of other users go first who had less."""
HELD = "queue held"
"""State of the workspace: who stopped the queue, and when; nothing while it runs."""
Wish = Literal["", "cancel", "pause"]


class LostRun(Exception):
    """Another worker took the run over, or it was deleted: stop and write nothing more."""


class Claims:
    """The runs table as workers see it."""

    def __init__(self, database: Database, previews: Path) -> None:
        self._database = database
        self._previews = previews

    # Workers

    def enlist(self, serves: bool = True, device: str = "") -> str:
        """Registers this process as a worker; returns its id. One that does not serve takes a single run of its own."""
        worker = uuid.uuid4().hex
        with self._database.write() as connection:
            connection.execute(insert(schema.workers).values(**new_worker(worker, serves, device)))
        return worker

    def dismiss(self, worker: str) -> None:
        """Takes a worker off the list and puts what it was doing back into the queue."""
        with self._database.write() as connection:
            connection.execute(delete(schema.workers).where(schema.workers.c.id == worker))
            self._put_back(connection, worker)

    def put_back(self, worker: str) -> None:
        """Puts what a worker holds back into the queue, where it could not do so itself because the database was away."""
        with self._database.write() as connection:
            self._put_back(connection, worker)

    def _put_back(self, connection: Connection, worker: str) -> None:
        runs = schema.runs
        for row in connection.execute(select(runs).where(runs.c.worker == worker, runs.c.status == "running")).mappings().all():
            self._let_go(connection, row, "queued", "Waiting for a worker.")

    def beat(self, worker: str, serves: bool = True, device: str = "", loaded: Collection[str] = ()) -> None:
        """Says that the worker lives, and which models it has loaded."""
        now = time.time()
        workers, runs = schema.workers, schema.runs
        now_is = {"heartbeat": now, "loaded": json.dumps(sorted(loaded))}
        with self._database.write() as connection:
            if not connection.execute(update(workers).where(workers.c.id == worker).values(**now_is)).rowcount:
                # It was silent for so long that another took it for dead.
                connection.execute(insert(workers).values(**new_worker(worker, serves, device)))
            connection.execute(update(runs).where(runs.c.worker == worker, runs.c.status == "running").values(heartbeat=now))

    def worker_alive(self) -> bool:
        """Whether any worker that serves the queue lives."""
        return any(lives(row) for row in self._database.rows(select(schema.workers).where(schema.workers.c.serves.is_(True))))

    def workers(self) -> list[dict[str, Any]]:
        """The workers that live, by device: id, device, host, serves, loaded (ids of models), run_id and name of what each is doing."""
        runs, workers = schema.runs, schema.workers
        doing = {r["worker"]: r for r in self._database.rows(select(runs).where(runs.c.status == "running"))}
        out = []
        for row in self._database.rows(select(workers).order_by(workers.c.device, workers.c.started)):
            if lives(row):
                run = doing.get(row["id"], {})
                kept = {k: row[k] for k in ("id", "device", "host", "serves")}
                out.append({**kept, "loaded": _models(row), "run_id": run.get("id"), "run": run.get("name")})
        return out

    # Turns

    def claim(self, worker: str, run_id: str | None = None, loaded: Collection[str] = ()) -> str | None:
        """Takes the run whose turn it is, or that of a dead worker; None when there is nothing, or while the queue is paused.

        Args:
            run_id: take only this one, whoever's turn it is.
            loaded: models that this worker has loaded.
        """
        runs, workers = schema.runs, schema.workers
        with self._database.write() as connection:
            now = time.time()  # after the wait for the others' transactions
            alive = {"heartbeat": now, "loaded": json.dumps(sorted(loaded))}
            listed = connection.execute(update(workers).where(workers.c.id == worker).values(**alive)).rowcount
            self._bury(connection, now)
            if not listed:  # taken for dead: what it took before its next heartbeat would be taken from it again
                return None
            overtaken = None
            if run_id is not None:
                found = connection.scalar(select(runs.c.id).where(runs.c.id == run_id, runs.c.status == "queued"))
            elif held_by(connection):
                return None
            else:
                beside = [r for r in _idle(connection) if r["id"] != worker]
                chosen, overtaken = choose(
                    waiting_runs(connection), *shares(connection, now), loaded=loaded, now=now,
                    idle_elsewhere={model for row in beside for model in _models(row)},
                )  # fmt: skip
                found = chosen.id if chosen else None
            if found is None:
                return None
            if overtaken:
                connection.execute(update(runs).where(runs.c.id == overtaken.id).values(overtaken=runs.c.overtaken + 1))
            fresh = {"status": "running", "finished": None, "step": 0, "steps": 0, "error": "", "hint": "", "message": "Starting"}
            fresh |= {"share": None, "ends": None}
            connection.execute(
                update(runs).where(runs.c.id == found).values(worker=worker, heartbeat=now, started=now, overtaken=0, **fresh)
            )
        return str(found)

    def _bury(self, connection: Connection, now: float) -> None:
        """Puts the runs of dead workers back; ends those over which too many died."""
        runs, workers = schema.runs, schema.workers
        lost = [r["id"] for r in connection.execute(select(workers)).mappings() if not lives(r)]
        connection.execute(delete(workers).where(workers.c.id.in_(lost)))
        alive = list(connection.scalars(select(workers.c.id)))
        orphan = (runs.c.status == "running") & or_(runs.c.worker.is_(None), runs.c.worker.not_in(alive))
        connection.execute(update(runs).where(orphan).values(attempts=runs.c.attempts + 1, status="queued", worker=None, since=now))
        worn = (runs.c.status == "queued") & (runs.c.attempts >= MOST_ATTEMPTS)
        died = {"status": "failed", "error": f"{MOST_ATTEMPTS} workers died over this run.", "hint": "Often memory: use a smaller batch."}
        connection.execute(update(runs).where(worn).values(finished=now, **died))

    def must_give_way(self, run_id: str, worker: str) -> str:
        """The name of a run that should have this worker before this one goes on; empty if there is none.

        It is one that was asked for as more urgent or, after TURN_SECONDS, one of a user who had less; none where another worker is free.
        What waiting adds to urgency decides who is next, not who is interrupted: runs that wait for long would interrupt each other at
        every batch.
        """
        runs = schema.runs
        now = time.time()
        with self._database.read() as connection:
            waiting = waiting_runs(connection)
            mine = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().one_or_none()
            if not waiting or mine is None or mine["worker"] != worker or held_by(connection) or any(_idle(connection)):
                return ""
            used, running = shares(connection, now)
            first = next(in_turn(waiting, used, running, now))
            urgent = first.priority > mine["priority"]
            turned = now - mine["started"] > TURN_SECONDS and urgency(first, now) >= mine["priority"]
            fair = first.owner != mine["owner"] and used.get(first.owner, 0.0) < used.get(mine["owner"], 0.0)
            if not (urgent or (turned and fair)):
                return ""
            return str(connection.scalar(select(runs.c.name).where(runs.c.id == first.id)))

    # The run that a worker holds

    def report(self, run_id: str, worker: str, **values: Any) -> Wish:
        """Writes progress of a run that this worker holds; returns what the user wants of it.

        Raises:
            LostRun: it is no longer this worker's.
        """
        runs = schema.runs
        with self._database.write() as connection:
            mine = (runs.c.id == run_id) & (runs.c.worker == worker) & (runs.c.status == "running")
            if not connection.execute(update(runs).where(mine).values(**values, heartbeat=time.time())).rowcount:
                raise LostRun(run_id)
            asked = connection.execute(select(runs.c.cancelling, runs.c.pausing).where(runs.c.id == run_id)).one()
        return "cancel" if asked.cancelling else "pause" if asked.pausing else ""

    def end_cancelled(self, run_id: str, worker: str) -> None:
        """Ends a run that this worker holds and was asked to stop; what of it is kept is said."""
        with self._database.read() as connection:
            row = connection.execute(select(schema.runs).where(schema.runs.c.id == run_id)).mappings().one_or_none()
            message = cancelled_words(connection, row) if row else ""
        self.end(run_id, worker, "cancelled", message)

    def give_back(self, run_id: str, worker: str, status: Literal["queued", "paused"], message: str) -> None:
        """Puts a run that this worker holds back into the queue, or aside until the user lets it go on."""
        self._release(run_id, worker, status, message)

    def end(self, run_id: str, worker: str, status: str, message: str = "", error: str = "", hint: str = "") -> None:
        """Ends a run that this worker holds."""
        self._release(run_id, worker, status, message, error=error, hint=hint, finished=time.time(), cancelling=False)

    def _release(self, run_id: str, worker: str, status: str, message: str, **values: Any) -> None:
        runs = schema.runs
        with self._database.write() as connection:
            mine = (runs.c.id == run_id) & (runs.c.worker == worker) & (runs.c.status == "running")
            row = connection.execute(select(runs).where(mine)).mappings().one_or_none()
            if row is None:
                raise LostRun(run_id)
            self._let_go(connection, row, status, message, **values)
        self.preview_path(run_id).unlink(missing_ok=True)

    def _let_go(self, connection: Connection, row: Any, status: str, message: str, **values: Any) -> None:
        """A run leaves its worker: its time is put down to its owner; that of a run that ended stays readable as `started`..`finished`."""
        now = time.time()
        held = max(0.0, now - row["started"])
        over = {"worker": None, "heartbeat": None, "since": now, "busy": row["busy"] + held} if status in ("queued", "paused") else {}
        more = {"status": status, "message": message, "pausing": False, **over, **values}
        connection.execute(update(schema.runs).where(schema.runs.c.id == row["id"]).values(**more))
        users = schema.users
        known = connection.execute(select(users).where(users.c.name == row["owner"])).mappings().one_or_none()
        used = held + (decayed(known["used"], known["seen"], now) if known else 0.0)
        if known:
            connection.execute(update(users).where(users.c.name == row["owner"]).values(used=used, seen=now))
        else:
            connection.execute(insert(users).values(name=row["owner"], used=used, seen=now))

    def preview_path(self, run_id: str) -> Path:
        """Where the preview of a run's current batch is."""
        return self._previews / f"{content_key(run_id)}.png"

    def clear_previews(self) -> None:
        """Deletes previews of runs that ended without tidying up."""
        there = list(self._previews.glob("*.png"))  # before the question: a run that is claimed after it has written nothing yet
        running = self._database.rows(select(schema.runs.c.id).where(schema.runs.c.status == "running"))
        kept = {self.preview_path(r["id"]).stem for r in running}
        for path in there:
            if path.stem not in kept:
                path.unlink(missing_ok=True)


def cancelled_words(connection: Connection, row: Any) -> str:
    """What is kept of a cancelled run: the images that it made, or the numbers that it stored."""
    if row["started"] is None:
        return "Cancelled before it started; nothing was made."
    if row["images"]:
        return f"Cancelled; {row['done']:,} of {row['total']:,} images are kept." if row["done"] else "Cancelled; no image was finished."
    results = schema.results.c
    numbers = connection.scalar(select(func.count(results.id)).where(results.run_id == row["id"], results.status == "ok")) or 0
    return f"Cancelled; {numbers:,} numbers are kept." if numbers else "Cancelled; nothing was finished, so nothing is kept."


def held_by(connection: Connection) -> str | None:
    """Who stopped the queue; None while it runs."""
    found = connection.scalar(select(schema.states.c.value).where(schema.states.c.name == HELD))
    return str(json.loads(found)["by"]) if found else None


def waiting_runs(connection: Connection) -> list[Turn]:
    """The queued runs, in no order."""
    runs = schema.runs
    names = ("id", "owner", "priority", "since", "created", "attempts", "model", "overtaken", "expected")
    rows = connection.execute(select(*(runs.c[n] for n in names)).where(runs.c.status == "queued")).all()
    return [Turn(*row) for row in rows]


def shares(connection: Connection, now: float) -> tuple[dict[str, float], dict[str, int]]:
    """What each user had of the workers lately, in seconds with what runs now, and the number of runs in progress of each."""
    runs = schema.runs
    used = {row.name: decayed(row.used, row.seen, now) for row in connection.execute(select(schema.users))}
    running: dict[str, int] = {}
    for row in connection.execute(select(runs.c.owner, runs.c.started).where(runs.c.status == "running")):
        used[row.owner] = used.get(row.owner, 0.0) + max(0.0, now - row.started)
        running[row.owner] = running.get(row.owner, 0) + 1
    return used, running


def _idle(connection: Connection) -> list[Any]:
    """The workers that serve the queue, live, and have nothing to do."""
    runs, workers = schema.runs, schema.workers
    busy = set(connection.scalars(select(runs.c.worker).where(runs.c.status == "running")))
    rows = connection.execute(select(workers).where(workers.c.serves.is_(True))).mappings().all()
    return [row for row in rows if row["id"] not in busy and lives(row)]


def _models(row: Any) -> list[str]:
    return list(json.loads(row["loaded"])) if row["loaded"] else []
