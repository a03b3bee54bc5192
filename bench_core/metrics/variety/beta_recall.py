import numpy as np
import pandas as pd

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric

STEPS = 30


@metric(title="Beta-recall", family="variety", goal="maximize", bounds=(0, 1), paper="arXiv:2102.08921")
def beta_recall(real: FeatureSet, synthetic: FeatureSet) -> Score:
    """How evenly the synthetic images reach the real ones, from the typical to the rare: `1 - 2 mean |beta - R(beta)|`.

    R(beta) is the share of real images whose nearest synthetic image is nearer than their nearest real image and lies in the ball around
    the mean synthetic image that holds a share beta of the synthetic images. The table has the curve. 0.5 to 0.65, not 1, for a
    perfect generator (by dimension), because half of all real images have a real image as the nearest one. The centre means little for
    features with several clusters.

    References:
        Alaa 2022, arXiv:2102.08921, beta at 30 even steps from 0 to 1, and the plain mean over them, where the authors' code sums times the
        step (1/29). Features are used as they are, not embedded in a hypersphere first. The balls are quantiles of all synthetic images,
        as in the paper, where the code takes only those that are nearest to a real one. The nearest real image is another patient's,
        identical images once, and equally near does not count. The centre of codes (Hamming distance) is the most frequent code at
        each place.
    """
    from_centre = _from_centre(synthetic.values, synthetic.distance)  # (M,)
    distances, nearest = real.neighbours(synthetic, 1)  # (N, 1)
    reached = distances[:, 0] < real.radius(1)  # (N,)
    beta = np.linspace(0, 1, STEPS)
    balls = np.quantile(from_centre, beta)  # (30,)
    inside = from_centre[nearest[:, 0], None] <= balls  # (N, 30)
    recall = (reached[:, None] & inside).mean(axis=0)
    value = 1 - 2 * float(np.abs(beta - recall).mean())
    return Score(min(1.0, max(0.0, value)), tables={"curve": pd.DataFrame({"beta": beta, "recall": recall})})


def _from_centre(values: np.ndarray, distance: str) -> np.ndarray:  # (M, D) -> (M,)
    if distance == "euclidean":
        return np.asarray(np.linalg.norm(values - values.mean(axis=0, dtype=np.float64), axis=1))
    centre = [found[count.argmax()] for found, count in (np.unique(v, return_counts=True) for v in values.T)]
    return np.asarray((values != np.array(centre)).mean(axis=1))
