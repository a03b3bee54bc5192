"""Intervals and nulls of all metrics; no metric makes its own.

**Interval.** value +- t sd (Student's t) over random half-samples without replacement (no bootstrap: repeats shrink radii). One is a
delete-d jackknife with d = n/2, whose variance factor (n - d)/d is 1 (Shao & Wu 1989, Annals of Statistics 17), so the plain sd of
half-samples is the sd at n for smooth statistics, and too large rather than too small for degenerate ones. `real` and `synthetic` are
halved, each by units; `train` stays whole, because the generator learned from that very set. `kernel_distance` has a grouped jackknife.

**Draws.** The values of the half-samples are kept, one a half: the halves of `real` depend on the seed and on `real` alone, so draw i of
two synthetic sets has the same half of `real`, and what moves both drops out of their difference (`engine/comparison.py`). A jackknife
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
FEWEST = 4
"""Images that can be halved; with fewer an interval would be a point."""
Sets = Mapping[str, FeatureSet]
Nulls = MutableMapping[str, Any]


@dataclass(frozen=True)
class Measured:
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
    null: bool = True,
    nulls: Nulls | None = None,
    resamples: Resamples | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Measured:
    """A metric on sets, with its interval, its null and the value that may be compared with the null.

    Args:
        sets: `synthetic`, `real`, `train`, as many as there are; `real` serves the null of metrics that do not read it.
        null: whether to make the null beside the interval.
        nulls: null scores by content key; found ones are reused, new ones written (JSON values).
        resamples: drawn subsets, shared between metrics for speed.

    Raises:
        BenchError: what the metric raises on the sets as given, or Cancelled. Too few images for the repeats only is a note.
    """
    resamples = resamples or Resamples(sets, seed)
    caller = _Caller(metric, settings, seed, cancelled)
    given = dict(sets)
    if _fits_train(metric) and "synthetic" in sets and "train" in sets:
        given["train"] = resamples.like(min(len(sets["synthetic"]), len(sets["train"])), 0)[0]
    score = caller.score(given, 0)
    sizes = {name: len(features) for name, features in given.items()}
    if not intervals:
        return Measured(score, note=score.note, sizes=sizes)
    caller.settings = {**settings, **score.repeat_with}
    notes = [score.note] if score.note else []
    low, high, draws, matched, centre, width = score.low, score.high, None, None, None, 0.0
    try:
        if low is None:
            half, draws = _half_width(metric, score.value, given, resamples, caller)
            low, high = _clipped(metric, score.value - half, score.value + half)
    except TooFewImages as error:
        notes.append(f"No interval: {error.message}")
    try:
        if null:
            matched, centre, width = _null(metric, score, given, resamples, caller, {} if nulls is None else nulls)
    except TooFewImages as error:
        notes.append(f"No null: {error.message}")
    if centre is None:
        return Measured(score, low, high, note=" ".join(notes), sizes=sizes, draws=draws)
    null_low, null_high = _clipped(metric, centre - width, centre + width)
    return Measured(score, low, high, matched, centre, null_low, null_high, " ".join(notes), sizes, draws)


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
        return self.checked(self.score(sets, number))

    def checked(self, score: Score) -> float:
        if not np.isfinite(score.value):
            raise TooFewImages(f"{self.metric.id} has no value on a subset of the images.")
        return score.value


def _clipped(metric: Metric, low: float, high: float) -> tuple[float, float]:
    lowest, highest = metric.bounds
    return max(low, -np.inf if lowest is None else lowest), min(high, np.inf if highest is None else highest)


def _half_width(metric: Metric, value: float, sets: Sets, resamples: Resamples, caller: _Caller) -> tuple[float, np.ndarray]:
    """Half the width of the interval of a value, and its draws (HALVES,)."""
    candidate = "train" if _fits_train(metric) else "synthetic"
    moving = [name for name in metric.reads if name in ("real", candidate)]
    for name in moving:
        if len(sets[name]) < FEWEST:
            raise TooFewImages(f"{name} has n = {len(sets[name])} images; halves need {FEWEST}.")
    if metric.interval == "jackknife":
        variance, draws = 0.0, np.full(HALVES, value)
        for name in moving:
            without = np.array([caller.value({**sets, name: view}, i) for i, view in enumerate(resamples.groups(name), 1)])
            variance += (len(without) - 1) * float(np.var(without))
            draws -= resamples.weights(name, HALVES) @ (without - without.mean()) * (1 - 1 / len(without)) ** 0.5
        return 1.96 * variance**0.5, draws
    source = Resamples(sets, resamples.seed) if candidate == "train" else resamples
    draws = np.array([caller.value({**sets, **{name: source.half(name, i) for name in moving}}, i) for i in range(1, HALVES + 1)])
    return float(student.ppf(0.975, HALVES - 1) * np.std(draws, ddof=1)), draws


def _null(
    metric: Metric, score: Score, sets: Sets, resamples: Resamples, caller: _Caller, nulls: Nulls
) -> tuple[float | None, float | None, float]:
    """`matched`, the mean null score, and half the width of the range of one perfect generator; None where there is no null."""
    whole = resamples.sets
    fitted = metric.null_from == "train" and "train" in whole
    pool = whole.get("train" if fitted else "real")
    if pool is None or any(getattr(pool, need) is None for need in metric.needs):
        return None, None, 0.0
    candidate = "train" if _fits_train(metric) else "synthetic"
    halved = "real" in metric.reads and not fitted
    images = sets[candidate]
    size = min(len(images), len(pool) // 2 if halved else len(pool))

    def others(number: int) -> tuple[Sets, FeatureSet]:
        """The other sets of a draw, and the images that play the candidate."""
        a, b = resamples.split(number) if halved else (None, pool)
        return {**sets, "real": a} if a is not None else sets, b

    key = _null_key(metric, caller, whole, pool, fitted, size)
    if key not in nulls:
        draws = [_draw(caller, *others(i), candidate, size, fitted, resamples, i) for i in range(1, SPLITS + 1)]
        nulls[key] = {"null": float(np.mean([d[0] for d in draws])), "variance": float(np.mean([d[1] for d in draws]))}
    matched = score.value
    if len(images) > size or halved:
        scores = [caller.value({**others(i)[0], candidate: resamples.cut(images, size, i)}, i) for i in range(1, SPLITS + 1)]
        matched = float(np.mean(scores))
    n, units = len(images), len(np.unique(pool.units))
    mean = _is_mean(score)
    alike = _design_effect(score.per_image, images.units) if mean and score.per_image is not None else 1.0
    parts = alike / n + (1 / size - 1 / n) / SPLITS + 1 / units + max(0.0, 1 / size - 1 / len(pool)) / SPLITS
    freedom = units if mean else SPLITS
    return matched, nulls[key]["null"], float(student.ppf(0.975, freedom)) * (nulls[key]["variance"] * parts) ** 0.5


def _is_mean(score: Score) -> bool:
    """Whether the value is the mean of its values an image (it may be their median)."""
    return score.per_image is not None and bool(np.isclose(score.value, np.mean(score.per_image), rtol=1e-9, atol=1e-12))


def _design_effect(values: np.ndarray, units: np.ndarray) -> float:  # (N,), (N,)
    """How many times the variance of the mean is that of as many independent images, because those of one unit are alike; at least 1."""
    apart = values - values.mean()
    sums = np.bincount(np.unique(units, return_inverse=True)[1], weights=apart)
    single = float((apart**2).sum())
    return max(1.0, float((sums**2).sum()) / single) if single and len(sums) > 1 else 1.0


def _draw(
    caller: _Caller, others: Sets, pool: FeatureSet, candidate: str, size: int, fitted: bool, resamples: Resamples, number: int
) -> tuple[float, float]:
    """One null score of `size` images of a pool, and the variance an image of such scores, from two that share no patient."""
    pair = resamples.like(size, number) if fitted else resamples.pair(pool, size, number)
    found = [caller.score({**others, candidate: player}, number) for player in pair]
    scores = [caller.checked(score) for score in found]
    if min(map(len, pair)) > 1 and all(map(_is_mean, found)):
        variance = float(np.mean([np.var(score.per_image, ddof=1) for score in found]))  # type: ignore[arg-type]
    else:
        variance = (scores[0] - scores[1]) ** 2 / 2 * min(map(len, pair))
    if all(len(player) == size for player in pair):
        return float(np.mean(scores)), variance
    return caller.value({**others, candidate: resamples.cut(pool, size, number)}, number), variance


def _null_key(metric: Metric, caller: _Caller, whole: Sets, pool: FeatureSet, fitted: bool, size: int) -> str:
    """Everything that decides null scores; of the synthetic set only its size and, where training images imitate it, its labels."""
    read = [whole[name].key for name in sorted({*metric.reads, "real"} - {"synthetic"}) if name in whole]
    synthetic = whole.get("synthetic")
    labels = synthetic.labels.to_csv(index=False) if fitted and synthetic is not None and synthetic.labels is not None else None
    return content_key("null", metric.id, metric.version, dict(caller.settings), caller.seed, SPLITS, size, pool.key, read, labels)
