import numpy as np
import pandas as pd

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.paired import from_centre
from bench_core.registry import metric

STEPS = 30


@metric(
    title="Beta-recall",
    family="variety",
    goal="maximize",
    bounds=(0, 1),
    paper="arXiv:2102.08921",
    formula=r"1 - \frac{2}{T} \sum_{\beta} \left|\beta - R_\beta\right|,"
    r" \quad R_\beta = \frac{1}{N} \left|\{\, r : d(r, s_r) < \rho_1(r; R),\ d(s_r, c_S) \le q_\beta(d(S, c_S)) \,\}\right|",
)
def beta_recall(real: FeatureSet, synthetic: FeatureSet) -> Score:
    """How evenly the synthetic images reach the real ones, from the typical to the rare: `1 - 2 mean |beta - R(beta)|`.

    R(beta) is the share of real images whose nearest synthetic image is nearer than their nearest real image and lies in the ball around
    the mean synthetic image that holds a share beta of the synthetic images. The table has the curve. Not 1 but 0.5 to 0.65 for a
    perfect generator (by dimension) where both sets have one size and each patient one film, because half of all real images then have a
    real image as the nearest one; less with fewer synthetic images. The centre means little for
    features with several clusters.

    References:
        Alaa 2022, arXiv:2102.08921, beta at 30 even steps from 0 to 1, and the plain mean over them, where the authors' code sums times the
        step (1/29). Features are used as they are, not embedded in a hypersphere first. The balls are quantiles of all synthetic images,
        as in the paper, where the code takes only those that are nearest to a real one. The nearest real image is another patient's,
        identical images once, and equally near does not count. The centre of codes (Hamming distance) is the most frequent code at
        each place.
    """
    far = from_centre(synthetic, synthetic)  # (M,)
    distances, nearest = real.neighbours(synthetic, 1)  # (N, 1)
    reached = distances[:, 0] < real.radius(1)  # (N,)
    beta = np.linspace(0, 1, STEPS)
    balls = np.quantile(far, beta)  # (30,)
    inside = far[nearest[:, 0], None] <= balls  # (N, 30)
    recall = (reached[:, None] & inside).mean(axis=0)
    value = 1 - 2 * float(np.abs(beta - recall).mean())
    return Score(min(1.0, max(0.0, value)), tables={"curve": pd.DataFrame({"beta": beta, "recall": recall})})
