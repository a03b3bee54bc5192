from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.registry import metric


@metric(
    title="Extraction ratio",
    family="privacy",
    goal="maximize",
    bounds=(0, None),
    paper="arXiv:2301.13188",
    min_samples=1,
    diagnostic=True,
    formula=r"\frac{1}{M} \sum_s \frac{d(s, t_1)}{\frac{\alpha}{n} \sum_{i=1}^{n} d(s, t_i)}, \quad t_1 \ldots t_n \in T"
    r" \text{ nearest to } s",
)
def extraction_ratio(
    train: FeatureSet,
    synthetic: FeatureSet,
    *,
    nearest: Annotated[int, Field(ge=2, le=1000, description="Training images that stand for the neighbourhood.")] = 50,
    alpha: Annotated[float, Field(gt=0, le=1)] = 0.5,
) -> Score:
    """Mean distance of a synthetic image to its nearest training image, over `alpha` times the mean distance to its 50 nearest ones.

    An exact copy has 0; at most `1 / alpha`, and for a perfect generator not far below that, the nearer the higher the dimension. The
    paper calls an image extracted below a cut of its own, which holds for pixels of natural images: read the images one by one
    against held-out ones instead, as the count of copies does.

    Raises:
        TooFewImages: fewer training images than `nearest`.

    References:
        Carlini 2023, arXiv:2301.13188, with n = 50 and alpha = 0.5. There the distance is Euclidean between pixels; here it is that of the
        encoder. The mean over images is ours: the paper has it for single images only. Distances of the neighbourhood are float32; a
        distance of 0 stays 0.
    """
    if len(train) < nearest:
        raise TooFewImages(f"train has n = {len(train)} images; a neighbourhood of {nearest} needs as many.")
    whole = synthetic.whole
    around = whole.remember(("neighbourhood", nearest), lambda: _around(whole, train, nearest), train)[synthetic.rows]  # (M,)
    first = synthetic.neighbours(train, 1)[0][:, 0]
    ratios = np.divide(first, alpha * around, out=np.zeros(len(first)), where=first > 0)
    return Score(float(ratios.mean()), per_image=ratios)


def _around(features: FeatureSet, train: FeatureSet, nearest: int) -> np.ndarray:  # (N,)
    """The mean distance of each image to its nearest training images."""
    out = np.empty(len(features))
    for rows, distances in features.distance_blocks(train):
        out[rows] = np.partition(distances, nearest - 1, axis=1)[:, :nearest].mean(axis=1, dtype=np.float64)
    return out
