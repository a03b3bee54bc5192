"""How a run that is being carried out says how far it is, and learns when it must stop.

Three words: `Progress` (`records`) is told done, total and what; a `Report` (`features.place`) the share of something long inside of a
metric; the `Reporter` of a run writes both to the queue. A `Tally` counts what several steps do for one `Progress`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np
from PIL import Image

from bench_core.errors import Cancelled
from bench_core.files import write_whole
from bench_core.records import Progress
from bench_core.store.png import plain_png
from bench_core.store.workspace import Workspace

if TYPE_CHECKING:
    from bench_core.engine.cluster.ray import OnRay

EVERY_SECONDS = 0.3
"""Progress under one message is written no more often than this."""
LOOK_SECONDS = 1.0
"""How often a run looks whether another should go first."""
PREVIEW_SECONDS = 0.5
PREVIEW_SIDE = 256


class Shutdown(Cancelled):
    """The worker was told to end; the run goes back into the queue."""


class Pause(Cancelled):
    """The user wants the run put aside."""


class Preemption(Cancelled):
    """Another run should have this worker first; this one goes back into the queue."""


class Pace:
    """How long the rest of some work takes, from the time that its parts took so far."""

    def __init__(self, share: float, now: float) -> None:
        self._share, self._began = share, now

    def ends(self, share: float, now: float, clock: float) -> float | None:
        """When the work should end, as `clock` tells time; None before any of it was done.

        Args:
            share: of the work, what is done. now: the time that was measured with, in seconds.
        """
        done = share - self._share
        return clock + (now - self._began) * (1 - share) / done if done > 0 else None


class Reporter:
    """Progress of one run. Every call may raise Cancelled (the user), Shutdown (the worker) or LostRun (another worker has it).

    Attributes:
        asked: why the run shall stop, once that was raised.
        executor: who takes the shards of the run; None: this process does its work. `engine.run` says so before anything is done.
    """

    executor: OnRay | None = None

    def __init__(self, workspace: Workspace, run_id: str, worker: str, stop: threading.Event | None = None) -> None:
        self._workspace, self.run_id, self._worker = workspace, run_id, worker
        self._stop = stop or threading.Event()
        self._written = self._drawn = self._looked = 0.0
        self._pausing = self._kept = False
        self._pace: Pace | None = None
        self.asked: Cancelled | None = None
        self._said = ""

    def begin(self, share: float) -> None:
        """The work itself begins here, with so much of it done already: loading a model says nothing of the speed that follows."""
        self._pace = Pace(share, time.monotonic())

    def at(self, done: int, total: int, message: str, *, force: bool = False, share: float | None = None, **more: float | int) -> None:
        """Where the run is. Another message is written at once: what it announces may take long.

        Args:
            share: of all its work, what is done, where that is not `done` of `total`.
        """
        force, self._said = force or message != self._said, message
        share = done / max(total, 1) if share is None else share
        self._write(force, done=done, total=total, message=message, step=0, steps=0, **self._measured(share), **more)

    def _measured(self, share: float) -> dict[str, float]:
        """The share that is done and, once there is a speed, when the rest should be done."""
        if self._pace is None:
            self.begin(share)
        assert self._pace is not None
        ends = self._pace.ends(share, time.monotonic(), time.time())
        return {"share": share} if ends is None else {"share": share, "ends": ends}

    def step(self, step: int, steps: int, preview: np.ndarray | None, share: float | None = None, **more: float | int) -> None:
        """Where the batch is; `preview` is (H, W) or (H, W, 3) uint8, `share` what is done of all images, those in the batch in part."""
        if preview is not None and time.monotonic() - self._drawn >= PREVIEW_SECONDS:
            self._drawn = time.monotonic()
            picture = Image.fromarray(preview)
            picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
            data = plain_png(np.asarray(picture))
            path: Path = self._workspace.runs.preview_path(self.run_id)
            write_whole(path, lambda part: part.write_bytes(data))
        self._write(step == steps, step=step, steps=steps, **({} if share is None else self._measured(share)), **more)

    def check(self) -> None:
        """Raises when the run shall stop, also when it shall pause."""
        self._write(False)
        if self._pausing:
            self._raise(Pause("Paused."))

    def kept(self) -> None:
        """Something was finished that a later attempt finds: the workers that died over this run before are forgotten."""
        self._kept = True

    def between(self, kept: bool = False) -> None:
        """For places where nothing is lost by stopping: raises also when the run shall pause, or when another one should go first.

        Args:
            kept: whether something was finished since the last such place (see `kept`).
        """
        self._kept |= kept
        self.check()
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        first = self._workspace.runs.must_give_way(self.run_id, self._worker)
        if first:
            self._raise(Preemption(f"Made way for {first!r}; goes on after it."))

    def cancelled(self) -> bool:
        """Whether the run shall stop, for code that asks; what it asked for is raised at the next call."""
        try:
            self.check()
        except Cancelled:
            return True
        return False

    def _write(self, force: bool, **values: float | int | str) -> None:
        if self._stop.is_set():
            self._raise(Shutdown("The worker is ending."))
        if not force and time.monotonic() - self._written < EVERY_SECONDS:
            return
        self._written = time.monotonic()
        if self._kept:
            values, self._kept = {**values, "attempts": 0}, False
        wish = self._workspace.runs.report(self.run_id, self._worker, **values)
        self._pausing = wish == "pause"
        if wish == "cancel":
            self._raise(Cancelled("Cancelled."))

    def _raise(self, error: Cancelled) -> NoReturn:
        self._written = 0.0  # so that asking again says so again
        self.asked = error
        raise error


class Tally:
    """Counts what the steps of one piece of work have done of a total, which may grow, and says so.

    Args:
        on_progress: is told; may raise to stop.
        between: is called by `batch` too, with whether something more was stored; may raise to stop.
    """

    def __init__(self, on_progress: Progress | None = None, total: int = 0, between: Callable[[bool], None] | None = None) -> None:
        self._on_progress, self._between = on_progress, between
        self.total, self.done = total, 0

    def add(self, more: int, what: str) -> None:
        """So much more is done, and this is being done."""
        self.done += more
        if self._on_progress:
            self._on_progress(min(self.done, self.total), self.total, what)

    def batch(self, more: int, what: str) -> None:
        """The same where nothing is lost by stopping: what was made so far is stored."""
        self.add(more, what)
        if self._between:
            self._between(more > 0)
