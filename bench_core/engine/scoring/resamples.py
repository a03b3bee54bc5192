"""The subsets on which metrics are repeated: half-samples, leave-outs, halvings, players. Drawn once, shared by all metrics of a run.

Drawn from the seed and the content of the images, never from the order of rows. Images of one unit (a patient; in a synthetic set a prompt)
stay together in half-samples, leave-outs and halvings. A player takes the place of the synthetic set, or is a part of it, and has one image
of each unit, never a second one: a perfect generator's images of different prompts are of different patients.
"""

from collections.abc import Mapping
from functools import cache
from zlib import crc32

import numpy as np

from bench_core.data import FINDINGS
from bench_core.engine.scoring.mix import Mix, Side, mix_of
from bench_core.engine.scoring.units import Units, units_of
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.features.orders import by_content, shuffled

GROUPS = 50
"""Groups of a jackknife, per set; each leaves out one group of units."""
FEWEST_UNITS = 10
"""Patients, or prompts, of a player; with fewer there is no null: ranges at fewer did not hold what they promise."""


class Resamples:
    """Subsets of the sets of one scoring, as views that share what whole sets have computed."""

    def __init__(self, sets: Mapping[str, FeatureSet], seed: int) -> None:
        self.sets, self.seed = sets, seed
        self.units = cache(self._units)
        self.mix = cache(self._mix)
        self.any_mix = cache(lambda size: Mix((), {0: size}, float(size)))
        self.half = cache(self._half)
        self.groups = cache(self._groups)
        self.split = cache(self._split)
        self.player = cache(self._player)
        self.pair = cache(self._pair)
        self.like = cache(self._like)
        self.patterns = cache(self._patterns)

    def with_candidate(self, synthetic: FeatureSet) -> "Resamples":
        """The same beside another synthetic set: `real` is halved alike, and what its halves have computed stays."""
        other = Resamples({**self.sets, "synthetic": synthetic}, self.seed)
        other.split = self.split
        return other

    def _rng(self, *parts: object) -> np.random.Generator:
        return np.random.default_rng([self.seed, crc32(repr(parts).encode())])

    def _units(self, name: str) -> Units:
        return units_of(name, self.sets)

    def _mix(self, halved: bool) -> Mix:
        """How real images are drawn against the synthetic ones, from all of them or from one half."""
        prompts, real = (Side(self.sets[name], self.units(name)) for name in ("synthetic", "real"))
        return mix_of(prompts, real, 0.5 if halved else 1.0, FEWEST_UNITS)

    def units_in(self, name: str, view: FeatureSet) -> np.ndarray:  # (N,)
        """The unit of each image of a view of that set."""
        features = self.sets[name]
        of = np.full(len(features.whole), -1)
        of[features.rows] = self.units(name).of
        found: np.ndarray = of[view.rows]
        return found

    def _shuffled(self, name: str, *parts: object) -> tuple[np.ndarray, np.ndarray]:  # (N,), (N,)
        """Rows in a random order that keeps units together, and the place of the unit of each."""
        features, units = self.sets[name], self.units(name).of
        order = shuffled(features, self._rng(name, *parts), units)
        return order, np.cumsum(np.diff(units[order], prepend=units[order[0]]) != 0)

    def _half(self, name: str, number: int) -> FeatureSet:
        """Half of a set without replacement; where units do not come out even, one of two halves is the larger and one the smaller part."""
        order, units = self._shuffled(name, "half", number)
        return self.sets[name].take(order[: _boundary(units, len(order) // 2, up=bool(number % 2))])

    def _groups(self, name: str) -> list[FeatureSet]:
        """The set without each of up to GROUPS groups of units in turn."""
        order, units = self._shuffled(name, "groups")
        group = units * min(GROUPS, int(units[-1]) + 1) // (int(units[-1]) + 1)
        return [self.sets[name].take(np.sort(order[group != g])) for g in range(int(group[-1]) + 1)]

    def weights(self, name: str, halves: int) -> np.ndarray:  # (halves, G)
        """How much more than half of each jackknife group lies in each half-sample, in standard deviations of such a share."""
        features, groups, of = self.sets[name], self.groups(name), self.units(name).of
        member = np.stack([~np.isin(features.rows, view.rows) for view in groups]).astype(float)  # (G, N)
        units = np.array([len(np.unique(of[rows > 0])) for rows in member])
        held = np.stack([np.isin(features.rows, self.half(name, i).rows) for i in range(1, halves + 1)]).astype(float)  # (halves, N)
        out: np.ndarray = (2 * held @ member.T / member.sum(axis=1) - 1) * np.sqrt(units)
        return out

    def _split(self, number: int) -> tuple[FeatureSet, FeatureSet]:
        """The real set in two halves that share no patient: as many patients in each, or one more in the first."""
        order, units = self._shuffled("real", "split", number)
        middle = int(np.searchsorted(units, (int(units[-1]) + 2) // 2))
        if middle == len(order):
            raise TooFewImages(f"real has n = {len(order)} images of one patient; a null needs two patients.")
        return self.sets["real"].take(order[:middle]), self.sets["real"].take(order[middle:])

    def _player(self, name: str, view: FeatureSet, mix: Mix, number: int) -> FeatureSet:
        """Images of a set, or of a view of it, as many units of each cell as the mix has; fewer where there are no more."""
        rows, cells = self._ones(name, view, mix, self._rng("player", name, mix.size, number))
        return view.take(np.concatenate([rows[cells == cell][:count] for cell, count in sorted(mix.quota.items())]))

    def _pair(self, view: FeatureSet, mix: Mix, number: int) -> tuple[FeatureSet, FeatureSet]:
        """Two players from real images that share no unit: of full size if there are enough, else of about half the units each."""
        rows, cells = self._ones("real", view, mix, self._rng("pair", mix.size, number))
        one, two = [], []
        for cell, count in sorted(mix.quota.items()):
            found = rows[cells == cell]
            count = min(count, len(found) // 2)
            one.append(found[:count])
            two.append(found[count : 2 * count])
        if not any(map(len, one)):
            raise TooFewImages(f"real has too few patients of each kind asked for (n = {len(view)} images).")
        return view.take(np.concatenate(one)), view.take(np.concatenate(two))

    def _ones(self, name: str, view: FeatureSet, mix: Mix, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # (U,), (U,)
        """Rows of one image of each unit, in a random order, and their cells. Units of many images tend to come first, as in a sample."""
        rows = _firsts(self.units_in(name, view), rng.permutation(by_content(view)))
        return rows, mix.cells(view)[rows]

    def _like(self, size: int, number: int) -> tuple[FeatureSet, FeatureSet]:
        """Two sets of that many training patients (or of half of all), each with the label mix of the prompts, as far as there are enough.

        One image of each prompt in turn (in a random order, again and again until there are enough) is answered by a random training
        image, of a patient not taken yet, whose labels differ least; of several such label sets, by the one that makes up best for what
        earlier answers had too many or too few of. Without labels on both sides it is any training image.
        """
        train, synthetic = self.sets["train"], self.sets.get("synthetic")
        rng = self._rng("like", size, number)
        shuffled = _firsts(self.units("train").of, rng.permutation(by_content(train)))
        size = min(size, len(shuffled) // 2)
        if not size:
            raise TooFewImages(f"train has n = {len(train)} images of one patient; a null needs two patients.")
        if synthetic is None or synthetic.labels is None or train.labels is None:
            return train.take(shuffled[:size]), train.take(shuffled[size : 2 * size])
        patterns, pattern_of, wanted, unlike = self.patterns()
        grouped = shuffled[np.argsort(pattern_of[shuffled], kind="stable")]
        counts = np.bincount(pattern_of[shuffled], minlength=len(patterns))
        left = [part.tolist()[::-1] for part in np.split(grouped, np.cumsum(counts)[:-1])]
        free = counts > 0
        order = _firsts(self.units("synthetic").of, rng.permutation(by_content(synthetic)))
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


def _firsts(units: np.ndarray, order: np.ndarray) -> np.ndarray:  # (N,), (N,) -> (U,)
    """Of rows in that order the first of each unit."""
    return order[np.sort(np.unique(units[order], return_index=True)[1])]


def _boundary(units: np.ndarray, size: int, up: bool) -> int:
    """The first end of a unit at or after `size` rows, but never the last one; with `up` False the last end at or before it."""
    ends = np.flatnonzero(np.diff(units)) + 1
    if not len(ends):
        return len(units)
    place = int(np.searchsorted(ends, size)) if up else int(np.searchsorted(ends, size, side="right")) - 1
    return int(ends[min(max(place, 0), len(ends) - 1)])
