import numpy as np
import pandas as pd

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95)


@metric(
    title="Nearest training distance",
    family="privacy",
    goal="maximize",
    bounds=(0, None),
    paper="arXiv:2404.15821",
    min_samples=1,
    diagnostic=True,
    formula=r"\operatorname{median}_{s \in S} \; \min_{t \in T} d(s, t)",
)
def nearest_train_distance(train: FeatureSet, real: FeatureSet, synthetic: FeatureSet) -> Score:
    """Median distance of a synthetic image to its nearest training image; the table has quantiles, and those of held-out images.

    In the units of the encoder, so it means something only beside the null. Noise and blur move it too.

    References:
        Distance to closest record (DCR), as in SynthEval, arXiv:2404.15821. The value is the median; the per-image values are distances.
    """
    distances = synthetic.neighbours(train, 1)[0][:, 0]  # (M,)
    held_out = real.neighbours(train, 1)[0][:, 0]  # (N,)
    table = pd.DataFrame(
        {"quantile": QUANTILES, "synthetic": np.quantile(distances, QUANTILES), "held_out": np.quantile(held_out, QUANTILES)}
    )
    return Score(float(np.median(distances)), per_image=distances, tables={"quantiles": table})
