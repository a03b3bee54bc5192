from typing import Annotated

import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.membership import patients_of, tail_test, tpr_at
from bench_core.metrics.attacked import attacked
from bench_core.registry import metric


@metric(
    title="Membership TPR",
    family="privacy",
    goal="minimize",
    bounds=(0, 1),
    paper="arXiv:2112.03570",
    heavy=True,
    slow_repeats=True,
    formula=r"\frac{1}{P_T} \left|\{\, p : \max_{t \text{ of } p} a(t) > c \,\}\right|, \quad c: \text{ a share } \beta \text{ of held-out"
    r" patients scores above } c",
)
def membership_tpr(
    train: FeatureSet,
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    attack: Annotated[str, Field(description="Id of an attack on released images.")] = "gan_leaks_by_data",
    fpr: Annotated[float, Field(gt=0, le=0.5, description="Held-out patients who may be taken for training patients.")] = 0.01,
) -> Score:
    """Share of training patients whom an attack singles out while it takes 1 % of held-out patients for training patients.

    By chance about that 1 %: what is above it are patients who can be named. A patient scores as the highest image does. The table has
    the exact interval and the exact chance of so many.

    Raises:
        UnknownName: there is no such attack.
        InputError: it needs more than images, or a patient is in both sets.
        TooFewImages: fewer held-out patients than the rate needs (100 for 1 %); half of them are what the attacker knows.

    References:
        The figure of merit of Carlini 2022, arXiv:2112.03570, there for classifiers and images; here patients count. The attack is that of
        `membership_auc`.
    """
    patients = patients_of(attacked(train, real, synthetic, attack))
    found = tpr_at(patients, fpr)
    if found.tpr is None:
        raise TooFewImages(found.message)
    test = tail_test(patients, fpr)
    row = {"tpr": found.tpr, "low": found.low, "high": found.high, "hits": found.hits, "members": found.n, "held_out": found.others}
    return Score(found.tpr, tables={"rate": pd.DataFrame([{**row, "expected": test.expected, "chance": test.p_value}])})
