from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.features.orders import by_content
from bench_core.registry import metric


@metric(
    title="Kernel distance",
    family="fidelity",
    goal="minimize",
    paper="arXiv:1801.01401",
    needs=("vectors",),
    order=2,
    interval="jackknife",
    formula=(
        r"\frac{1}{N(N-1)} \sum_{i \ne j} k(r_i, r_j) + \frac{1}{M(M-1)} \sum_{i \ne j} k(s_i, s_j) - \frac{2}{NM} "
        r"\sum_{i,j} k(r_i, s_j), \quad k(x, y) = \left(\tfrac{x \cdot y}{D} + 1\right)^3"
    ),
)
def kernel_distance(
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    subsets: Annotated[int, Field(ge=0, le=10_000, description="Mean over this many random subsets; 0: all pairs at once.")] = 0,
    subset_size: Annotated[int, Field(ge=2, description="Images of each set in a subset; unused when subsets is 0.")] = 1000,
    seed: int = 0,
) -> Score:
    """Squared maximum mean discrepancy with the kernel `(x.y / D + 1)^3`: about 0, and sometimes below it, for a perfect generator.

    Unbiased at any size where images are independent; with several of a patient or prompt it is too high. Needs features that keep
    their spread (not unit length). In Inception-v3 features this is KID; some tools
    print it times 1000.

    Raises:
        TooFewImages: a set has one image, or fewer than `subset_size`.

    References:
        Binkowski 2018, arXiv:1801.01401. By default the complete U-statistic over all pairs instead of the mean over random subsets, which
        has the same expectation and less noise; `subsets=100, subset_size=1000` is the published protocol. The spread over subsets that
        other tools print is no interval of the value.
    """
    if not subsets:
        return Score(_u_statistic(real, synthetic))
    if min(len(real), len(synthetic)) < subset_size:
        raise TooFewImages(f"real has {len(real)} images, synthetic has {len(synthetic)}; a subset needs {subset_size}.")
    rng = np.random.default_rng(seed)
    orders = by_content(real), by_content(synthetic)
    values = []
    for _ in range(subsets):
        chosen = (rng.choice(order, subset_size, replace=False) for order in orders)
        # A subset as large as its set is that set, whose sums are known after the first time.
        a, b = (whole if len(rows) == len(whole) else whole.take(rows) for whole, rows in zip((real, synthetic), chosen, strict=True))
        values.append(_u_statistic(a, b))
    return Score(float(np.mean(values)), tables={"subsets": pd.DataFrame({"value": values})}, repeat_with={"subsets": 0})


def _u_statistic(real: FeatureSet, synthetic: FeatureSet) -> float:
    n, m = len(real), len(synthetic)
    if min(n, m) < 2:
        raise TooFewImages(f"real has n = {n} images, synthetic has {m}; pairs within a set need 2.")
    within = real.kernel_sum(real) / (n * (n - 1)) + synthetic.kernel_sum(synthetic) / (m * (m - 1))
    return within - 2 * real.kernel_sum(synthetic) / (n * m)
