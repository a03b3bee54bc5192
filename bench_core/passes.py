"""Runs over tiles of pairs: on as many threads as BLAS would use, with progress, and stopping when asked."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from bench_core.kernels import KERNELS

TILE = (256, 1024)
"""Rows and columns of a tile: 1 MB in float32, which stays in the second cache while everything is read off it."""
ALONE = 1_000_000
"""Pairs that are not worth a second thread."""
LONG = 100_000_000
"""Pairs of a pass that reports how far it is."""

Report = Callable[[float, str], None]
"""Is told the share of something long that is done, and what that is; may raise to stop it."""
_watch: ContextVar[Report | None] = ContextVar("watch", default=None)
_one_at_a_time = threading.RLock()


@contextmanager
def watched(report: Report | None) -> Iterator[None]:
    """Long passes inside, and whatever else calls `tell`, say to `report` how far they are."""
    token = _watch.set(report)
    try:
        yield
    finally:
        _watch.reset(token)


def tell(share: float, what: str) -> None:
    """Says how far something long is, where somebody watches."""
    report = _watch.get()
    if report:
        report(share, what)


@dataclass(frozen=True, eq=False)
class Wanted:
    """What a pass over the pairs of two sets shall find.

    Attributes:
        widths: candidates that are listed for each row of the one and of the other set.
        apart: only rows of other patients with other contents are listed.
        balls: (N, K) and (M, K) float64, sorted squared radii of balls around the rows; (N, 0) where none are counted.
        sums: whether kernels are added up.
    """

    widths: tuple[int, int]
    apart: bool
    balls: tuple[np.ndarray, np.ndarray]
    sums: bool


Carrier = Callable[[Any, Wanted], "tuple[Found, Found] | None"]
"""Goes through the pairs (`pairs.Pairs`) elsewhere, on a GPU or on other machines; None: they are better gone through here."""
_carrier: ContextVar[Carrier | None] = ContextVar("carrier", default=None)


@contextmanager
def carried_by(carrier: Carrier | None) -> Iterator[None]:
    """Passes inside are offered to `carrier` first."""
    token = _carrier.set(carrier)
    try:
        yield
    finally:
        _carrier.reset(token)


def carrier() -> Carrier | None:
    """Who is offered passes at the moment."""
    return _carrier.get()


Adder = Callable[[np.ndarray, np.ndarray], "np.ndarray | None"]
"""Adds up the outer products of rows minus their mean (`products`) elsewhere; None: they are better added up here."""
_adder: ContextVar[Adder | None] = ContextVar("adder", default=None)
ROWS = 8192
"""Rows whose products are added up at a time."""


@contextmanager
def added_by(adder: Adder | None) -> Iterator[None]:
    """Products inside are offered to `adder` first."""
    token = _adder.set(adder)
    try:
        yield
    finally:
        _adder.reset(token)


def scatter(values: np.ndarray, mean: np.ndarray) -> np.ndarray:  # (N, D), (D,) -> (D, D) float64
    """Sum of the outer products of all rows minus their mean, here or wherever the adder in charge makes them."""
    adder = _adder.get()
    found = adder(values, mean) if adder else None
    return products(values, mean) if found is None else found


def products(values: np.ndarray, mean: np.ndarray) -> np.ndarray:  # (N, D), (D,) -> (D, D) float64
    """The same, here; those of parts of the rows add up to those of all."""
    total = np.zeros((len(mean), len(mean)))
    for start in range(0, len(values), ROWS):
        apart = values[start : start + ROWS] - mean
        total += apart.T @ apart
    return total


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
    report = _watch.get() if pairs >= LONG else None
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


class Found:
    """What a pass has collected for the rows of one set."""

    def __init__(self, rows: int, width: int, balls: int, sums: bool) -> None:
        self.near, self.at = np.full((rows, width), np.inf, np.float32), np.full((rows, width), -1, np.int32)
        self.limit = np.full(rows, np.inf if width else -np.inf, np.float32)
        self.inside = np.zeros((rows, balls), np.int32)
        self.sums = np.zeros((len(KERNELS), rows if sums else 0))

    def part(self, rows: slice) -> "Found":
        """Some of the rows, as a view: what is added to it is added here."""
        out = copy(self)
        out.near, out.at, out.limit, out.inside = self.near[rows], self.at[rows], self.limit[rows], self.inside[rows]
        out.sums = self.sums[:, rows]
        return out

    def add(self, other: "Found") -> None:
        """Takes in what another thread or machine has collected for the same rows."""
        from bench_core.tiles import merge

        if other.near.shape[1]:
            each(len(self.near), self.near.size, lambda part: merge(self.near, self.at, other.near, other.at, (part.start, part.stop)))
        if other.inside.shape == self.inside.shape:
            self.inside += other.inside
        self.sums += other.sums


def each(rows: int, work: int, do: Callable[[slice], None]) -> None:
    """`do` for portions of rows, on several threads."""
    spread(strips(rows), lambda part, _: do(part), work)


def reach_of(radii: np.ndarray) -> np.ndarray:  # (N, K) float64 -> (N,) float32
    """The largest radii, rounded up; -inf where there are none."""
    if not radii.shape[1]:
        return np.full(len(radii), -np.inf, np.float32)
    return np.nextafter(radii[:, -1].astype(np.float32), np.float32(np.inf))
