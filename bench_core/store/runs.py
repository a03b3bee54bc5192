"""Runs: the queue is a status. This is the side of those who ask for runs; that of the workers is `claims`."""

import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from bench_core.config import Quota
from bench_core.data import content_key
from bench_core.errors import QuotaReached, UnknownName
from bench_core.frames import RUNS
from bench_core.records import Run
from bench_core.registry import Request, stored_spec
from bench_core.spec import RunSpec
from bench_core.store import schema
from bench_core.store.claims import HELD, Claims, cancelled_words, held_by, shares, waiting_runs
from bench_core.store.turns import forecast, in_turn

ACTIVE = ("queued", "running")
UNFINISHED = (*ACTIVE, "paused")
DAY = 86_400.0
_FIELDS = (
    "id", "kind", "name", "status", "message", "error", "hint", "created", "started", "finished", "set_id", "cancelling", "pausing",
    "owner", "priority",
)  # fmt: skip


class RunStore(Claims):
    """The runs table and the workers that serve it."""

    def add(self, request: Request, priority: int = 0, *, owner: str = "", quota: Quota | None = None) -> str:
        """Queues a run; an equal one that is queued, running or paused is returned instead (a paused one goes on).

        Raises:
            QuotaReached: its owner may not ask for more at the moment.
        """
        runs, spec = schema.runs, request.spec
        key = content_key("run", spec.model_dump(mode="json"))
        now = time.time()
        with self._database.write() as connection:
            same = connection.scalar(
                select(runs.c.id).where(runs.c.key == key, runs.c.status.in_(UNFINISHED), runs.c.cancelling.is_(False))
            )
            if same:
                _resume(connection, str(same), now)
                return str(same)
            if quota:
                _check_quota(connection, quota, owner, request.images, now)
            run_id = uuid.uuid4().hex[:12]
            connection.execute(
                insert(runs).values(
                    id=run_id, kind=spec.kind, name=request.name, key=key, spec=spec.model_dump_json(), set_id=request.set_id,
                    status="queued", priority=priority, done=0, total=request.images, step=0, steps=0, message="", error="", hint="",
                    created=now, attempts=0, cancelling=False, pausing=False, owner=owner, model=request.model, images=request.images,
                    expected=request.expected, since=now, busy=0.0, overtaken=0,
                )
            )  # fmt: skip
        return run_id

    def get(self, run_id: str) -> dict[str, Any]:
        """The row of a run, by id or else by name (the newest of that name).

        Raises:
            UnknownName: there is none.
        """
        runs = schema.runs
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
        return self.spec_of(self.get(run_id))

    def spec_of(self, row: dict[str, Any]) -> RunSpec:
        """What the run of that row was asked to do; an `UnknownSpec` where nothing here can read it."""
        return stored_spec(json.loads(row["spec"]))[0]

    def describe(self, run_id: str) -> Run:
        """A run by id or name, with its place in the queue.

        Raises:
            UnknownName: there is none.
        """
        row = self.get(run_id)
        return self._run(row, self._order() if row["status"] == "queued" else {})

    def describe_rows(self, listed: pd.DataFrame) -> list[Run]:
        """The runs of these rows of `listing`, whose places in the queue are taken from there; those that are gone are left out."""
        places = zip(listed["id"], listed["position"], listed["starts_in"], strict=True)
        order = {
            str(run_id): (None if pd.isna(position) else int(position), None if pd.isna(starts) else float(starts))
            for run_id, position, starts in places
        }
        rows = {row["id"]: row for row in self._database.rows(select(schema.runs).where(schema.runs.c.id.in_(list(order))))}
        return [self._run(rows[run_id], order) for run_id in order if run_id in rows]

    def _run(self, row: dict[str, Any], order: Mapping[str, tuple[int | None, float | None]]) -> Run:
        preview = self.preview_path(row["id"])
        spec, unreadable = stored_spec(json.loads(row["spec"]))
        fields = {column: row[column] for column in (*_FIELDS, "done", "total", "step", "steps")}
        return Run(
            **{**fields, **_times(row), **_place(row, order), "error": row["error"] or unreadable}, spec=spec, progress=_progress(row),
            preview_png=preview.read_bytes() if row["status"] == "running" and preview.exists() else None,
        )  # fmt: skip

    def listing(self, limit: int) -> pd.DataFrame:
        """`frames.RUNS`: the newest runs, newest first."""
        found = self._database.rows(select(schema.runs).order_by(schema.runs.c.created.desc()).limit(limit))
        order = self._order() if any(row["status"] == "queued" for row in found) else {}
        rows = [{**row, **_times(row), **_place(row, order), "progress": _progress(row)} for row in found]
        return RUNS.of(rows)

    def _order(self) -> dict[str, tuple[int, float | None]]:
        """Place in the queue (from 1) and seconds until the start, of each run that waits."""
        runs = schema.runs
        now = time.time()
        with self._database.read() as connection:
            order = list(in_turn(waiting_runs(connection), *shares(connection, now), now))
            running = connection.execute(select(runs).where(runs.c.status == "running")).mappings().all()
        serving = {w["id"] for w in self.workers() if w["serves"]}
        busy = [_remaining(row) for row in running if row["worker"] in serving]
        starts = forecast(order, busy + [0.0] * (len(serving) - len(busy)))
        return {turn.id: (place, starts[turn.id]) for place, turn in enumerate(order, 1)}

    def cancel(self, run_id: str) -> None:
        """A run that waits ends at once; a running one is asked to."""
        run_id, runs = self.get(run_id)["id"], schema.runs
        with self._database.write() as connection:
            mine, now = runs.c.id == run_id, time.time()
            row = connection.execute(select(runs).where(mine)).mappings().one()
            ended = {"status": "cancelled", "finished": now, "message": cancelled_words(connection, row)}
            connection.execute(update(runs).where(mine, runs.c.status.in_(("queued", "paused"))).values(**ended))
            connection.execute(update(runs).where(mine, runs.c.status == "running").values(cancelling=True))

    def pause(self, run_id: str) -> None:
        """A run that waits is put aside; a running one is asked to stop where nothing is lost, and is put aside then."""
        run_id, runs = self.get(run_id)["id"], schema.runs
        with self._database.write() as connection:
            mine = runs.c.id == run_id
            connection.execute(update(runs).where(mine, runs.c.status == "queued").values(status="paused", message="Paused."))
            connection.execute(update(runs).where(mine, runs.c.status == "running").values(pausing=True))

    def resume(self, run_id: str) -> None:
        """Puts a paused run back into the queue; one that is only asked to pause goes on."""
        run_id = self.get(run_id)["id"]
        with self._database.write() as connection:
            _resume(connection, run_id, time.time())

    def set_priority(self, run_id: str, priority: int) -> None:
        """Changes how urgent a run is that has not ended."""
        run_id, runs = self.get(run_id)["id"], schema.runs
        with self._database.write() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id, runs.c.status.in_(UNFINISHED)).values(priority=priority))

    def hold(self, by: str) -> None:
        """Stops the queue: workers finish what they hold and take nothing more."""
        self._set_hold({"by": by, "since": time.time()})

    def let_go_on(self) -> None:
        """Lets a stopped queue go on."""
        self._set_hold(None)

    def held_by(self) -> str | None:
        """Who stopped the queue; None while it runs."""
        with self._database.read() as connection:
            return held_by(connection)

    def _set_hold(self, value: dict[str, Any] | None) -> None:
        with self._database.write() as connection:
            connection.execute(delete(schema.states).where(schema.states.c.name == HELD))
            if value:
                connection.execute(insert(schema.states).values(name=HELD, value=json.dumps(value)))

    def using(self, set_id: str) -> list[str]:
        """Ids of runs that have not ended and make or read a set."""
        rows = self._database.rows(select(schema.runs).where(schema.runs.c.status.in_(UNFINISHED)))
        return [r["id"] for r in rows if r["set_id"] == set_id or f'"{set_id}"' in r["spec"]]

    def remove(self, run_id: str) -> None:
        """Deletes the row of a run; its results go with it."""
        with self._database.write() as connection:
            connection.execute(delete(schema.results).where(schema.results.c.run_id == run_id))
            connection.execute(delete(schema.runs).where(schema.runs.c.id == run_id))
        self.preview_path(run_id).unlink(missing_ok=True)

    def that_made_images(self, kind: str) -> list[dict[str, Any]]:
        """Rows of the runs of a kind that made images, or a part of some, whatever became of them, newest first."""
        runs = schema.runs
        made = (runs.c.kind == kind) & (runs.c.worked > 0) & or_(runs.c.made > 0, runs.c.share > 0)
        return self._database.rows(select(runs).where(made).order_by(runs.c.finished.desc()).limit(200))

    def that_are_done(self, kind: str) -> list[dict[str, Any]]:
        """Rows of the runs of a kind that were carried out, newest first."""
        runs = schema.runs
        done = (runs.c.kind == kind) & (runs.c.status == "done")
        return self._database.rows(select(runs).where(done).order_by(runs.c.finished.desc()).limit(50))


def _resume(connection: Connection, run_id: str, now: float) -> None:
    runs = schema.runs
    waits = {"status": "queued", "since": now, "message": "Waiting for a worker."}
    connection.execute(update(runs).where(runs.c.id == run_id, runs.c.status == "paused").values(**waits))
    connection.execute(update(runs).where(runs.c.id == run_id, runs.c.status == "running").values(pausing=False))


def _check_quota(connection: Connection, quota: Quota, owner: str, images: int, now: float) -> None:
    runs = schema.runs
    mine = runs.c.owner == owner
    if quota.runs is not None:
        count = connection.scalar(select(func.count()).where(mine, runs.c.status.in_(UNFINISHED))) or 0
        if count >= quota.runs:
            raise QuotaReached(
                f"{owner} has {count} runs that have not ended, and may have {quota.runs}.",
                "Wait for one to end, or cancel one. BENCH_QUOTA_RUNS sets the number.",
            )
    if quota.images is not None and images:
        ended = select(func.sum(runs.c.done)).where(mine, runs.c.images > 0, runs.c.created > now - DAY, runs.c.status.not_in(UNFINISHED))
        asked = select(func.sum(runs.c.images)).where(mine, runs.c.created > now - DAY, runs.c.status.in_(UNFINISHED))
        had = int(connection.scalar(ended) or 0) + int(connection.scalar(asked) or 0)
        if had + images > quota.images:
            raise QuotaReached(
                f"{owner} asked for {had:,} images in the last 24 hours; {images:,} more would pass {quota.images:,}.",
                f"Ask for at most {max(quota.images - had, 0):,} now. BENCH_QUOTA_IMAGES sets the number.",
            )


def _place(row: dict[str, Any], order: Mapping[str, tuple[int | None, float | None]]) -> dict[str, Any]:
    position, starts_in = order.get(row["id"], (None, None))
    return {"position": position, "starts_in": starts_in}


def _remaining(row: Any) -> float | None:
    """Seconds that a running run should still take."""
    eta = _times(dict(row))["eta_seconds"]
    if eta is None and row["expected"] is not None:
        rest: float = float(row["expected"]) - row["busy"] - (time.time() - row["started"])
        return max(0.0, rest)
    return None if eta is None else float(eta)


def _progress(row: dict[str, Any]) -> float:
    if row["status"] == "done":
        return 1.0
    if row["status"] == "running" and row["share"] is not None:
        return min(max(float(row["share"]), 0.0), 1.0)
    return min(row["done"] / row["total"], 1.0) if row["total"] else 0.0


def _times(row: dict[str, Any]) -> dict[str, Any]:
    if row["started"] is None or row["status"] == "queued":
        return {"seconds": None, "eta_seconds": None}
    seconds = row["busy"] + ((row["finished"] or time.time()) - row["started"] if row["worker"] else 0.0)
    left = row["ends"] - time.time() if row["status"] == "running" and row["ends"] is not None else 0.0
    return {"seconds": seconds, "eta_seconds": left if left > 0 else None}  # what takes longer than it should has no known end
