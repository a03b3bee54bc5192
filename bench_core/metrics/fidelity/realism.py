from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.paired import paired
from bench_core.registry import metric


@metric(
    title="Realism",
    family="fidelity",
    goal="maximize",
    bounds=(0, None),
    paper="arXiv:1904.06991",
    min_samples=1,
    formula=r"\frac{1}{M} \sum_s \max_{r} \frac{\rho_k(r; R)}{d(s, r)}, \quad \rho_k(r; R) \le \operatorname{median} \rho_k",
)
def realism(
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    k: Annotated[int, Field(ge=1, le=100)] = 5,
    ceiling: Annotated[float, Field(gt=1, description="Highest value of an image; a copy of a real image has it.")] = 10.0,
) -> Score:
    """How deep a synthetic image lies in real images' balls: a ball's radius (to the k-th nearest real image) over the distance, at most.

    From 1 on an image lies in a ball, as for precision, but only the smaller half of the balls counts: no lone real image inflates it.
    Made to sort a gallery; the value is the mean. About 1 for a perfect generator. Copies of real images score highest.

    Raises:
        TooFewImages: real images without k others.

    References:
        Kynkäänniemi 2019, arXiv:1904.06991, there k = 3. Balls of exactly the median radius count too, which the paper and dgm-eval leave
        out. The quotient stops at `ceiling`, because a copy would make it, and the mean, infinite. Radii run over other patients' images.
    """
    radius = real.radius(k)
    small = np.flatnonzero(radius <= np.median(radius))
    balls, radius = real.take(small), radius[small]  # (T,)
    best = np.empty(len(synthetic), int)
    for part, distances in synthetic.distance_blocks(balls):
        with np.errstate(divide="ignore"):
            best[part] = np.divide(radius.astype(np.float32), distances, out=distances).argmax(axis=1)
    # The float32 distances only chose the ball.
    depth = radius[best] / np.maximum(paired(synthetic, balls.values[best]), radius[best] / ceiling)  # (M,)
    return Score(float(depth.mean()), per_image=depth)
