"""Neighbours, radii and balls of whole sets and of views, from what whole sets have computed; brute force only where that is not enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from bench_core.features import pairs as pairing
from bench_core.features.gpu import gpu_for, squared_distances
from bench_core.features.pairs import nearest_distinct, radii_among, room
from bench_core.features.rows import blocks

if TYPE_CHECKING:
    from bench_core.features.base import Features

RANKED = 255
"""Longest lists whose places fit a byte."""


def nearest(mine: Features, other: Features, k: int) -> tuple[np.ndarray, np.ndarray]:  # (N, k), (N, k)
    """Raw distances to, and rows of, the k nearest of a whole set."""
    pairs, side = mine.paired(other)
    near, at = pairs.nearest(side, k)
    return near[mine.rows, :k], at[mine.rows, :k]


def nearest_among(mine: Features, other: Features, k: int) -> tuple[np.ndarray, np.ndarray]:  # (N, k), (N, k)
    """The same among the rows of a view."""
    pairs, side = mine.paired(other)
    out, rows = np.full((len(mine), k), np.inf), np.full((len(mine), k), -1)
    number = _numbers(other)
    if number is not None and _likely(other, k):
        near, at = pairs.nearest(side, room(k))
        places = _places(at, mine.rows, number >= 0, k)
        found = np.flatnonzero(places[:, -1] >= 0)
        lists = mine.rows[found][:, None], places[found]
        out[found], rows[found] = near[lists], number[at[lists]]
    short = np.flatnonzero(rows[:, -1] < 0)
    if len(short):
        some = pairs.take(side, mine.rows[short], other.rows)
        near, at = some.nearest_of(k)
        out[short], rows[short] = near, at
    return out, rows


def radii(features: Features, k: int) -> tuple[np.ndarray, np.ndarray]:  # (N,), (N,)
    """Raw radii, inf where there are not enough others, and the place of each in the lists of the whole set, -1 where it is not there."""
    rows = features.rows_of()
    if features.whole is features:
        return pairing.radii(rows, k)[:, -1], np.full(len(rows), -1)
    out, places = np.full(len(features), np.inf), np.full(len(features), -1)
    if _numbers(features) is not None and _likely(features, k):
        near, at = pairing.within(rows).nearest(0, room(k), apart=True)
        here = np.zeros(len(rows), bool)
        here[features.rows] = True
        found, of = nearest_distinct(near, at, features.rows, here, rows, k)
        out, places = found[:, -1], of[:, -1]
    short = np.flatnonzero(places < 0)
    if len(short):
        some = rows.take(features.rows[short])
        out[short] = radii_among(some, rows.take(features.rows), k, room(k))[:, -1]
    return out, places


def inside(mine: Features, other: Features, k: int) -> np.ndarray:  # (N,) int
    """How many balls of `other` hold each image."""
    from bench_core.features.tiles import inside_some

    pairs, side = mine.paired(other)
    if other.whole is other and not pairs.within:
        whole: np.ndarray = pairs.inside(side, k)
        return np.asarray(whole[mine.rows])
    raw, places = other.remember(("radii", k), lambda: radii(other, k))
    out, unknown = np.zeros(len(mine), int), np.arange(len(other))
    lists = (
        pairing.within(other.rows_of()).nearest(0, room(k), apart=True)[0]
        if pairs.kept and (places >= 0).any()
        else np.empty((0, RANKED + 1))
    )
    if lists.shape[1] <= RANKED:
        known, unknown = np.flatnonzero(places >= 0), np.flatnonzero(places < 0)
        ranks = pairs.ranks(0 if pairs.within else 1 - side, lists)
        out += inside_some(ranks, other.rows[known], places[known].astype(np.uint8))[mine.rows]
    if len(unknown):
        out += pairs.take(side, mine.rows, other.rows[unknown]).count(raw[unknown])
    return out


def blocks_of(mine: Features, other: Features) -> Iterator[tuple[np.ndarray, np.ndarray]]:  # (S,), (S, M)
    """Raw distances in float32, some rows at a time."""
    pairs, side = mine.paired(other)
    device = None if pairs.kept or not mine.vectors else gpu_for(len(mine) * len(other))
    if device:
        some = pairs.take(side, mine.rows, other.rows)
        low_a, low_b, slack_a, slack_b = some.bounds
        for part, raw in squared_distances(some.a.centred, some.b.centred, low_a + slack_a, low_b + slack_b, device):
            yield np.arange(part.start, part.stop), raw
        return
    for block in blocks(len(mine), len(other)):
        some = pairs.take(side, mine.rows[block], other.rows)
        low_a, low_b, slack_a, slack_b = some.bounds
        raw = some.product * np.float32(-2)
        raw += (low_a + slack_a)[:, None]
        raw += low_b + slack_b
        yield np.arange(block.start, block.stop), np.maximum(raw, 0, out=raw)


def _numbers(view: Features) -> np.ndarray | None:  # (rows of the whole set,)
    """The number in a view of each row of its whole set, -1 where it is not in it; None where a row is there twice."""
    out = np.full(len(view.whole), -1)
    out[view.rows] = np.arange(len(view))
    return out if np.count_nonzero(out >= 0) == len(view) else None


def _likely(view: Features, k: int) -> bool:
    """Whether lists of the whole set hold the neighbours of most rows."""
    return len(view) * room(k) >= 2 * k * len(view.whole)


def _places(at: np.ndarray, rows: np.ndarray, here: np.ndarray, k: int) -> np.ndarray:  # (n, k)
    from bench_core.features.tiles import pick

    places = np.empty((len(rows), k), np.int64)
    pick(at, rows, here, np.empty(0, np.int64), k, places)
    return places
