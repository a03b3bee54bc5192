"""Intervals and nulls of all metrics; no metric makes its own. Everything counts units: patients of real images, prompts of synthetic ones.

**Interval.** value +- t sd (Student's t) over random half-samples without replacement (no bootstrap: repeats shrink radii). One is a
delete-d jackknife with d = n/2, whose variance factor (n - d)/d is 1 (Shao & Wu 1989, Annals of Statistics 17), so the plain sd of
half-samples is the sd at n for smooth statistics, and too large rather than too small for degenerate ones. `real` and `synthetic` are
halved, each by units; `train` stays whole, because the generator learned from that very set. `kernel_distance` has a grouped jackknife.
The degrees of freedom are those of the set with the fewest units. A share of images is given at least Jeffreys' interval at its number of
units, because all half-samples of 14 images out of 14 say the same.

**Draws.** The values of the half-samples are kept, one a half: the halves of `real` depend on the seed and on `real` alone, so draw i of
two synthetic sets has the same half of `real`, and what moves both drops out of their difference (`answers/comparison.py`). A jackknife
makes as many draws from its leave-outs: a group of patients or prompts moves a draw the more, the more of it lies in that half.

**Null.** What a perfect generator scores here: the metric on images that are real but play the synthetic set, in SPLITS draws. A player has
one image of each unit, and never a second: a perfect generator's images of different prompts are of different patients.
- reads real: `real` is halved by patients into A and B; the null is m(A, B'), `matched` the mean of m(A, S'), B' and S' being players of
  one size.
- reads no real: a player from all of `real` takes the place of synthetic; `train` stays whole.
- `null_from="train"` (a probe is fitted on the synthetic set): training images with the label mix of the prompts take its place.
Where the prompts ask for other findings than the real images show, players are drawn with the findings asked for (`mix`). Where that cannot
be, or a player would have fewer than FEWEST_UNITS, there is no null, and a note says what to do.

**Range.** null_low..null_high is where the `matched` score of one perfect generator falls, 19 times in 20. The spread of the null scores
is not that range: A and B are complements, so what moves one moves the other, and B' is drawn from a finite pool. Instead each draw has
two players of c units that share no patient. Given A they are independent, so half their squared difference is the variance of one
player's score at size c, without bias; it falls as 1/c. `matched` minus the null's mean has that variance at n fresh units and
once more at the N units of the pool, on which the mean was measured, plus what is left of SPLITS draws; of yes-or-no values of images
only what they keep from draw to draw (`ranges.kept_share`). A squared distance between equal
distributions has no such first order; its variance falls as the square (`ranges.second_order`). Student's t with SPLITS degrees of
freedom gives the 97.5 % point. A synthetic set of several images a prompt counts as more than its prompts as far as these differ
(`Repeats.worth`). Nadeau & Bengio 2003, Machine Learning 52, has the reasoning for resamples that overlap. The range of a
share is at least what is forecast of so many units, and one unit to both sides. What it covers: `benchmarks/oracle_calibration.py` and its
tables in `docs/`.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from bench_core.data import Score
from bench_core.engine.scoring import student
from bench_core.engine.scoring.ranges import Sizes, first_order, kept_share, second_order, share_interval, share_range, worth
from bench_core.engine.scoring.repeats import HALF, MATCHED, NULL, REPEATS, WITHOUT, Repeats
from bench_core.engine.scoring.resamples import FEWEST_UNITS, Resamples
from bench_core.errors import TooFewImages
from bench_core.features import Sets
from bench_core.features.place import tell
from bench_core.registry import Metric

HALVES = 40
SPLITS = 20
FEWEST = 10
"""Units of a set that is halved; with fewer there is no interval, because halves of so few say too little of the spread."""
HEAVY = 1.5
TAILS = "Some real images lie far out and decide much of this number: a perfect generator is outside its range more often than 1 in 20."
"""Said from that heaviness on (`ranges.heaviness`)."""
Nulls = MutableMapping[str, Any]
"""Null scores by content key (JSON values)."""
RepeatValues = Mapping[str, "Sequence[Any] | TooFewImages"]
"""What the repeats of each kind gave, or why one of them had no value."""


@dataclass(frozen=True)
class Measurement:
    """A score with what belongs beside it. `matched` is what `null`, `null_low` and `null_high` may be compared with.

    Attributes:
        sizes: images of each set behind the value.
        draws: (HALVES,) values on half-samples; None where the metric has an interval of its own, or too few images.
    """

    score: Score
    low: float | None = None
    high: float | None = None
    matched: float | None = None
    null: float | None = None
    null_low: float | None = None
    null_high: float | None = None
    note: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict)
    draws: np.ndarray | None = None


def measure(
    metric: Metric,
    sets: Sets,
    *,
    settings: Mapping[str, Any],
    seed: int = 0,
    intervals: bool = True,
    nulls: Nulls | bool = True,
    cancelled: Callable[[], bool] | None = None,
) -> Measurement:
    """A metric on sets, with its interval, its null and the value that may be compared with the null.

    Args:
        sets: `synthetic`, `real`, `train`, as many as there are; `real` serves the null of metrics that do not read it.
        nulls: where null scores are kept: found ones are reused, new ones written. True: nowhere. False: no null beside the interval.

    Raises:
        BenchError: what the metric raises on the sets as given, or Cancelled. Too few images for the repeats only is a note.
    """
    plan = MeasurementPlan(Repeats(metric, settings, Resamples(sets, seed), cancelled), intervals, nulls)
    return plan.concluded(plan.repeats_here())


class MeasurementPlan:
    """A metric whose value is there, and whose repeats are known but not done; they may be done anywhere, in any order.

    Attributes:
        wanted: for each kind of repeats, how many; they count from 1.
    """

    def __init__(self, repeats: Repeats, intervals: bool, nulls: Nulls | bool) -> None:
        """Computes the value; `nulls` as in `measure`.

        Raises:
            BenchError: what the metric raises.
        """
        self.repeats, self._key, self._asked = repeats, "", intervals
        self._nulls: Nulls = {} if isinstance(nulls, bool) else nulls
        self.score = repeats.score()
        self.sizes = {name: len(features) for name, features in repeats.sets.items()}
        self._notes = [self.score.note] if self.score.note else []
        self.wanted: dict[str, int] = {}
        if intervals:
            repeats.settings = {**repeats.settings, **self.score.repeat_with}
            if self.score.low is None:
                self._want_interval()
            if nulls is not False and repeats.pool is not None:
                self._want_null()

    def _want_interval(self) -> None:
        repeats = self.repeats
        for name in repeats.moving:
            units = repeats.source.units(name)
            if len(units) < FEWEST:
                self._notes.append(f"No interval: {name} has {units.counted()}; halves need {FEWEST} {units.word}.")
                return
        if repeats.metric.interval == "jackknife":
            self.wanted |= {WITHOUT + name: len(repeats.resamples.groups(name)) for name in repeats.moving}
        else:
            self.wanted[HALF] = HALVES

    def _want_null(self) -> None:
        repeats = self.repeats
        if lacking := _incomparable(repeats):
            self._notes.append(f"No null: {lacking}")
            return
        if repeats.mix.findings:
            self._notes.append(
                f"Compared with {repeats.mix.size} patients who have what the prompts ask for ({', '.join(repeats.mix.findings)})."
            )
        if repeats.tails > HEAVY:
            self._notes.append(TAILS)
        self._key = repeats.null_key(SPLITS)
        if self._key not in self._nulls:
            self.wanted[NULL] = SPLITS
        if len(repeats.sets[repeats.candidate]) > repeats.size or repeats.halved:
            self.wanted[MATCHED] = SPLITS

    def repeats_here(self) -> RepeatValues:
        """Does all repeats, in this process."""
        done: dict[str, Sequence[Any] | TooFewImages] = {}
        before, whole = 0, sum(self.wanted.values())
        for kind, count in self.wanted.items():
            if kind == MATCHED and isinstance(done.get(NULL), TooFewImages):
                break  # there is no null to compare with
            try:
                done[kind] = self.repeats.carried_out(kind, _counted(range(1, count + 1), before, whole))
            except TooFewImages as error:
                done[kind] = error
            before += count
        return done

    def concluded(self, done: RepeatValues) -> Measurement:
        """The score with what the repeats say of it."""
        notes = list(self._notes)
        low, high = (self.score.low, self.score.high) if self._asked else (None, None)
        draws, matched, centre, null_low, null_high = None, None, None, None, None
        try:
            if low is None and any(kind == HALF or kind.startswith(WITHOUT) for kind in self.wanted):
                half, draws = self._half_width(done)
                low, high = self._interval(half)
        except TooFewImages as error:
            notes.append(f"No interval: {error.message}")
        try:
            if self._key:
                matched, centre, null_low, null_high = self._null(done)
        except TooFewImages as error:
            notes.append(f"No null: {error.message}")
        return Measurement(self.score, low, high, matched, centre, null_low, null_high, " ".join(notes), self.sizes, draws)

    def _half_width(self, done: RepeatValues) -> tuple[float, np.ndarray]:
        """Half the width of the interval of the value, and its draws (HALVES,)."""
        repeats = self.repeats
        if HALF in self.wanted:
            draws = np.array(_found(done, HALF))
            return float(student.ppf(0.975, min(HALVES, self.fewest) - 1) * np.std(draws, ddof=1)), draws
        variance, freedom, draws = 0.0, 0.0, np.full(HALVES, self.score.value)
        for name in repeats.moving:
            without = np.array(_found(done, WITHOUT + name))
            part = (len(without) - 1) * float(np.var(without))
            variance, freedom = variance + part, freedom + part**2 / (len(without) - 1)
            draws -= repeats.resamples.weights(name, HALVES) @ (without - without.mean()) * (1 - 1 / len(without)) ** 0.5
        return float(student.ppf(0.975, variance**2 / freedom)) * variance**0.5 if freedom else 0.0, draws

    @cached_property
    def fewest(self) -> int:
        """Units of the smallest set that is halved."""
        return min(len(self.repeats.source.units(name)) for name in self.repeats.moving)

    def _interval(self, half: float) -> tuple[float, float]:
        """The interval from its half width; of a share at least Jeffreys'."""
        metric, value = self.repeats.metric, self.score.value
        low, high = _clipped(metric, value - half, value + half)
        if metric.share_of:
            n, each = self.fewest if metric.share_of == "real" else len(self.repeats.source.units("synthetic")), self.score.per_image
            lower, upper = share_interval(value, n * (1.0 if each is None else worth(value, float(np.var(each)), n)))
            low, high = min(low, lower), max(high, upper)
        return low, high

    def _null(self, done: RepeatValues) -> tuple[float, float, float, float]:
        """`matched`, the mean null score, and the range of one perfect generator."""
        repeats, metric = self.repeats, self.repeats.metric
        if NULL in self.wanted:
            found = _found(done, NULL)
            drawn = {"null": float(np.mean([d.value for d in found])), "variance": float(np.mean([d.variance for d in found]))}
            self._nulls[self._key] = {**drawn, "kept": kept_share([d.images for d in found], [d.each for d in found])}
        matched = float(np.mean(_found(done, MATCHED))) if MATCHED in self.wanted else self.score.value
        null = self._nulls[self._key]
        sizes, mean = self._sizes(), repeats.adds_up(self.score)
        kept = null["kept"] if metric.share_of else 1.0  # other values (density) vary with that half in more than noise
        parts = second_order(sizes, repeats.against, repeats.tails) if repeats.order == 2 else first_order(sizes, kept)
        freedom = min(sizes.pool, len(repeats.source.units(repeats.candidate))) - 1 if mean else SPLITS
        width = float(student.ppf(0.975, freedom)) * (null["variance"] * parts) ** 0.5
        low, high = null["null"] - width, null["null"] + width
        if metric.share_of == repeats.candidate:
            settled = null["variance"] * parts / first_order(sizes)
            lower, upper = share_range(null["null"], worth(null["null"], settled, sizes.pool), sizes)
            low, high = min(low, lower), max(high, upper)
        if metric.share_of:
            unit = 1 / (repeats.size if metric.share_of == repeats.candidate else repeats.against)
            low, high = min(low, null["null"] - unit), max(high, null["null"] + unit)
        return matched, null["null"], *_clipped(metric, low, high)

    def _sizes(self) -> Sizes:
        repeats = self.repeats
        return Sizes(repeats.size, repeats.worth(self.score), repeats.mix.pool, SPLITS)


def _counted(numbers: Sequence[int], before: int, whole: int) -> Iterator[int]:
    """These numbers, one after the other; whoever watches is told how many of `whole` repeats are done."""
    for done, number in enumerate(numbers, before):
        tell(done / whole, REPEATS)
        yield number


def _found(done: RepeatValues, kind: str) -> Sequence[Any]:
    """What the repeats of a kind gave; raises what stopped them."""
    found = done[kind]
    if isinstance(found, TooFewImages):
        raise found
    return found


def _clipped(metric: Metric, low: float, high: float) -> tuple[float, float]:
    lowest, highest = metric.bounds
    return max(low, -np.inf if lowest is None else lowest), min(high, np.inf if highest is None else highest)


def _incomparable(repeats: Repeats) -> str:
    """Why a perfect generator's images cannot be drawn here, and what to do; empty if they can."""
    candidate, mix = repeats.source.units(repeats.candidate), repeats.mix
    if len(candidate) < FEWEST_UNITS:
        alike = f", which count as n = {len(candidate)}" if len(candidate) < len(candidate.of) else ""
        return f"{repeats.candidate} has {candidate.counted()}{alike}; a null needs {FEWEST_UNITS} {candidate.word}. Ask for more of them."
    if mix.unlike:
        differ = f"the prompts ask for other findings than the real images show ({mix.unlike})"
        return f"{differ}, and too few real images have them. Compare by finding, or ask for reports of the real images."
    if mix.size < FEWEST_UNITS:
        role = "train" if repeats.fitted else "real"
        part = ", one half of which plays a perfect generator" if repeats.halved or repeats.fitted else ""
        few = f"{role} has {repeats.resamples.units(role).counted()}{part}; a null needs {FEWEST_UNITS} such players"
        return f"{few}. Give a larger {role} set."
    return ""
