"""Work over tiles on as many threads as BLAS would use."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import nullcontext
from functools import cache
from typing import Any

from bench_core.features.place import Report, place

TILE = (256, 1024)
"""Rows and columns of a tile: 1 MB in float32, which stays in the second cache while everything is read off it."""


ALONE = 1_000_000
"""Pairs that are not worth a second thread."""


LONG = 100_000_000
"""Pairs of a pass that reports how far it is."""


_one_at_a_time = threading.RLock()


@cache
def _blas() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")


def threads() -> int:
    """As many as BLAS uses, so that OMP_NUM_THREADS and the like mean here what they mean there."""
    return max((library.num_threads for library in _blas().lib_controllers), default=1)


def spread(parts: Sequence[slice], work: Callable[[slice, int], None], pairs: int) -> None:
    """Calls `work(part, thread)` for all parts. BLAS runs on one thread inside: each thread multiplies what it then reads.

    Args:
        pairs: how much work there is in all.
    """
    if pairs <= ALONE or len(parts) < 2:
        for part in parts:
            work(part, 0)
        return
    report = place().report if pairs >= LONG else None
    with _one_at_a_time:  # two limits at once would not find back to the old number
        count = min(threads(), len(parts))
        with _blas().limit(limits=1) if count > 1 else nullcontext():
            _run(parts, work, count, report)


def _run(parts: Sequence[slice], work: Callable[[slice, int], None], count: int, report: Report | None) -> None:
    stop, done = threading.Event(), [0] * count

    def serve(thread: int) -> None:
        for part in parts[thread::count]:  # the same parts each time, so that sums come out the same to the last bit
            if stop.is_set():
                return
            work(part, thread)
            done[thread] += 1

    with ThreadPoolExecutor(count) as pool:
        running = {pool.submit(serve, thread) for thread in range(count)}
        try:
            while running:
                finished, running = wait(running, timeout=0.5 if report else None, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                if report:
                    report(sum(done) / len(parts), "comparing images")
        except BaseException:
            stop.set()
            raise


def strips(rows: int) -> list[slice]:
    """Rows in slices of about equal size, none larger than a tile."""
    count = -(-rows // TILE[0])
    return [slice(rows * i // count, rows * (i + 1) // count) for i in range(count)]


def each(rows: int, work: int, do: Callable[[slice], None]) -> None:
    """`do` for portions of rows, on several threads."""
    spread(strips(rows), lambda part, _: do(part), work)
