"""The matched value of a large set at the size of a smaller one, so that sets of different sizes can be compared.

Most metrics depend on n: of two perfect generators the one with more images has the smaller Fréchet distance. The larger set is cut to so
many images, another part of it against each half of `real`, as the set's own matched value is made (see `uncertainty`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.data import Result
from bench_core.engine.scoring.repeats import MATCHED, Repeats
from bench_core.engine.scoring.resamples import FEWEST_UNITS, Resamples
from bench_core.engine.scoring.uncertainty import SPLITS, MeasurementPlan
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet, Sets
from bench_core.features.orders import by_content, one_each
from bench_core.registry import Metric

FEWEST = FEWEST_UNITS
"""Units (see `units`) below which sets are not compared at one size: parts of so few say too little."""


def matched_at(
    metric: Metric,
    sets: Sets,
    size: int,
    *,
    settings: Mapping[str, Any],
    seed: int,
    cancelled: Callable[[], bool] | None = None,
) -> float | None:
    """The matched value of the synthetic set cut to so many images, one a prompt; None where a part has too few for the metric.

    Raises:
        Cancelled: `cancelled` said so.
    """
    values, known = [], dict(settings)
    try:
        for number in range(1, SPLITS + 1):
            cut = {**sets, "synthetic": part(sets["synthetic"], size, seed, number)}
            repeats = Repeats(metric, known, Resamples(cut, seed), cancelled)
            if number == 1:
                known = dict(MeasurementPlan(repeats, intervals=True, nulls=False).repeats.settings)
            values += repeats.carried_out(MATCHED, [number])
    except TooFewImages:
        return None
    return float(np.mean(values))


def own_sizes(sets: Sets, results: Sequence[Result], seed: int) -> dict[str, int]:
    """At how many units each metric with a matched value was matched, of those that read the synthetic set."""
    resamples, found = Resamples(sets, seed), {}
    for row in results:
        metric = registry.metrics().get(row.metric)
        if metric is not None and "synthetic" in metric.reads and row.matched is not None:
            found[metric.id] = Repeats(metric, row.settings, resamples).size
    return found


def part(features: FeatureSet, size: int, seed: int, number: int) -> FeatureSet:
    """That many images at random, one of each patient or prompt before a second of any; itself when it has no more."""
    if len(features) <= size:
        return features
    rng = np.random.default_rng([seed, number, size])
    return features.take(one_each(features, rng.permutation(by_content(features)))[:size])
