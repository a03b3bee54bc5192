from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.features.orders import by_content, shuffled
from bench_core.metrics.frechet import frechet
from bench_core.registry import metric

ROOM = 1.25
"""The sets must be this much larger than the smallest subset, or the line through both says nothing."""


@metric(
    title="Fréchet distance at infinite size",
    family="fidelity",
    goal="minimize",
    paper="arXiv:1911.07023",
    slow_repeats=True,
    needs=("vectors",),
    formula=r"a \text{ of the line } \operatorname{FD}(R_n, S_n) \approx a + \frac{b}{n}",
)
def frechet_distance_infinity(
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    rule: Annotated[Literal["joint", "dgm_eval"], Field(description="Which sets shrink, see the description.")] = "joint",
    sizes: Annotated[int, Field(ge=2, le=100, description="Sizes through which the line is drawn.")] = 15,
    draws: Annotated[int, Field(ge=1, le=100, description="Subsets of each size; the rule 'dgm_eval' has one.")] = 3,
    per_dimension: Annotated[float, Field(ge=1, le=100, description="Fewest images a feature in a subset.")] = 2.0,
    seed: int = 0,
) -> Score:
    """Fréchet distance that infinitely large sets would have: subsets of growing size n, a line through the distances over 1/n, its start.

    About 0, and sometimes below it, for a perfect generator, at any size. A line fits only where subsets have well more images than
    features: with D features each set needs 2.5 D images. It is noisier than the plain distance. Copies of the real images themselves
    make it negative.

    `joint`: both sets shrink by the same factor, from all images down to a tenth of them, but never below 2 D. `dgm_eval`: only the
    synthetic set shrinks, down to min(5000, M / 10) images, which may be fewer than D.

    Raises:
        TooFewImages: fewer than 2.5 D images; names n and D.

    References:
        Chong & Forsyth 2020, arXiv:1911.07023; protocol of the rule `dgm_eval`: arXiv:2306.04675, 15 sizes. Shrinking only the synthetic
        set leaves the bias of the real one, about half of the whole, and below D images the distance is no line in 1/n; hence the rule
        `joint`. Whole patients leave the subsets, because several films of a patient count less than films of several patients.
    """
    rng = [np.random.default_rng([seed, i]) for i in range(2)]
    if rule == "dgm_eval":
        points, repeat = list(_synthetic_shrinks(real, synthetic, sizes, rng[1])), {}
    else:
        points = list(_both_shrink(real, synthetic, sizes, draws, per_dimension, rng))
        # A repeat has half the images. Two sizes give the same line as many, to less than its noise.
        repeat = {"sizes": 2, "per_dimension": max(1.0, per_dimension / 2)}
    table = pd.DataFrame(points, columns=["n_real", "n_synthetic", "shrunk_by", "distance"])
    intercept = np.polynomial.Polynomial.fit(table["shrunk_by"], table["distance"], 1)(0.0)
    return Score(float(intercept), tables={"sizes": table}, repeat_with=repeat)


Point = tuple[int, int, float, float]


def _both_shrink(
    real: FeatureSet, synthetic: FeatureSet, sizes: int, draws: int, per_dimension: float, rngs: list[np.random.Generator]
) -> Iterator[Point]:
    width = real.values.shape[1]
    least = int(np.ceil(per_dimension * width))
    for features in (real, synthetic):
        if len(features) < ROOM * least:
            raise TooFewImages(
                f"{features.kind or 'set'} has n = {len(features)} images; with D = {width} features the distance follows its line from "
                f"n = {least} on, and drawing one needs {int(np.ceil(ROOM * least))}."
            )
    smallest = max(0.1, least / min(len(real), len(synthetic)))
    for _ in range(draws):
        for share in np.linspace(smallest, 1, sizes)[:-1]:
            parts = [f.take(shuffled(f, rng)[: round(share * len(f))]) for f, rng in zip((real, synthetic), rngs, strict=True)]
            yield len(parts[0]), len(parts[1]), 1 / share, frechet(*parts)
        yield len(real), len(synthetic), 1.0, frechet(real, synthetic)


def _synthetic_shrinks(real: FeatureSet, synthetic: FeatureSet, sizes: int, rng: np.random.Generator) -> Iterator[Point]:
    total = len(synthetic)
    for size in np.linspace(min(5000, max(total // 10, 2)), total, sizes).astype(int):
        part = synthetic.take(rng.choice(by_content(synthetic), size, replace=False)) if size < total else synthetic
        yield len(real), int(size), total / size, frechet(real, part)
