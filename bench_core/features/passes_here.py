"""A pass over all pairs of two sets on the threads of this process: all that is wanted is read off a tile while it is in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bench_core.features import threads
from bench_core.features.passes import PassFindings, PassRequest, reach_of

if TYPE_CHECKING:
    from bench_core.features.pairs import Pairs


def found_here(pairs: Pairs, wanted: PassRequest, product: np.ndarray | None = None) -> tuple[PassFindings, PassFindings]:
    """What a pass finds for the rows of both sets (within one set the same object twice); `product` (N, M) takes the products."""
    from bench_core.features.tiles import add_kernels, count, search

    a, b, within, radii = pairs.a, pairs.b, pairs.within, wanted.balls
    low_a, low_b, slack_a, slack_b = pairs.bounds
    reach = [reach_of(r) for r in radii]
    lists, counts, terms = wanted.lists, wanted.counts, pairs.terms if wanted.sums else None
    columns = 1 if within and lists else 0  # within one set, rows collect as columns too
    mine = PassFindings(len(a), wanted.widths[0], radii[1].shape[1], wanted.sums)
    if lists and within and not wanted.apart:
        mine.near[:, 0], mine.at[:, 0] = 0, np.arange(len(a))  # each row finds itself
    theirs: dict[int, PassFindings] = {}
    buffers: dict[int, np.ndarray] = {}

    def work(rows: slice, thread: int) -> None:
        if thread not in theirs:
            theirs[thread] = PassFindings(len(b), wanted.widths[1 - columns], radii[0].shape[1], wanted.sums)
            buffers[thread] = np.empty(threads.TILE[0] * threads.TILE[1], np.float32)
        of_columns = theirs[thread]
        for left in range(rows.start if within else 0, len(b), threads.TILE[1]):
            here = slice(left, min(left + threads.TILE[1], len(b)))
            p = pairs.tile(rows, here, buffers[thread])
            if lists:
                search(
                    p, rows.start, left, within, wanted.apart, low_a, low_b, a.codes, b.codes, mine.near, mine.at, of_columns.near,
                    of_columns.at, of_columns.limit,
                )  # fmt: skip
            if counts:
                count(
                    p, rows.start, left, low_a, low_b, slack_a, slack_b, a.values, b.values, radii[0], radii[1], reach[0], reach[1],
                    mine.inside, of_columns.inside,
                )  # fmt: skip
            if terms:
                add_kernels(
                    p, rows.start, left, within, terms.scale, terms.dots_a, terms.dots_b, terms.inverse_a, terms.inverse_b,
                    mine.sums, of_columns.sums,
                )  # fmt: skip
            if product is not None:
                product[rows, here] = p
                if within:
                    product[here, rows] = p.T

    threads.spread(threads.strips(len(a)), work, len(a) * len(b))
    first, *others = theirs.values()
    for other in others:
        first.add(other)
    if within:
        mine.add(first)
        return mine, mine
    return mine, first
