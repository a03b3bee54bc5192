from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.probe import gain_score
from bench_core.registry import metric

DRAWS, PENALTY = 3, 0.1


@metric(
    title="Gain by synthetic images, few real ones", family="utility", goal="maximize", bounds=(-1, 1), paper="arXiv:1706.02633",
    needs=("labels",), heavy=True, slow_repeats=True,
    formula=(
        r"\frac{1}{K F} \sum_{k,f} \left[ \Pr\left( g_f^{T_k \cup S}(r) > g_f^{T_k \cup S}(r') \right) - "
        r"\Pr\left( g_f^{T_k}(r) > g_f^{T_k}(r') \right) \right], \quad T_k \subset T"
    ),
)  # fmt: skip
def low_data_gain(
    train: FeatureSet,
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    share: Annotated[float, Field(gt=0, lt=1, description="Of the training patients, those who are few.")] = 0.1,
    min_count: Annotated[int, Field(ge=1, description="Positives and negatives that a finding needs.")] = 10,
    findings: Annotated[str, Field(description="Comma-separated; empty: all with enough images.")] = "",
    seed: int = 0,
) -> Score:
    """What synthetic images gain where only a share of the training patients is there: as augmentation_gain, the mean of three draws.

    Patients are drawn, not images. The null is what as many further real images gain.

    Raises:
        TooFewImages: no finding has `min_count` positives and negatives in the training and the held-out set.

    References:
        Train on synthetic, test on real: Esteban 2017, arXiv:1706.02633; here beside few real images.
    """
    names = train.subjects if train.subjects is not None else np.array([row.tobytes().hex() for row in train.values])
    patients, of_row = np.unique(names.astype(str), return_inverse=True)
    few = []
    for number in range(DRAWS):
        order = np.random.default_rng([seed, number]).permutation(len(patients))
        few.append(train.take(np.flatnonzero(np.isin(of_row, order[: max(1, round(share * len(patients)))]))))
    return gain_score(few, real, synthetic, whole=train, penalty=PENALTY, min_count=min_count, findings=findings)
