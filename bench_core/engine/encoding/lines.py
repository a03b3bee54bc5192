"""Encoders at work on one set: batches come in, vectors go to the store, and a device has its next batch before it ends one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Protocol

import numpy as np

from bench_core.data import ImageSet
from bench_core.encoders.backend import Encoder
from bench_core.engine.batches import Fitting
from bench_core.engine.encoding.decode import BATCH, Ask, Readers
from bench_core.engine.encoding.views import Job, View
from bench_core.store.workspace import Workspace

KEPT_TOGETHER = 512
"""Vectors are written in shards of this many images: what a kill can lose."""
OnImages = Callable[[int, str], None]
"""Hears how many more images are encoded, and a line about it; may raise to stop."""


class Sink(Protocol):
    """Where the vectors of a line go."""

    def add(self, rows: Sequence[int], values: np.ndarray) -> None:
        """Takes the vectors of some rows."""

    def write(self) -> None:
        """Stores what it holds."""


class Line:
    """One encoder over the images of a set. Use as a context: at its end, however it comes, what was encoded is stored.

    Args:
        title: what it does, for progress.
    """

    def __init__(self, encoder: Encoder, title: str, sink: Sink, on_images: OnImages | None = None) -> None:
        self.encoder, self._title, self._sink = encoder, title, sink
        self._on_images, self._fitting = on_images, Fitting(BATCH)
        self._flight: _Flight | None = None

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._land(self._flight)
        finally:
            self._sink.write()

    def take(self, rows: Sequence[int], batch: Any) -> None:
        """Begins a batch, then keeps the one before it; on the processor a batch ends here.

        Raises:
            OutOfMemory: a single image does not fit.
        """
        flight = _Flight(rows, self.encoder)
        flight.values = self._fitting.carry_out(batch, flight.begin)
        before, self._flight = self._flight, flight
        self._keep(before)
        if not flight.waits:
            self.settle()

    def settle(self) -> None:
        """Waits for the batch that was begun, keeps its vectors and says so."""
        flight, self._flight = self._flight, None
        self._keep(flight)

    def _keep(self, flight: _Flight | None) -> None:
        landed = self._land(flight)
        if landed and self._on_images:
            self._on_images(landed, self._fitting.words(self._title))

    def _land(self, flight: _Flight | None) -> int:
        if flight is None:
            return 0
        for wait in flight.waits:
            wait()
        self._sink.add(flight.rows, np.stack(flight.values))
        return len(flight.rows)


class _Flight:
    """A batch that was begun: its vectors may be read once all `waits` were called."""

    def __init__(self, rows: Sequence[int], encoder: Any) -> None:
        self.rows, self._encoder = rows, encoder
        self.values: list[np.ndarray] = []
        self.waits: list[Callable[[], object]] = []

    def begin(self, part: Any) -> Sequence[np.ndarray]:
        """Begins as much of it as fits."""
        values, wait = self._encoder.begin(part)
        if wait:
            self.waits.append(wait)
        return list(values)


class Collected:
    """Vectors for who asked for them, in the order of rows."""

    def __init__(self) -> None:
        self.values: list[np.ndarray] = []

    def add(self, rows: Sequence[int], values: np.ndarray) -> None:
        """Takes the vectors of some rows."""
        self.values += list(values)

    def write(self) -> None:
        """Nothing is stored here."""


class Stored:
    """Vectors of one encoder that are not written yet."""

    def __init__(self, workspace: Workspace, key: str, digests: list[str]) -> None:
        self._store, self._key, self._digests = workspace.features, key, digests
        self._rows: list[int] = []
        self._values: list[np.ndarray] = []

    def add(self, rows: Sequence[int], values: np.ndarray) -> None:
        """Takes the vectors of some rows; writes when there are enough."""
        self._rows += rows
        self._values.append(values)
        if len(self._rows) >= KEPT_TOGETHER:
            self.write()

    def write(self) -> None:
        """Stores what it holds."""
        rows, values, self._rows, self._values = self._rows, self._values, [], []
        if rows:
            self._store.write(self._key, [self._digests[row] for row in rows], np.concatenate(values))


def send_down(images: ImageSet, missing: Sequence[set[int]], lines: Sequence[Line], readers: Readers) -> None:
    """Sends each image down the lines whose encoders miss it, in the order of rows.

    Raises:
        StoreError, ImageUnreadable: see `ImageSet.read`.
        OutOfMemory: a single image does not fit.
    """

    def gather(part: Sequence[Ask], views: list[list[np.ndarray]]) -> list[tuple[list[int], Any]]:
        rows: list[list[int]] = [[] for _ in lines]
        wanted: list[list[np.ndarray]] = [[] for _ in lines]
        for (row, numbers), found in zip(part, views, strict=True):
            for number, view in zip(numbers, found, strict=True):
                rows[number].append(row)
                wanted[number].append(view)
        return [(mine, line.encoder.gather(seen) if mine else None) for line, mine, seen in zip(lines, rows, wanted, strict=True)]

    asks = [(row, tuple(n for n, rows in enumerate(missing) if row in rows)) for row in sorted(set().union(*missing))]
    parts = [asks[start : start + BATCH] for start in range(0, len(asks), BATCH)]
    job = Job.of(images, [View(line.encoder.card, line.encoder.prepared) for line in lines])
    with closing(readers.ahead(job, parts, gather)) as batches:
        for batch in batches:
            for line, (rows, seen) in zip(lines, batch, strict=True):
                if rows:
                    line.take(rows, seen)
    for line in lines:
        line.settle()
