from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.regions import regions_of
from bench_core.registry import metric, target


@metric(
    title="C_T score",
    family="privacy",
    goal=target(0.0),
    paper="arXiv:2004.05675",
    needs=("vectors",),
    diagnostic=True,
    formula=r"\frac{\sum_\pi R_\pi Z_\pi}{\sum_\pi R_\pi}, \quad"
    r" Z_\pi = \frac{U_\pi - (n_\pi m_\pi - 1) / 2}{\sqrt{n_\pi m_\pi (n_\pi + m_\pi + 1) / 12}}, \quad"
    r" U_\pi = \left|\{\, (s, r) \text{ in } \pi : d(s, T_\pi) > d(r, T_\pi) \,\}\right|",
)
def ct_score(
    train: FeatureSet,
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    regions: Annotated[int, Field(ge=1, le=50, description="Regions of the space, by k-means on the training images.")] = 3,
    min_count: Annotated[int, Field(ge=1, description="Synthetic images that a region needs to be counted.")] = 5,
    stated_at: Annotated[float, Field(ge=0, description="N M / (N + M + 1) that the z is stated at; 0: that of these sets.")] = 0.0,
) -> Score:
    """Mean z of a rank test, region by region: do synthetic images lie nearer to training images than held-out images do?

    Far below 0 is copying, far above 0 is images unlike the training ones (noise and blur too), near 0 is as held-out images are. A z grows
    with the root of the number of images, and the mean hides a few copies among many others. The table has the regions.

    Raises:
        TooFewImages: no region has enough images of all three sets.

    References:
        Meehan 2020, arXiv:2004.05675, and the authors' code, casey-meehan/data-copying: the distance is that to the nearest training image
        of the same region, ties count half, half a pair is the correction for continuity, regions are weighted by their share of held-out
        images. Differs in that features are not reduced by PCA first; that regions without held-out images are left out, where the
        code raises; that a region needs 5 synthetic images (the code: more than 20), since sets here are small; and that halves
        and players of a set are stated at the size of the whole, since else their z would be another quantity.
    """
    parts = train.remember(("regions", regions), lambda: regions_of(train, regions))
    rows, weights, scores = [], [], []
    for region in range(parts.count):
        there, held = parts.distances(synthetic, region), parts.distances(real, region)
        z = _z(there, held) if len(held) and len(there) >= min_count else np.nan
        rows.append((region + 1, int(parts.size(region)), len(held), len(there), z))
        if np.isfinite(z):
            weights.append(len(held))
            scores.append(z)
    if not scores:
        raise TooFewImages(
            f"no region has held-out images and {min_count} of the n = {len(synthetic)} synthetic ones.", "Set fewer regions, or give more."
        )
    pairs = len(real) * len(synthetic) / (len(real) + len(synthetic) + 1)
    scale = (stated_at / pairs) ** 0.5 if stated_at else 1.0
    value = scale * float(np.average(scores, weights=weights))
    table = pd.DataFrame(rows, columns=["region", "train", "held_out", "synthetic", "z"])
    return Score(value, tables={"regions": table}, repeat_with={"stated_at": stated_at or pairs})


def _z(there: np.ndarray, held: np.ndarray) -> float:  # (m,), (n,)
    """The Mann-Whitney z of how often a synthetic distance is the larger one."""
    m, n, ordered = len(there), len(held), np.sort(held)
    larger = (np.searchsorted(ordered, there, "left") + np.searchsorted(ordered, there, "right")).sum() / 2
    return float((larger - n * m / 2 + 0.5) / (n * m * (n + m + 1) / 12) ** 0.5)
