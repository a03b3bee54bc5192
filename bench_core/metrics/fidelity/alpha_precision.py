from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.paired import from_centre
from bench_core.registry import metric


@metric(
    title="Alpha precision",
    family="fidelity",
    goal="maximize",
    bounds=(0, 1),
    paper="arXiv:2102.08921",
    formula=r"1 - \frac{2}{T} \sum_{\alpha} \left|\alpha - P_\alpha\right|,"
    r" \quad P_\alpha = \frac{1}{M} \left|\{\, s : d(s, c_R) \le q_\alpha(d(R, c_R)) \,\}\right|",
)
def alpha_precision(
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    steps: Annotated[int, Field(ge=2, le=1000, description="Shares from 0 to 1 at which the curve is measured.")] = 30,
) -> Score:
    """Whether synthetic images lie as far from the centre of the real ones as these do: `1 - 2 mean |alpha - P_alpha|` over shares alpha.

    `P_alpha` is the share of synthetic images in the ball around the centre that holds the share alpha of the real ones; for a perfect
    generator it is alpha, and the value about 1. The table has the curve: below the diagonal images are too far out, above it they huddle
    in the middle. It knows distances from one centre only: images of the wrong kind at the right distance pass, and with several
    clusters the centre lies where no image is.

    References:
        Alaa 2022, arXiv:2102.08921, 30 steps as in the authors' code. They first train an embedding that packs real images into one
        ball; here the features are taken as they are. The centre is the mean of the real images, for codes (Hamming distance) each
        component's commonest value.
    """
    near, far = from_centre(real, real), from_centre(synthetic, real)  # (N,), (M,)
    alpha = np.linspace(0, 1, steps)
    share = np.searchsorted(np.sort(far), np.quantile(near, alpha), side="right") / len(far)  # (steps,)
    value = 1 - 2 * np.abs(alpha - share).mean()
    return Score(float(np.clip(value, 0, 1)), tables={"curve": pd.DataFrame({"alpha": alpha, "share": share})})
