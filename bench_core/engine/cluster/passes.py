"""Passes over all pairs of two sets, and sums of products, on a Ray cluster: blocks of rows go out, what is found is merged here, exactly.

A shard compares one block of rows with another, so that neither it nor what it sends back grows with the sets: with R blocks of `a` and
C of `b`, the lists that travel are C times those of `a` and R times those of `b`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench_core.engine.cluster.ray import OnRay
from bench_core.features.pairs import Pairs
from bench_core.features.passes import PassFindings, PassRequest, products
from bench_core.features.passes_here import found_here
from bench_core.features.place import Adder, Carrier, tell
from bench_core.features.rows import Rows

WORTH = 20_000_000
"""Pairs below which a pass is over before its rows have travelled."""
SHARDS = 4
"""Shards of a pass for each slot of the cluster."""
LARGEST = 131_072
"""Rows of the largest block: 400 MB of 768 features, and as much of the centred ones."""
WORTH_ADDING = 200_000_000_000
"""Products of two numbers below which moments are faster added up here: 340,000 rows of 768 features."""


@dataclass(frozen=True, eq=False)
class Block:
    """Some rows of a set, and what a pass needs to know of them.

    Attributes:
        start: number of the first row.
        radii: (n, K) squared radii of balls around the rows.
    """

    start: int
    rows: Rows
    radii: np.ndarray


def cuts(rows: int, side: float) -> list[slice]:
    """Rows in slices of about equal size, none larger than `side` (at least one row) and LARGEST."""
    count = math.ceil(rows / max(1.0, min(side, LARGEST)))
    return [slice(rows * i // count, rows * (i + 1) // count) for i in range(count)]


def carrier_on(executor: OnRay, worth: int = WORTH) -> Carrier:
    """Carries passes of at least that many pairs to a cluster."""

    def carry(pairs: Pairs, wanted: PassRequest) -> tuple[PassFindings, PassFindings] | None:
        if len(pairs.a) * len(pairs.b) < worth or (pairs.within and wanted.counts):
            return None
        return _Sweep(executor, pairs, wanted).run()

    return carry


class _Sweep:
    """One pass on a cluster."""

    def __init__(self, executor: OnRay, pairs: Pairs, wanted: PassRequest) -> None:
        self.executor, self.within = executor, pairs.within
        widths = (wanted.widths[0],) * 2 if self.within else wanted.widths
        self.wanted = PassRequest(widths, wanted.apart, (np.empty((0, 0)),) * 2, wanted.sums)
        n, m, balls = len(pairs.a), len(pairs.b), wanted.balls
        side = math.sqrt(n * m / (2 if self.within else 1) / (SHARDS * executor.slots))
        self.mine = PassFindings(n, wanted.widths[0], balls[1].shape[1], wanted.sums)
        self.theirs = self.mine if self.within else PassFindings(m, wanted.widths[1], balls[0].shape[1], wanted.sums)
        self.rows = [Block(of.start, pairs.a.take(of), balls[0][of]) for of in cuts(n, side)]
        self.columns = self.rows if self.within else [Block(of.start, pairs.b.take(of), balls[1][of]) for of in cuts(m, side)]

    def run(self) -> tuple[PassFindings, PassFindings]:
        """What is found for all rows of both sets."""
        tasks = [(i, j) for i in range(len(self.rows)) for j in range(i if self.within else 0, len(self.columns))]
        sent = [self.executor.put(block) for block in self.rows]
        sent_too = sent if self.within else [self.executor.put(block) for block in self.columns]
        early: dict[int, tuple[PassFindings, PassFindings | None]] = {}
        done, added = 0, 0

        def on_done(number: int, found: tuple[PassFindings, PassFindings | None]) -> None:
            nonlocal done, added
            early[number], done = found, done + 1
            while added in early:  # in the order of shards, so that sums come out the same to the last bit
                self._add(tasks[added], early.pop(added))
                added += 1
            check()

        def check() -> None:
            tell(done / len(tasks), "comparing images")

        reads = [(sent[i],) if self.within and i == j else (sent[i], sent_too[j]) for i, j in tasks]
        self.executor.map(find_in, [self.wanted] * len(tasks), reads=reads, on_done=on_done, check=check)
        return self.mine, self.theirs

    def _add(self, task: tuple[int, int], found: tuple[PassFindings, PassFindings | None]) -> None:
        blocks = self.rows[task[0]], self.columns[task[1]]
        for total, part, block in zip((self.mine, self.theirs), found, blocks, strict=True):
            if part is not None:
                total.part(slice(block.start, block.start + len(block.rows))).add(part)


def find_in(*given: Any) -> tuple[PassFindings, PassFindings | None]:
    """What a pass finds within one block, or between two, for the rows of each; the second is None within one.

    Args:
        given: one block or two, and what is wanted, whose balls are those of the blocks.
    """
    *blocks, wanted = given
    a, b = blocks[0], blocks[-1]
    radii = np.array(a.radii), np.array(b.radii)  # copies that can be written, as compiled code knows them
    found = found_here(Pairs(a.rows, b.rows, within=len(blocks) == 1), PassRequest(wanted.widths, wanted.apart, radii, wanted.sums))
    mine, theirs = found[0], found[1] if len(blocks) == 2 else None
    mine.at[mine.at >= 0] += b.start
    if theirs is not None:
        theirs.at[theirs.at >= 0] += a.start
    return mine, theirs


def adder_on(executor: OnRay, worth: int = WORTH_ADDING) -> Adder:
    """Adds up at least that many products on a cluster, LARGEST rows per shard."""

    def add(values: np.ndarray, mean: np.ndarray) -> np.ndarray | None:
        if len(values) * len(mean) ** 2 < worth:
            return None
        parts: Sequence[Any] = [(executor.put(values[start : start + LARGEST]),) for start in range(0, len(values), LARGEST)]
        found = executor.map(products, [mean] * len(parts), reads=parts, check=lambda: tell(0.0, "adding up products"))
        out: np.ndarray = np.sum(found, axis=0)
        return out

    return add
