"""Images decoded ahead, and prepared as encoders want them, so that a device does not wait for files."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any, TypeVar

import numpy as np

from bench_core.config import Config
from bench_core.data import ImageSet
from bench_core.engine.encoding.reader import Reader
from bench_core.engine.encoding.views import ReadingTask

BATCH = 32
"""Images that are decoded, and encoded, at a time."""
THREADS = min(8, os.cpu_count() or 1)
"""Threads that decode: PNG, JPEG and DICOM decoders let go of the interpreter's lock while they work."""
MANY = 256
"""Images from which processes are worth their start, about a second."""
FEWEST_CORES, MOST_PROCESSES = 4, 16

Ask = tuple[int, tuple[int, ...]]
"""A row, and the numbers of the views of it that are wanted."""
Batch = TypeVar("Batch")


class Readers:
    """Threads that read images; for many images a GPU's threads have a process each, since preparing holds the interpreter's lock.

    Use as a context: what was started is kept until its end, for all sets of a run.
    """

    def __init__(self, config: Config | None = None) -> None:
        self._config = config
        self._pools: dict[int, ThreadPoolExecutor] = {}
        self._gather = ThreadPoolExecutor(1, thread_name_prefix="gather")
        self._mine = threading.local()
        self._started: list[Reader] = []

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in (self._gather, *self._pools.values()):
            pool.shutdown(cancel_futures=True)
        for reader in self._started:
            reader.close()

    def ahead(
        self, job: ReadingTask, parts: Sequence[Sequence[Ask]], gather: Callable[[Sequence[Ask], list[list[np.ndarray]]], Batch]
    ) -> Generator[Batch, None, None]:
        """What `gather` makes of each part and its views; the next part (two, where processes read) is made while the caller works.

        On the processor that waits until the caller is done: a network's threads run in step, and one that shares its core with a reader
        holds up the others. Films of the simulated cohort that are not rendered yet are rendered one at a time.

        Raises:
            StoreError, ImageUnreadable: see `ImageSet.read`; raised for the part that has the image, not before.
        """
        processes, rendered = self.processes(job.images, sum(map(len, parts))), job.images.render is not None
        in_step = self._config is not None and not rendered and not self._config.torch_device().startswith("cuda")
        depth = 2 if processes else 0 if in_step else 1
        pool = self._pool(processes or (1 if rendered else THREADS))
        read = self._read_apart if processes else ReadingTask.read
        coming = iter(parts)
        waiting: deque[tuple[list[Future[list[np.ndarray]]], Future[Batch]]] = deque()

        def send(count: int) -> int:
            for part in islice(coming, count):
                views = [pool.submit(read, job, row, wanted) for row, wanted in part]
                waiting.append((views, self._gather.submit(_gathered, gather, part, views)))
            return len(waiting)

        try:
            send(depth)
            while waiting or send(1):
                batch = waiting[0][1].result()
                waiting.popleft()
                if depth:
                    send(1)
                yield batch
        finally:
            left: list[Future[Any]] = []
            for views, whole in waiting:
                left += [*views, whole]
            for future in left:
                future.cancel()
            wait(left)

    def processes(self, images: ImageSet, count: int) -> int:
        """How many processes read so many images of a set; 0: threads do.

        On their own, where a GPU computes: its share of the machine's cores. A network that runs on the processor needs those itself.
        """
        if self._config is None or images.render is not None or count < MANY:
            return 0
        if self._config.readers:
            return self._config.readers if self._config.readers > 1 else 0
        if not self._config.torch_device().startswith("cuda"):
            return 0
        import torch

        cores = len(os.sched_getaffinity(0))
        if cores < FEWEST_CORES:
            return 0
        return min(MOST_PROCESSES, max(2, cores // max(1, torch.cuda.device_count()) - 1))

    def _pool(self, threads: int) -> ThreadPoolExecutor:
        if threads not in self._pools:
            self._pools[threads] = ThreadPoolExecutor(threads, thread_name_prefix="decode")
        return self._pools[threads]

    def _read_apart(self, job: ReadingTask, row: int, wanted: Sequence[int]) -> list[np.ndarray]:
        if not hasattr(self._mine, "reader"):
            self._mine.reader = Reader()
            self._started.append(self._mine.reader)
        reader: Reader = self._mine.reader
        return reader.read(job, row, wanted)


def _gathered(
    gather: Callable[[Sequence[Ask], list[list[np.ndarray]]], Batch], part: Sequence[Ask], views: Sequence[Future[list[np.ndarray]]]
) -> Batch:
    return gather(part, [view.result() for view in views])
