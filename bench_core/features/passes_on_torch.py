"""Passes over pairs on a device that torch knows, a GPU as a rule: what `passes_here` finds, found by whole-tile operations.

Rows are moved to the device once a pass; the square of pairs is halved until a tile fits. A tile adds what it found only when all of it
is there, so that one that ran out of memory can be halved and done again. Lists hold lower bounds, as on the processor, and the order of
exact distances is settled there (`Pairs`). Products must be true float32 (no TF32), because `Space.rounding` assumes it.
That bound grows with the root of the width from 8 eps on. In what order a device adds up is not known; strictly one after the other,
sums of thousands of products come near the bound. So products are added up in portions of DEEP components, which keeps any order well
inside it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bench_core.features.gpu import FEWEST, SMALLEST, fitting, gpu_for, true_float32
from bench_core.features.passes import PassFindings, PassRequest, reach_of
from bench_core.features.place import Carrier, tell
from bench_core.features.threads import LONG

if TYPE_CHECKING:
    from bench_core.features.pairs import Pairs

log = logging.getLogger(__name__)
BYTES_A_PAIR = 64
"""Memory of a tile: products, bounds, masks, and what choosing the smallest needs."""
DEEP = 256
"""Components that a device adds up in an order of its own."""
AT_ONCE = 1 << 24
"""Numbers in float64 at once."""


def torch_carrier(device: str, *, fewest: int = FEWEST, largest: int | None = None) -> Carrier:
    """A carrier of passes for Euclidean distance to a device. Counts of unequal components, and pairs fewer than `fewest`, stay here.

    Args:
        device: as torch names it: `cuda`, `cuda:1`, `cpu`.
        largest: pairs of a tile; None: what a quarter of the free memory holds.
    """

    def carry(pairs: Pairs, wanted: PassRequest) -> tuple[PassFindings, PassFindings] | None:
        if not pairs.a.euclidean or len(pairs.a) * len(pairs.b) < fewest or (pairs.within and wanted.counts):
            return None
        import torch

        try:
            with true_float32():
                return _Sweep(pairs, wanted, device).run(largest or fitting(device, BYTES_A_PAIR))
        except torch.OutOfMemoryError:
            log.warning("%s has no memory for %d x %d pairs; the processor compares them.", device, len(pairs.a), len(pairs.b))
            return None

    return carry


def gpu_carrier(pairs: Pairs, wanted: PassRequest) -> tuple[PassFindings, PassFindings] | None:
    """Carries passes to the GPU in charge (`place.Place`), where there is one."""
    device = gpu_for(len(pairs.a) * len(pairs.b))
    return torch_carrier(device)(pairs, wanted) if device else None


def multiply(x: Any, y: Any) -> Any:  # (S, D), (T, D) -> (S, T)
    """All products of rows."""
    p = x[:, :DEEP] @ y[:, :DEEP].T
    for start in range(DEEP, x.shape[1], DEEP):
        p.addmm_(x[:, start : start + DEEP], y[:, start : start + DEEP].T)
    return p


def gaps(x: Any, y: Any) -> Any:  # (P, D) twice -> (P,) float64
    """Squared distances of rows pair by pair, to the last bit those of `tiles.gap`: eight sums side by side, then the sums of these."""
    import torch

    squares = (x.double() - y.double()).square_()
    lanes, whole = torch.zeros(len(x), 8, dtype=torch.float64, device=x.device), x.shape[1] // 8 * 8
    for q in range(0, whole, 8):
        lanes += squares[:, q : q + 8]
    for q in range(whole, x.shape[1]):
        lanes[:, 0] += squares[:, q]
    twos = lanes[:, 0::2] + lanes[:, 1::2]
    return (twos[:, 0] + twos[:, 1]) + (twos[:, 2] + twos[:, 3])


@dataclass(eq=False)
class _Side:
    """The rows of one set on the device, and what was found for them."""

    centred: Any  # (N, D) float32
    low: Any  # (N,) float32
    slack: Any  # (N,) float32
    codes: Any  # (N, 2)
    values: Any  # (N, D) float32, where balls are counted
    radii: Any  # (N, K) float64
    reach: Any  # (N,) float32
    dots: Any  # (N,) float64, where kernels are added
    inverse: Any  # (N,) float64
    near: Any  # (N, W) float32
    at: Any  # (N, W) int32
    inside: Any  # (N, K) int64
    sums: Any  # (kernels, N) float64

    def found(self) -> PassFindings:
        out = PassFindings(len(self.near), 0, 0, False)
        out.near, out.at = self.near.cpu().numpy(), self.at.cpu().numpy()
        out.inside, out.sums = self.inside.cpu().numpy().astype(np.int32), self.sums.cpu().numpy()
        return out


Tile = tuple[slice, slice]
Change = tuple[Any, Any, bool]
"""A part of what was found, what there is for it, and whether that is added (else it takes the place)."""


class _Sweep:
    """One pass on a device."""

    def __init__(self, pairs: Pairs, wanted: PassRequest, device: str) -> None:
        import torch

        self.torch, self.pairs, self.wanted, self.within = torch, pairs, wanted, pairs.within
        self.counting, self.listing = any(of.shape[1] for of in wanted.balls), any(wanted.widths)
        self.device, self.scale = device, pairs.terms.scale if wanted.sums else 0.0
        self.a = self._side(0)
        self.b = self._side(1) if not self.within else self.a
        if self.within and wanted.sums:
            self.b = replace(self.a, dots=torch.tensor(pairs.terms.dots_b, device=device))  # what is found stays shared
        if self.within and self.listing and not wanted.apart:
            self.a.near[:, 0], self.a.at[:, 0] = 0, torch.arange(len(pairs.a), device=device)  # each row finds itself

    def _side(self, side: int) -> _Side:
        torch, pairs, wanted, device = self.torch, self.pairs, self.wanted, self.device
        rows, others = pairs.side(side)
        width, balls, of_others = wanted.widths[side], wanted.balls[side], wanted.balls[1 - side].shape[1]
        terms, none = pairs.terms if wanted.sums else None, np.empty(0)
        dots, inverse = (none, none) if terms is None else ((terms.dots_a, terms.inverse_a), (terms.dots_b, terms.inverse_b))[side]

        def there(array: np.ndarray) -> Any:
            return torch.tensor(array, device=device)

        return _Side(
            centred=there(rows.centred),
            low=there(pairs.bounds[side]),
            slack=there(pairs.bounds[2 + side]),
            codes=there(rows.codes),
            values=there(rows.values if self.counting else none),
            radii=there(balls),
            reach=there(reach_of(balls)),
            dots=there(dots),
            inverse=there(inverse),
            near=torch.full((len(rows), width), torch.inf, device=device),
            at=torch.full((len(rows), width), -1, dtype=torch.int32, device=device),
            inside=torch.zeros(len(rows), of_others, dtype=torch.int64, device=device),
            sums=torch.zeros(2, len(rows) if wanted.sums else 0, dtype=torch.float64, device=device),
        )

    def run(self, largest: int) -> tuple[PassFindings, PassFindings]:
        """Goes through all tiles of at most that many pairs.

        Raises:
            torch.OutOfMemoryError: even the smallest tile does not fit.
        """
        n, m = len(self.a.low), len(self.b.low)
        todo: list[Tile] = [(slice(0, n), slice(0, m))]
        done, whole = 0, n * m
        while todo:
            rows, columns = todo.pop()
            pairs = (rows.stop - rows.start) * (columns.stop - columns.start)
            if pairs > largest and pairs > 1:
                todo += reversed(_halves(rows, columns, self.within))
                continue
            try:
                changes = list(self._changes(rows, columns))
            except self.torch.OutOfMemoryError:
                largest = pairs // 2
                if largest < SMALLEST:
                    raise
                log.info("%s has no memory for a tile of %d pairs; half of it is tried.", self.device, pairs)
                todo.append((rows, columns))
                continue
            for into, what, added in changes:
                into.add_(what) if added else into.copy_(what)
            done += pairs if rows == columns or not self.within else 2 * pairs
            if whole >= LONG:
                self._wait()
                tell(done / whole, "comparing images")
        first = self.a.found()
        return first, first if self.within else self.b.found()

    def _wait(self) -> None:
        """Until the device has done what it was given, so that nobody is told more than that."""
        if self.device.startswith("cuda"):
            self.torch.cuda.synchronize(self.device)

    def _changes(self, rows: slice, columns: slice) -> Iterator[Change]:
        """What a tile finds. Within one set a tile beside the diagonal stands for its mirror image too."""
        a, b, diagonal = self.a, self.b, self.within and rows == columns
        p = multiply(a.centred[rows], b.centred[columns])
        if self.wanted.sums:
            of_rows, of_columns = self._kernels(p, rows, columns, diagonal)
            yield a.sums[:, rows], of_rows, True
            if not diagonal:
                yield b.sums[:, columns], of_columns, True
        if not (self.listing or self.counting):
            return
        low = (a.low[rows, None] + b.low[columns]).sub_(p, alpha=2)
        del p
        if a.radii.shape[1]:
            yield b.inside[columns], self._held(low, rows, columns, a, b, 0), True
        if b.radii.shape[1]:
            yield a.inside[rows], self._held(low, rows, columns, b, a, 1), True
        if not self.listing:
            return
        if diagonal:
            low.fill_diagonal_(self.torch.inf)
        for code in (0, 1) if self.wanted.apart else ():
            low.masked_fill_(a.codes[rows, None, code] == b.codes[columns, code], self.torch.inf)
        yield from self._nearest(low, 1, a, rows, columns.start)
        if not diagonal:
            yield from self._nearest(low, 0, b, columns, rows.start)

    def _nearest(self, low: Any, dim: int, side: _Side, mine: slice, first: int) -> Iterator[Change]:
        """The smallest lower bounds of the rows (`dim` 1) or columns of a tile, merged with those found before."""
        width = side.near.shape[1]
        if not width:
            return
        least, places = low.topk(min(width, low.shape[dim]), dim=dim, largest=False)
        if dim == 0:
            least, places = least.T, places.T
        known = least < self.torch.inf
        near = self.torch.cat([side.near[mine], least], dim=1)
        at = self.torch.cat([side.at[mine], self.torch.where(known, places + first, -1).int()], dim=1)
        near, order = near.topk(width, dim=1, largest=False, sorted=True)
        yield side.near[mine], near, False
        yield side.at[mine], at.gather(1, order), False

    def _held(self, low: Any, rows: slice, columns: slice, centres: _Side, others: _Side, dim: int) -> Any:  # (T, K)
        """How many balls around centres hold each other row of a tile, by rank (see `tiles.rank`); centres are its rows if `dim` is 0."""
        torch, last = self.torch, centres.radii.shape[1]
        mine, theirs = (rows, columns) if dim == 0 else (columns, rows)
        reach = centres.reach[mine]
        hits = (low < (reach[:, None] if dim == 0 else reach)).nonzero()
        count = theirs.stop - theirs.start
        out = torch.zeros(count * last, dtype=torch.int64, device=low.device)
        for some in hits.split(AT_ONCE // (8 * last)):
            centre, other = some[:, dim] + mine.start, some[:, 1 - dim] + theirs.start
            span = low[some[:, 0], some[:, 1]].double()
            radii = centres.radii[centre]
            rank = (radii <= span[:, None]).sum(1)
            span += 2 * (centres.slack[centre] + others.slack[other]).double()
            doubtful = ((radii <= span[:, None]).sum(1) != rank).nonzero()[:, 0]
            for part in doubtful.split(max(1, AT_ONCE // centres.values.shape[1])):
                exact = gaps(centres.values[centre[part]], others.values[other[part]])
                rank[part] = (radii[part] <= exact[:, None]).sum(1)
            held = rank < last
            out += torch.bincount((other[held] - theirs.start) * last + rank[held], minlength=count * last)
        return out.view(count, last)

    def _kernels(self, p: Any, rows: slice, columns: slice, diagonal: bool) -> tuple[Any, Any]:  # (2, S), (2, T)
        """Sums of both kernels over the rows and over the columns of a tile, in float64, some rows at a time."""
        torch, a, b = self.torch, self.a, self.b
        of_rows, of_columns = (torch.zeros(2, size, dtype=torch.float64, device=p.device) for size in p.shape)
        step = max(1, AT_ONCE // p.shape[1])
        for start in range(0, len(p), step):
            part = slice(start, min(start + step, len(p)))
            here = slice(rows.start + part.start, rows.start + part.stop)
            product = p[part].double().add_(a.dots[here, None] + b.dots[columns])
            u = (product * self.scale).add_(1)
            cubic = u.square().mul_(u)
            bell = product.mul_(a.inverse[here, None] * b.inverse[columns]).mul_(0.01).exp_()
            for number, values in enumerate((cubic, bell)):
                if diagonal:
                    values.diagonal(offset=part.start).zero_()
                of_rows[number, part] = values.sum(1)
                of_columns[number] += values.sum(0)
        return of_rows, of_columns


def _halves(rows: slice, columns: slice, within: bool) -> list[Tile]:
    """A tile in parts; within one set the tiles on the diagonal stay square and what lies below it is left out."""
    if within and rows == columns:
        middle = (rows.start + rows.stop) // 2
        one, other = slice(rows.start, middle), slice(middle, rows.stop)
        return [(one, one), (one, other), (other, other)]
    if rows.stop - rows.start >= columns.stop - columns.start:
        middle = (rows.start + rows.stop) // 2
        return [(slice(rows.start, middle), columns), (slice(middle, rows.stop), columns)]
    middle = (columns.start + columns.stop) // 2
    return [(rows, slice(columns.start, middle)), (rows, slice(middle, columns.stop))]
