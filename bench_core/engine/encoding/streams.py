"""Encoders at work on one set: a stream of batches each; vectors go to the store, and a device has its next batch before it ends one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Protocol

import numpy as np

from bench_core.data import ImageSet
from bench_core.encoders.backend import Encoder
from bench_core.engine.batches import BatchSize
from bench_core.engine.encoding.decode import BATCH, Ask, Readers
from bench_core.engine.encoding.views import ReadingTask, View
from bench_core.engine.progress import Tally
from bench_core.store.workspace import Workspace

KEPT_TOGETHER = 512
"""Vectors are written in shards of this many images: what a kill can lose."""


class VectorSink(Protocol):
    """Where the vectors of a stream go."""

    def add(self, rows: Sequence[int], values: np.ndarray) -> None:
        """Takes the vectors of some rows."""

    def write(self) -> None:
        """Stores what it holds."""


class Stream:
    """One encoder over the images of a set. Use as a context: at its end, however it comes, what was encoded is stored.

    Args:
        title: what it does, for progress.
        tally: counts encoded images; may raise to stop.
    """

    def __init__(self, encoder: Encoder, title: str, sink: VectorSink, tally: Tally | None = None) -> None:
        self.encoder, self._title, self._sink = encoder, title, sink
        self._tally, self._size = tally or Tally(), BatchSize(BATCH)
        self._flight: _Flight | None = None

    def __enter__(self) -> Stream:
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
        flight.values = self._size.carry_out(batch, flight.begin)
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
        if landed:
            self._tally.batch(landed, self._size.words(self._title))

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


class VectorList:
    """Vectors for who asked for them, in the order of rows."""

    def __init__(self) -> None:
        self.values: list[np.ndarray] = []

    def add(self, rows: Sequence[int], values: np.ndarray) -> None:
        """Takes the vectors of some rows."""
        self.values += list(values)

    def write(self) -> None:
        """Nothing is stored here."""


class VectorShards:
    """Vectors for the store, written KEPT_TOGETHER at a time."""

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


def feed(images: ImageSet, missing: Sequence[set[int]], streams: Sequence[Stream], readers: Readers) -> None:
    """Feeds each image to the streams whose encoders miss it, in the order of rows.

    Raises:
        StoreError, ImageUnreadable: see `ImageSet.read`.
        OutOfMemory: a single image does not fit.
    """

    def gather(part: Sequence[Ask], views: list[list[np.ndarray]]) -> list[tuple[list[int], Any]]:
        rows: list[list[int]] = [[] for _ in streams]
        wanted: list[list[np.ndarray]] = [[] for _ in streams]
        for (row, numbers), found in zip(part, views, strict=True):
            for number, view in zip(numbers, found, strict=True):
                rows[number].append(row)
                wanted[number].append(view)
        return [(mine, stream.encoder.gather(seen) if mine else None) for stream, mine, seen in zip(streams, rows, wanted, strict=True)]

    asks = [(row, tuple(n for n, rows in enumerate(missing) if row in rows)) for row in sorted(set().union(*missing))]
    parts = [asks[start : start + BATCH] for start in range(0, len(asks), BATCH)]
    job = ReadingTask.of(images, [View(stream.encoder.card, stream.encoder.prepared) for stream in streams])
    with closing(readers.ahead(job, parts, gather)) as batches:
        for batch in batches:
            for stream, (rows, seen) in zip(streams, batch, strict=True):
                if rows:
                    stream.take(rows, seen)
    for stream in streams:
        stream.settle()
