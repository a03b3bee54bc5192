"""Intervals and nulls of all metrics; no metric makes its own.

**Interval.** value +- 1.96 sd over random half-samples without replacement (never a bootstrap: repeats shrink radii). A half-sample is a
delete-d jackknife with d = n/2, whose variance factor (n - d)/d is 1 (Shao & Wu 1989, Annals of Statistics 17), so the plain sd of
half-samples is the sd at n for smooth statistics, and too large rather than too small for degenerate ones. `real` and `synthetic` are
halved, each by units; `train` stays whole, because the generator learned from that very set. `kernel_distance` has a grouped jackknife.

**Null.** What a perfect generator scores here: the metric on images that are real but play the synthetic set, SPLITS times.
- reads real: `real` is halved by patients into A and B; the null is m(A, B), `matched` the mean of m(A, S'), B and S' cut to one size.
- reads no real: `real`, cut to the size of S', takes the place of synthetic; `train` stays whole.
- `null_from="train"` (a probe is fitted on the synthetic set): as many training images with its label mix take its place.

**Range.** null_low..null_high is where the `matched` score of one perfect generator falls, 19 times in 20. The spread s of SPLITS draws
from one finite pool is not that range. For a statistic that is an average over the candidate's images, with variance v an image,
s^2 = v (1/b - 1/N) for b of N images, but `matched` minus the null's mean has variance v (1/n + 1/N) for n fresh images (the mean was
measured on those N), plus what is left of SPLITS draws. So s is multiplied by the root of the ratio (the reasoning of Nadeau & Bengio 2003,
Machine Learning 52, for correlated resamples) and by the 97.5 % point of Student's t with SPLITS - 1 degrees of freedom. What this covers
in simulation: `benchmarks/oracle_calibration.py` and its table in `docs/`.
"""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import t as student

from bench_core.data import Score, content_key
from bench_core.engine.resamples import Resamples
from bench_core.errors import Cancelled, TooFewImages
from bench_core.features import FeatureSet
from bench_core.registry import Metric

HALVES = 40
SPLITS = 20
Sets = Mapping[str, FeatureSet]
Nulls = MutableMapping[str, Any]


@dataclass(frozen=True)
class Measured:
    """A score with what belongs beside it. `matched` is what `null`, `null_low` and `null_high` may be compared with.

    Attributes:
        sizes: images of each set behind the value.
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


def measure(
    metric: Metric,
    sets: Sets,
    *,
    settings: Mapping[str, Any],
    seed: int = 0,
    intervals: bool = True,
    nulls: Nulls | None = None,
    resamples: Resamples | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Measured:
    """A metric on sets, with its interval, its null and the value that may be compared with the null.

    Args:
        sets: `synthetic`, `real`, `train`, as many as there are; `real` serves the null of metrics that do not read it.
        nulls: null scores by content key; found ones are reused, new ones written (JSON values).
        resamples: drawn subsets, shared between metrics for speed.

    Raises:
        BenchError: what the metric raises on the sets as given, or Cancelled. Too few images for the repeats only is a note.
    """
    resamples = resamples or Resamples(sets, seed)
    caller = _Caller(metric, settings, seed, cancelled)
    given = dict(sets)
    if _fits_train(metric) and "synthetic" in sets and "train" in sets:
        size = min(len(sets["synthetic"]), len(sets["train"]))
        given["train"] = resamples.like(size, -1)
    score = caller.score(given, 0)
    sizes = {name: len(features) for name, features in given.items()}
    if not intervals:
        return Measured(score, note=score.note, sizes=sizes)
    caller.settings = {**settings, **score.repeat_with}
    notes = [score.note] if score.note else []
    low, high, matched, width = None, None, None, 0.0
    values: list[float] = []
    try:
        low, high = (score.low, score.high) if score.low is not None else _interval(metric, score.value, given, resamples, caller)
    except TooFewImages as error:
        notes.append(f"No interval: {error.message}")
    try:
        matched, values, width = _null(metric, score.value, given, resamples, caller, {} if nulls is None else nulls)
    except TooFewImages as error:
        notes.append(f"No null: {error.message}")
    if not values:
        return Measured(score, low, high, note=" ".join(notes), sizes=sizes)
    null = float(np.mean(values))
    null_low, null_high = _clipped(metric, null - width, null + width)
    return Measured(score, low, high, matched, null, null_low, null_high, " ".join(notes), sizes)


def _fits_train(metric: Metric) -> bool:
    """It fits on `train` what another metric fits on `synthetic`, so that `train` plays the candidate."""
    return metric.null_from == "train" and "synthetic" not in metric.reads


class _Caller:
    """Calls one metric on changing sets."""

    def __init__(self, metric: Metric, settings: Mapping[str, Any], seed: int, cancelled: Callable[[], bool] | None) -> None:
        self.metric, self.settings, self.seed, self.cancelled = metric, settings, seed, cancelled

    def score(self, sets: Sets, number: int) -> Score:
        if self.cancelled and self.cancelled():
            raise Cancelled("The run was cancelled.")
        seeded = {"seed": self.seed + number} if "seed" in (self.metric.function.__kwdefaults__ or ()) else {}
        return self.metric.function(*(sets[name] for name in self.metric.reads), **self.settings, **seeded)

    def value(self, sets: Sets, number: int) -> float:
        value = self.score(sets, number).value
        if not np.isfinite(value):
            raise TooFewImages(f"{self.metric.id} has no value on a subset of the images.")
        return value


def _clipped(metric: Metric, low: float, high: float) -> tuple[float, float]:
    lowest, highest = metric.bounds
    return max(low, -np.inf if lowest is None else lowest), min(high, np.inf if highest is None else highest)


def _interval(metric: Metric, value: float, sets: Sets, resamples: Resamples, caller: _Caller) -> tuple[float, float]:
    candidate = "train" if _fits_train(metric) else "synthetic"
    moving = [name for name in metric.reads if name in ("real", candidate)]
    if metric.interval == "jackknife":
        variance = 0.0
        for name in moving:
            without = [caller.value({**sets, name: view}, i) for i, view in enumerate(resamples.groups(name), 1)]
            variance += (len(without) - 1) * float(np.var(without))
        spread = variance**0.5
    else:
        source = Resamples(sets, resamples.seed) if candidate == "train" else resamples
        halves = [caller.value({**sets, **{name: source.half(name, i) for name in moving}}, i) for i in range(1, HALVES + 1)]
        spread = float(np.std(halves, ddof=1))
    return _clipped(metric, value - 1.96 * spread, value + 1.96 * spread)


def _null(
    metric: Metric, value: float, sets: Sets, resamples: Resamples, caller: _Caller, nulls: Nulls
) -> tuple[float | None, list[float], float]:
    """`matched`, the null scores, and half the width of the range of one perfect generator; no scores where there is no null."""
    whole = resamples.sets
    pool = whole.get("train") if metric.null_from == "train" and "train" in whole else whole.get("real")
    if pool is None or any(getattr(pool, need) is None for need in metric.needs):
        return None, [], 0.0
    fitted = pool is whole.get("train")
    candidate = "train" if _fits_train(metric) else "synthetic"
    images = sets[candidate]
    size = min(len(images), len(pool) // 2)

    def play(number: int) -> tuple[Sets, FeatureSet]:
        """The other sets, and the images that play the candidate."""
        if fitted:
            return sets, resamples.like(size, number)
        a, b = resamples.split(number)
        return ({**sets, "real": a}, resamples.cut(b, size, number)) if "real" in metric.reads else (sets, resamples.cut(b, size, number))

    key = _null_key(metric, caller, whole, pool, fitted, size)
    if key not in nulls:
        nulls[key] = [caller.value({**others, candidate: player}, i) for i in range(1, SPLITS + 1) for others, player in [play(i)]]
    values = [float(v) for v in nulls[key]]
    if len(images) > size or ("real" in metric.reads and not fitted):
        matched = float(np.mean([_matched(caller, play(i), candidate, images, resamples, i) for i in range(1, SPLITS + 1)]))
    else:
        matched = value
    return matched, values, float(student.ppf(0.975, SPLITS - 1) * np.std(values, ddof=1) * _widening(len(images), size, pool))


def _matched(
    caller: _Caller, played: tuple[Sets, FeatureSet], candidate: str, images: FeatureSet, resamples: Resamples, number: int
) -> float:
    others, player = played
    return caller.value({**others, candidate: resamples.cut(images, len(player), number)}, number)


def _widening(n: int, size: int, pool: FeatureSet) -> float:
    """By how much the spread of `size` out of a pool differs from that of n fresh images around the pool's mean (module docstring)."""
    units = len(np.unique(pool.units))
    spread = 1 / size - 1 / len(pool)
    needed = 1 / n + max(0.0, 1 / size - 1 / n) / SPLITS + 1 / units + spread / SPLITS
    return max(1.0, needed / spread) ** 0.5


def _null_key(metric: Metric, caller: _Caller, whole: Sets, pool: FeatureSet, fitted: bool, size: int) -> str:
    """Everything that decides null scores; of the synthetic set only its size and, where training images imitate it, its labels."""
    read = [whole[name].key for name in sorted({*metric.reads, "real"} - {"synthetic"}) if name in whole]
    synthetic = whole.get("synthetic")
    labels = synthetic.labels.to_csv(index=False) if fitted and synthetic is not None and synthetic.labels is not None else None
    return content_key("null", metric.id, metric.version, dict(caller.settings), caller.seed, SPLITS, size, pool.key, read, labels)
