"""Intervals and nulls of all metrics; no metric makes its own.

**Interval.** value +- t sd (Student's t) over random half-samples without replacement (no bootstrap: repeats shrink radii). One is a
delete-d jackknife with d = n/2, whose variance factor (n - d)/d is 1 (Shao & Wu 1989, Annals of Statistics 17), so the plain sd of
half-samples is the sd at n for smooth statistics, and too large rather than too small for degenerate ones. `real` and `synthetic` are
halved, each by units; `train` stays whole, because the generator learned from that very set. `kernel_distance` has a grouped jackknife.

**Draws.** The values of the half-samples are kept, one a half: the halves of `real` depend on the seed and on `real` alone, so draw i of
two synthetic sets has the same half of `real`, and what moves both drops out of their difference (`answers/comparison.py`). A jackknife
makes as many draws from its leave-outs: a group of patients or prompts moves a draw the more, the more of it lies in that half.

**Null.** What a perfect generator scores here: the metric on images that are real but play the synthetic set, in SPLITS draws.
- reads real: `real` is halved by patients into A and B; the null is m(A, B'), `matched` the mean of m(A, S'), B' and S' cut to one size.
- reads no real: `real`, cut to the size of S', takes the place of synthetic; `train` stays whole.
- `null_from="train"` (a probe is fitted on the synthetic set): as many training images with its label mix take its place.
Cuts take one image of each patient before a second of any, because a generator's images are of different patients.

**Range.** null_low..null_high is where the `matched` score of one perfect generator falls, 19 times in 20. The spread of the null scores
is not that range: A and B are complements, so what moves one moves the other, and B' is drawn from a finite pool. Instead each draw has
two candidates of c images that share no patient. Given A they are independent, so half their squared difference is the variance of one
perfect generator's score at size c, without bias; it falls as 1/c. `matched` minus the null's mean has that variance at n fresh images and
once more at the N units of the pool, on which the mean was measured, plus what is left of SPLITS draws. Student's t with SPLITS degrees of
freedom gives the 97.5 % point. Nadeau & Bengio 2003, Machine Learning 52, has the reasoning for resamples that overlap. What it covers:
`benchmarks/oracle_calibration.py` and its table in `docs/`.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench_core.data import Score, content_key
from bench_core.engine.scoring import student
from bench_core.engine.scoring.repeats import HALF, MATCHED, NULL, REPEATS, WITHOUT, Repeats, is_mean
from bench_core.engine.scoring.resamples import Resamples
from bench_core.errors import TooFewImages
from bench_core.features import Sets
from bench_core.features.place import tell
from bench_core.registry import Metric

HALVES = 40
SPLITS = 20
FEWEST = 4
"""Images that can be halved; with fewer an interval would be a point."""
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
        self.repeats, self._key = repeats, ""
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
            if len(repeats.sets[name]) < FEWEST:
                self._notes.append(f"No interval: {name} has n = {len(repeats.sets[name])} images; halves need {FEWEST}.")
                return
        if repeats.metric.interval == "jackknife":
            self.wanted |= {WITHOUT + name: len(repeats.resamples.groups(name)) for name in repeats.moving}
        else:
            self.wanted[HALF] = HALVES

    def _want_null(self) -> None:
        repeats = self.repeats
        self._key = _null_key(repeats)
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
        metric, notes = self.repeats.metric, list(self._notes)
        low, high, draws, matched, centre, width = self.score.low, self.score.high, None, None, None, 0.0
        try:
            if low is None and any(kind == HALF or kind.startswith(WITHOUT) for kind in self.wanted):
                half, draws = self._half_width(done)
                low, high = _clipped(metric, self.score.value - half, self.score.value + half)
        except TooFewImages as error:
            notes.append(f"No interval: {error.message}")
        try:
            if self._key:
                matched, centre, width = self._null(done)
        except TooFewImages as error:
            notes.append(f"No null: {error.message}")
        if centre is None:
            return Measurement(self.score, low, high, note=" ".join(notes), sizes=self.sizes, draws=draws)
        null_low, null_high = _clipped(metric, centre - width, centre + width)
        return Measurement(self.score, low, high, matched, centre, null_low, null_high, " ".join(notes), self.sizes, draws)

    def _half_width(self, done: RepeatValues) -> tuple[float, np.ndarray]:
        """Half the width of the interval of the value, and its draws (HALVES,)."""
        if HALF in self.wanted:
            draws = np.array(_found(done, HALF))
            return float(student.ppf(0.975, HALVES - 1) * np.std(draws, ddof=1)), draws
        variance, draws = 0.0, np.full(HALVES, self.score.value)
        for name in self.repeats.moving:
            without = np.array(_found(done, WITHOUT + name))
            variance += (len(without) - 1) * float(np.var(without))
            draws -= self.repeats.resamples.weights(name, HALVES) @ (without - without.mean()) * (1 - 1 / len(without)) ** 0.5
        return 1.96 * variance**0.5, draws

    def _null(self, done: RepeatValues) -> tuple[float, float, float]:
        """`matched`, the mean null score, and half the width of the range of one perfect generator."""
        repeats, score, pool = self.repeats, self.score, self.repeats.pool
        assert pool is not None
        if NULL in self.wanted:
            found = _found(done, NULL)
            self._nulls[self._key] = {"null": float(np.mean([d[0] for d in found])), "variance": float(np.mean([d[1] for d in found]))}
        matched = float(np.mean(_found(done, MATCHED))) if MATCHED in self.wanted else score.value
        images, size, null = repeats.sets[repeats.candidate], repeats.size, self._nulls[self._key]
        n, units, mean = len(images), len(np.unique(pool.units)), is_mean(score)
        alike = _design_effect(score.per_image, images.units) if mean and score.per_image is not None else 1.0
        parts = alike / n + (1 / size - 1 / n) / SPLITS + 1 / units + max(0.0, 1 / size - 1 / len(pool)) / SPLITS
        freedom = units if mean else SPLITS
        return matched, null["null"], float(student.ppf(0.975, freedom)) * (null["variance"] * parts) ** 0.5


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


def _design_effect(values: np.ndarray, units: np.ndarray) -> float:  # (N,), (N,)
    """How many times the variance of the mean is that of as many independent images, because those of one unit are alike; at least 1."""
    apart = values - values.mean()
    sums = np.bincount(np.unique(units, return_inverse=True)[1], weights=apart)
    single = float((apart**2).sum())
    return max(1.0, float((sums**2).sum()) / single) if single and len(sums) > 1 else 1.0


def _null_key(repeats: Repeats) -> str:
    """Everything that decides null scores; of the synthetic set only its size and, where training images imitate it, its labels."""
    metric, whole, pool = repeats.metric, repeats.resamples.sets, repeats.pool
    assert pool is not None
    read = [whole[name].key for name in sorted({*metric.reads, "real"} - {"synthetic"}) if name in whole]
    synthetic = whole.get("synthetic")
    labels = synthetic.labels.to_csv(index=False) if repeats.fitted and synthetic is not None and synthetic.labels is not None else None
    return content_key(
        "null", metric.id, metric.version, dict(repeats.settings), repeats.resamples.seed, SPLITS, repeats.size, pool.key, read, labels
    )
