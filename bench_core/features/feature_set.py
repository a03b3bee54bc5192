"""FeatureSet: one vector per image, and what metrics share: neighbours, radii, kernel sums, moments."""

from collections.abc import Iterator, Mapping

import numpy as np

from bench_core.errors import InputError, TooFewImages
from bench_core.features import neighbourhoods, passes
from bench_core.features.base import Features
from bench_core.features.kernel_sums import KernelSums
from bench_core.features.kernels import Kernel, diagonal
from bench_core.features.pairs import within

MOSTLY = 0.5
"""Share of the rows of a whole set from which on its moments less those of the other rows are cheaper than moments of these."""


class FeatureSet(Features):
    """Features of one set of images, with what metrics ask of two sets. Never changes after it is made; see `Features`.

    Attributes:
        thinned: whether it is `left_by_threshold`.
    """

    thinned = False

    def neighbours(self, other: "FeatureSet", k: int = 1) -> tuple[np.ndarray, np.ndarray]:  # (N, k), (N, k)
        """Distances to, and rows of, the k nearest images of `other`, nearest first.

        Raises:
            TooFewImages: `other` has fewer than k images.
        """
        self.check_comparable(other)
        if len(other) < k:
            raise TooFewImages(f"{other.kind or 'set'} has {len(other)} images; {k} neighbours need at least {k}.")
        find = neighbourhoods.nearest if other._rows is None else neighbourhoods.nearest_among
        near, rows = self.remember(("neighbours", k), lambda: find(self, other, k), other)
        return self.space.finish(near, self._root._values.shape[1]), rows

    def radius(self, k: int = 5) -> np.ndarray:  # (N,)
        """Distance of each image to the k-th nearest image of another patient, identical images counted once.

        Several studies of one patient, or a duplicate, would shrink the balls around them and hide copies.

        Raises:
            TooFewImages: fewer than k such images for some image.
        """
        raw = self.remember(("radii", k), lambda: neighbourhoods.radii(self, k))[0]
        if not np.isfinite(raw).all():
            raise TooFewImages(f"{self.kind or 'set'} has n = {len(self)} images; a radius needs {k} other patients' distinct images.")
        return self.space.finish(raw, self._root._values.shape[1])

    def inside(self, other: "FeatureSet", k: int = 5) -> np.ndarray:  # (N,) int
        """How many balls of `other` (centre an image, radius `other.radius(k)`) hold each image; on the rim is outside."""
        self.check_comparable(other)
        other.radius(k)  # says when there are too few images
        return self.remember(("inside", k), lambda: neighbourhoods.inside(self, other, k), other)

    def expect(self, other: "FeatureSet", k: int = 1, *, subsets: bool = False) -> None:
        """Says that `inside(other, k)` or neighbours will be asked for, and whether of subsets too, so that one pass finds all of it."""
        self.check_comparable(other)
        pairs, side = self.paired(other)
        pairs.expect(side, k=k, subsets=subsets)
        within(other.rows_of()).expect(k=k, subsets=subsets)

    def distance_blocks(self, other: "FeatureSet") -> Iterator[tuple[slice | np.ndarray, np.ndarray]]:  # rows, (S, len(other)) float32
        """All distances to the images of `other`, some own rows at a time, for metrics that need more than neighbours and radii."""
        self.check_comparable(other)
        for part, raw in neighbourhoods.blocks_of(self, other):
            yield part, self.space.finish(raw, self._root._values.shape[1])

    def kernel_sum(self, other: "FeatureSet", kernel: Kernel = "cubic") -> float:
        """Sum of a kernel over all pairs; within one set over pairs of different rows. To 1e-6 of the mean kernel value.

        A set with only a few rows left out is the whole minus those rows, so that a jackknife costs little.

        Args:
            kernel: `cubic`, `(x.y / D + 1)^3`, or `gaussian`, `exp(-|x - y|^2 / (2 * 10^2))` between rows brought to unit length.

        Raises:
            InputError: an image of zero length has no direction.
        """
        self.check_comparable(other)
        return self.remember(("kernel sum", kernel), lambda: self._kernel_sum(other, kernel), other)

    def _kernel_sum(self, other: "FeatureSet", kernel: Kernel) -> float:
        mine, theirs = self.rows_of("euclidean"), other.rows_of("euclidean")
        for features, rows in ((self, mine), (other, theirs)) if kernel == "gaussian" else ():
            if not rows.lengths.all():
                zero = int(np.argmin(rows.lengths))
                raise InputError(f"{features.kind or 'feature'} features: row {zero} is zero and has no direction.", "Leave it out.")
        pairs, side = self.paired(other, "euclidean")
        sums = self._root.remember(("kernel", kernel), lambda: KernelSums(pairs, kernel), other._root)
        own = float(diagonal(mine, kernel)[self.rows].sum()) if other is self else 0.0
        first, second = (other, self) if side else (self, other)
        out, out_too = first._left_out(), second._left_out()
        if out is None or out_too is None:
            return sums.total(first.rows, second.rows) - own
        return sums.total_without(out, out_too) - own

    def moments(self) -> tuple[np.ndarray, np.ndarray]:  # (D,), (D, D) float64
        """Mean and covariance (divided by N - 1). What is `left_by_threshold` has those of the whole minus what went, if that is little.

        Raises:
            TooFewImages: one image has no covariance.
        """

        def measure() -> tuple[np.ndarray, np.ndarray]:
            if len(self) < 2:
                raise TooFewImages(f"{self.kind or 'set'} has n = 1 image; a covariance needs 2.")
            gone = self._left_out(MOSTLY) if self.thinned else None
            if gone is not None and len(gone):
                return self._moments_without(gone)
            values = self.values
            mean = values.mean(axis=0, dtype=np.float64)
            return mean, passes.scatter(values, mean) / (len(self) - 1)

        return self.remember("moments", measure)

    def left_by_threshold(self, rows: np.ndarray) -> "FeatureSet":
        """The images of those rows, as `take` has them, for many thresholds one after the other: see `moments`.

        Numbers are those of a set of its own but for rounding (1e-13 at 768 features); what is stored is scored without.
        """
        part = self.take(rows)
        part.thinned = True
        return part

    def _moments_without(self, gone: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Moments of all but those rows of the whole set."""
        mean, covariance = self._root.moments()
        rows, left = self._root._values[gone], len(self)
        step = (mean * len(gone) - rows.sum(axis=0, dtype=np.float64)) / left  # from the mean of all to that of what is left
        total = covariance * (len(self._root) - 1)
        total -= passes.scatter(rows, mean)
        total -= left * np.outer(step, step)
        return mean + step, total / (left - 1)


Sets = Mapping[str, FeatureSet]
"""Sets by their role: `synthetic`, and `real` and `train` where there are any."""
