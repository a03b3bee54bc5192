"""All pairs of the rows of two sets: nearest rows both ways, counts inside balls and kernel sums, read off one pass over the products.

A pass goes through tiles (`passes_here`), and everything that is wanted is read off a tile while it is in the cache (`tiles`). What costs
little more is collected whether it was asked for or not; `expect` says what will be asked, so that one pass has it all.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from bench_core.features.kernels import Terms
from bench_core.features.passes import PassFindings, PassRequest, reach_of
from bench_core.features.passes_here import found_here
from bench_core.features.place import place
from bench_core.features.rows import Rows, blocks
from bench_core.features.threads import each

LISTED = 8
"""Nearest rows that a pass lists at least, and radii whose balls it counts."""
SPARE = 4
"""Candidates beyond those that are listed, so that rounding seldom asks for a second look."""


def room(k: int) -> int:
    """How many nearest rows of a whole set hold the k nearest ones of nearly all subsets of a quarter of it, as nulls take them."""
    return 8 * k + 8


class Pairs:
    """The pairs of `a` and `b`; side 0 means rows of `a` among those of `b`, side 1 the other way round.

    Attributes:
        within: `a` and `b` are one set and no row meets itself.
        kept: the products are few enough to be kept, which makes subsets cheap.
    """

    def __init__(self, a: Rows, b: Rows, *, within: bool = False, kept: bool = False, product: np.ndarray | None = None) -> None:
        self.a, self.b, self.within, self.kept, self._product = a, b, within, kept, product
        self._length, self._balls, self._store = LISTED, [0, 0], False
        self._lists: dict[tuple[int, bool], tuple[np.ndarray, np.ndarray]] = {}
        self._inside: list[np.ndarray | None] = [None, None]
        self._sums: tuple[np.ndarray, np.ndarray] | None = None
        self._ranks: dict[int, tuple[int, np.ndarray]] = {}

    def __getstate__(self) -> dict[str, Any]:
        """For other processes: without products and ranks, which they make faster than those travel."""
        return {k: v for k, v in self.__dict__.items() if k not in ("bounds", "terms")} | {"_product": None, "_ranks": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Compiled code tells arrays that can be written from others, and has been compiled for the former."""
        self.__dict__.update(state)
        self._lists = {key: (near.copy(), at.copy()) for key, (near, at) in self._lists.items()}
        self._inside = [None if counts is None else counts.copy() for counts in self._inside]

    def expect(self, side: int = 0, *, k: int = 1, subsets: bool = False) -> None:
        """What will be asked: counts of side's rows inside balls of radius k; whether subsets will be looked at."""
        self._length = max(self._length, room(k) if subsets else k + self.within)
        self._store |= subsets and self.kept
        if not self.within:
            self._balls[1 - side] = max(self._balls[1 - side], k)

    def side(self, side: int) -> tuple[Rows, Rows]:
        """The rows of a side, and those that they are among."""
        return (self.b, self.a) if side else (self.a, self.b)

    @cached_property
    def bounds(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """`low_a + low_b - 2 p` is not above the raw distance, and not below it by more than `2 (slack_a + slack_b)`."""
        a, b = self.a, self.b
        if not a.euclidean:
            zero_a, zero_b = np.zeros(len(a), np.float32), np.zeros(len(b), np.float32)
            return zero_a, zero_b, zero_a, zero_b
        apart = a.mean - b.mean
        far = float(apart @ apart)
        c = a.space.rounding(a.values.shape[1])
        slack_a, slack_b = (c * (np.sqrt(r.norms) + far**0.5) ** 2 for r in (a, b))
        low_a = a.norms + 2 * a.along(apart, centred=True) + far - slack_a
        low_b = b.norms - 2 * b.along(apart, centred=True) - slack_b
        return low_a.astype(np.float32), low_b.astype(np.float32), slack_a.astype(np.float32), slack_b.astype(np.float32)

    @cached_property
    def terms(self) -> Terms:
        """For kernels."""
        return Terms.of(self.a, self.b)

    def tile(self, rows: slice, columns: slice, buffer: np.ndarray) -> np.ndarray:
        """The products of some rows and columns; they last until the buffer is used again."""
        if self._product is not None:
            return np.ascontiguousarray(self._product[rows, columns])
        x, y = self.a.centred[rows], self.b.centred[columns]
        p = buffer[: len(x) * len(y)].reshape(len(x), len(y))
        if self.a.euclidean:
            return np.matmul(x, y.T, out=p)
        from bench_core.features.tiles import unequal

        unequal(x, y, p)
        return p

    @property
    def product(self) -> np.ndarray:  # (N, M) float32
        """All products, kept."""
        if self._product is None:
            self._store = True
            self._pass((0, 0))
        assert self._product is not None
        return self._product

    def _pass(
        self,
        widths: tuple[int, int],
        *,
        apart: bool = False,
        balls: tuple[np.ndarray | None, np.ndarray | None] = (None, None),
        sums: bool = False,
    ) -> tuple[PassFindings, PassFindings]:
        """Goes through all pairs, here or wherever the carrier in charge takes them.

        Args:
            widths: candidates that are listed for each row of `a` and of `b`.
            balls: (N, K) and (M, K), squared radii of balls around the rows of `a` and of `b`.
        """
        a, b = self.a, self.b
        given = [np.empty((len(r), 0)) if of is None else np.ascontiguousarray(of) for r, of in zip((a, b), balls, strict=True)]
        wanted = PassRequest(widths, apart, (given[0], given[1]), sums)
        if self._store and self._product is None:
            product = np.empty((len(a), len(b)), np.float32)
            found = found_here(self, wanted, product)
            self._product = product
            return found
        carrier = place().carrier
        return (carrier(self, wanted) if carrier else None) or found_here(self, wanted)

    def _collect(self, apart: bool = False) -> None:
        """One pass for all that is expected and not there yet."""
        asked = [(s, apart) for s in ((0,) if self.within else (0, 1))]
        missing = any(key not in self._lists or self._lists[key][0].shape[1] < self._length for key in asked)
        width = self._length + SPARE if missing else 0
        balls: list[np.ndarray | None] = [None, None]
        for s in (0, 1):
            have = self._inside[1 - s]
            if self._balls[s] and (have is None or have.shape[1] < self._balls[s]):
                self._balls[s] = max(self._balls[s], LISTED)
                balls[s] = radii(self.side(s)[0], self._balls[s])
        sums = self._sums is None and self.a.euclidean
        if not (missing or sums or any(given is not None for given in balls)):
            return
        found = self._pass((width, width), apart=apart, balls=(balls[0], balls[1]), sums=sums)
        for s, apart in asked if missing else ():
            self._lists[s, apart] = self.settled(s, found[s], self._length, apart)
        for s in (0, 1):
            if balls[s] is not None:
                self._inside[1 - s] = np.cumsum(found[1 - s].inside, axis=1)
        if sums:
            self._sums = found[0].sums, found[1].sums

    def settled(self, side: int, found: PassFindings, length: int, apart: bool) -> tuple[np.ndarray, np.ndarray]:
        """Lists in the order of exact distances; rows where rounding leaves doubt are looked at again with more candidates."""
        from bench_core.features.tiles import settle

        mine, others = self.side(side)
        near, at, undecided = np.empty((len(mine), length)), np.empty((len(mine), length), np.int64), np.zeros(len(mine), bool)
        everything, order = found.near.shape[1] >= len(others), np.ascontiguousarray(others.codes[:, 1])

        def work(part: slice) -> None:
            settle(
                mine.values, others.values, mine.euclidean, order, found.near, found.at, everything, near, at, undecided,
                (part.start, part.stop),
            )  # fmt: skip

        each(len(mine), found.near.size * 50, work)
        doubtful, width = np.flatnonzero(undecided), 4 * found.near.shape[1]
        for rows in (doubtful[part] for part in blocks(len(doubtful), min(width, len(others)))):
            again = Pairs(mine.take(rows), others)
            near[rows], at[rows] = again.nearest_of(length, apart=apart, width=min(width, len(others)))
        return near, at

    def nearest_of(self, length: int, *, apart: bool = False, width: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """As `nearest` for side 0, with nothing else collected and nothing kept."""
        found, _ = self._pass((width or length + SPARE, 0), apart=apart)
        return self.settled(0, found, length, apart)

    def nearest(self, side: int, length: int, *, apart: bool = False) -> tuple[np.ndarray, np.ndarray]:  # (N, >= length) twice
        """Raw float64 distances to, and numbers of, the nearest rows, nearest first, ties by content; inf and -1 beyond the last.

        Args:
            apart: only rows of another patient with another content.
        """
        side = 0 if self.within else side
        self._length = max(self._length, length)
        if (side, apart) not in self._lists or self._lists[side, apart][0].shape[1] < length:
            self._collect(apart)
        return self._lists[side, apart]

    def inside(self, side: int, k: int) -> np.ndarray:  # (N,) int
        """How many balls of the other rows, of radius to their k-th nearest other row, hold each row of a side."""
        self._balls[1 - side] = max(self._balls[1 - side], k)
        self._collect()
        counts = self._inside[side]
        assert counts is not None
        return counts[:, k - 1]

    def count(self, radii: np.ndarray) -> np.ndarray:  # (M,) squared -> (N,) int
        """How many balls around rows of `b` hold each row of `a`."""
        return self._pass((0, 0), balls=(None, radii[:, None]))[0].inside[:, 0]

    def sums(self) -> tuple[np.ndarray, np.ndarray]:  # (kernels, N), (kernels, M)
        """Sums of kernels over the other rows."""
        if self._sums is None:
            self._collect(apart=self.within)
        assert self._sums is not None
        return self._sums

    def ranks(self, side: int, lists: np.ndarray) -> np.ndarray:  # (N, L) -> (N, M) uint8
        """How many of the listed distances of each row of a side are not larger than its distance to each other row."""
        if side not in self._ranks or self._ranks[side][0] != lists.shape[1]:
            from bench_core.features.tiles import rank_all

            mine, others = self.side(side)
            low = self.bounds[:2][::-1] if side else self.bounds[:2]
            slack = self.bounds[2:][::-1] if side else self.bounds[2:]
            out, reach = np.empty((len(mine), len(others)), np.uint8), reach_of(lists)
            product = self.product.T if side else self.product

            def work(part: slice) -> None:
                p = np.ascontiguousarray(product[part])
                rank_all(p, part.start, *low, *slack, mine.values, others.values, lists, reach, out)

            each(len(mine), out.size, work)
            self._ranks[side] = lists.shape[1], out
        return self._ranks[side][1]

    def take(self, side: int, rows: np.ndarray, others: np.ndarray) -> Pairs:
        """The pairs of some rows of a side with some of the others."""
        mine, theirs = self.side(side)
        product = None
        if self.kept:
            product = np.ascontiguousarray(self.product[np.ix_(others, rows)].T) if side else self.product[np.ix_(rows, others)]
        out = Pairs(mine.take(rows), theirs.take(others), product=product)
        low_a, low_b, slack_a, slack_b = self.bounds
        mine_first = (low_b, low_a, slack_b, slack_a) if side else self.bounds
        out.bounds = tuple(bound[of] for bound, of in zip(mine_first, (rows, others, rows, others), strict=True))
        return out


def within(rows: Rows) -> Pairs:
    """The pairs of the rows of one set, made once."""
    if rows.own is None:
        rows.own = Pairs(rows, rows, within=True, kept=len(rows) ** 2 <= rows.kept)
    assert isinstance(rows.own, Pairs)
    return rows.own


def radii(rows: Rows, k: int) -> np.ndarray:  # (N, k)
    """Raw distances of each row of a set to the nearest k others of other patients, equal ones once; inf where there are no more."""
    near, at = within(rows).nearest(0, k, apart=True)
    out, places = nearest_distinct(near, at, np.arange(len(rows)), np.ones(len(rows), bool), rows, k)
    short = np.flatnonzero((places[:, -1] < 0) & np.isfinite(near[:, -1]))
    if len(short):
        out[short] = radii_among(rows.take(short), rows, k, 4 * near.shape[1])
    return out


def radii_among(mine: Rows, others: Rows, k: int, length: int) -> np.ndarray:  # (N, k)
    """The same for rows among others, from lists of at least that length."""
    length = min(length, len(others))
    near, at = Pairs(mine, others).nearest_of(length, apart=True)
    out, places = nearest_distinct(near, at, np.arange(len(mine)), np.ones(len(others), bool), others, k)
    short = np.flatnonzero((places[:, -1] < 0) & np.isfinite(near[:, -1]))
    if len(short) and length < len(others):
        out[short] = radii_among(mine.take(short), others, k, 4 * length)
    return out


def nearest_distinct(
    near: np.ndarray, at: np.ndarray, rows: np.ndarray, here: np.ndarray, others: Rows, k: int
) -> tuple[np.ndarray, np.ndarray]:  # lists (N, L), (n,), (M,) bool -> (n, k), (n, k)
    """Distances to the first k listed rows that are `here`, equal ones once, and their places in the lists; inf and -1 where not listed."""
    from bench_core.features.tiles import pick

    places = np.empty((len(rows), k), np.int64)
    pick(at, rows, here, others.codes[:, 1].copy() if others.repeats else np.empty(0, np.int64), k, places)
    return np.where(places < 0, np.inf, near[rows[:, None], places]), places
