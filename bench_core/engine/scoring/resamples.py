"""The subsets on which metrics are repeated: half-samples, leave-outs, halvings, cuts. Drawn once, shared by all metrics of a run.

Drawn from the seed and the content of the images, never from the order of rows. Images of one unit (a patient; in a synthetic set a prompt)
stay together in half-samples, leave-outs and halvings.
"""

from collections.abc import Mapping
from functools import cache
from zlib import crc32

import numpy as np

from bench_core.data import FINDINGS
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.features.orders import by_content, one_each, shuffled

GROUPS = 50
"""Groups of a jackknife, per set; each leaves out one group of units."""


class Resamples:
    """Subsets of the sets of one scoring, as views that share what whole sets have computed."""

    def __init__(self, sets: Mapping[str, FeatureSet], seed: int) -> None:
        self.sets, self.seed = sets, seed
        self.half = cache(self._half)
        self.groups = cache(self._groups)
        self.split = cache(self._split)
        self.cut = cache(self._cut)
        self.pair = cache(self._pair)
        self.like = cache(self._like)
        self.patterns = cache(self._patterns)

    def _rng(self, *parts: object) -> np.random.Generator:
        return np.random.default_rng([self.seed, crc32(repr(parts).encode())])

    def _shuffled(self, name: str, *parts: object) -> tuple[np.ndarray, np.ndarray]:  # (N,), (N,)
        """Rows in a random order that keeps units together, and the number of the unit of each."""
        features = self.sets[name]
        order = shuffled(features, self._rng(name, *parts))
        return order, np.cumsum(np.diff(features.units[order], prepend=features.units[order[0]]) != 0)

    def _half(self, name: str, number: int) -> FeatureSet:
        """Half of a set without replacement."""
        order, units = self._shuffled(name, "half", number)
        return self.sets[name].take(order[: _boundary(units, len(order) // 2)])

    def _groups(self, name: str) -> list[FeatureSet]:
        """The set without each of up to GROUPS groups of units in turn."""
        order, units = self._shuffled(name, "groups")
        group = units * min(GROUPS, int(units[-1]) + 1) // (int(units[-1]) + 1)
        return [self.sets[name].take(np.sort(order[group != g])) for g in range(int(group[-1]) + 1)]

    def weights(self, name: str, halves: int) -> np.ndarray:  # (halves, G)
        """How much more than half of each jackknife group lies in each half-sample, in standard deviations of such a share."""
        features, groups = self.sets[name], self.groups(name)
        member = np.stack([~np.isin(features.rows, view.rows) for view in groups]).astype(float)  # (G, N)
        units = np.array([len(np.unique(features.units[rows > 0])) for rows in member])
        held = np.stack([np.isin(features.rows, self.half(name, i).rows) for i in range(1, halves + 1)]).astype(float)  # (halves, N)
        out: np.ndarray = (2 * held @ member.T / member.sum(axis=1) - 1) * np.sqrt(units)
        return out

    def _split(self, number: int) -> tuple[FeatureSet, FeatureSet]:
        """The real set in two halves that share no patient."""
        order, units = self._shuffled("real", "split", number)
        middle = _boundary(units, len(order) // 2)
        return self.sets["real"].take(order[:middle]), self.sets["real"].take(order[middle:])

    def _cut(self, features: FeatureSet, size: int, number: int) -> FeatureSet:
        """That many images of a set or view at random, one of each patient before a second of any; itself when it has no more."""
        if len(features) <= size:
            return features
        return features.take(_one_each(features, self._rng("cut", features.kind, size, number))[:size])

    def _pair(self, features: FeatureSet, size: int, number: int) -> tuple[FeatureSet, FeatureSet]:
        """Two cuts of one size that share no unit: of `size` images if there are enough, else of about half each."""
        order = _one_each(features, self._rng("pair", features.kind, size, number))
        units = features.units[order]
        side = np.isin(units, units[np.sort(np.unique(units, return_index=True)[1])][::2])
        one, two = order[side], order[~side]
        size = min(size, len(one), len(two))
        if not size:
            raise TooFewImages(f"{features.kind or 'set'} has n = {len(features)} images of one patient; a null needs two patients.")
        return features.take(one[:size]), features.take(two[:size])

    def _like(self, size: int, number: int) -> tuple[FeatureSet, FeatureSet]:
        """Twice that many training images (or two halves of all), each with the label mix of the synthetic set, as far as there are enough.

        Each synthetic image in turn (drawn at random, again and again until there are enough) is answered by a random training image, not
        taken yet, whose labels differ least; of several such label sets, by the one that makes up best for what earlier answers had too
        many or too few of. Without labels on both sides it is any training image.
        """
        train, synthetic = self.sets["train"], self.sets.get("synthetic")
        if synthetic is None or synthetic.labels is None or train.labels is None:
            return self.pair(train, size, number)
        rng = self._rng("like", size, number)
        patterns, pattern_of, wanted, unlike = self.patterns()
        shuffled = _one_each(train, rng)
        grouped = shuffled[np.argsort(pattern_of[shuffled], kind="stable")]
        left = [part.tolist()[::-1] for part in np.split(grouped, np.cumsum(np.bincount(pattern_of))[:-1])]
        free = np.ones(len(patterns), bool)
        order = by_content(synthetic)
        size = min(size, len(train) // 2)
        rows: list[int] = []
        owed = np.zeros(patterns.shape[1])
        while len(rows) < 2 * size:
            for turn in rng.permutation(order)[: 2 * size - len(rows)]:
                distance = np.where(free, unlike[turn], np.inf)
                best = np.flatnonzero(distance == distance.min())
                owed += wanted[turn]
                chosen = best[np.abs(owed - patterns[best]).sum(axis=1).argmin()] if len(best) > 1 else best[0]
                owed -= patterns[chosen]
                rows.append(left[chosen].pop())
                free[chosen] = bool(left[chosen])
        return train.take(rows[:size]), train.take(rows[size:])

    def _patterns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # (P, 14), (N,), (M, 14), (M, P)
        """The label sets of the training images, which of them each has, those of the synthetic images, and how many labels differ."""
        patterns, pattern_of = np.unique(_label_matrix(self.sets["train"]), axis=0, return_inverse=True)
        wanted = _label_matrix(self.sets["synthetic"])
        unlike = np.stack([(row != patterns).sum(axis=1) for row in wanted]).astype(np.float32)
        return patterns, pattern_of, wanted, unlike


def _label_matrix(features: FeatureSet) -> np.ndarray:  # (N, 14) int
    return np.stack([np.nan_to_num(features.label(f), nan=-1) for f in FINDINGS], axis=1).astype(int)


def _one_each(features: FeatureSet, rng: np.random.Generator) -> np.ndarray:  # (N,)
    """Rows in a random order in which the first images of all units come before any second one."""
    return one_each(features, rng.permutation(by_content(features)))


def _boundary(units: np.ndarray, size: int) -> int:
    """The first end of a unit at or after `size` rows, but never the last one."""
    ends = np.flatnonzero(np.diff(units)) + 1
    return int(ends[min(int(np.searchsorted(ends, size)), len(ends) - 1)]) if len(ends) else len(units)
