from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from bench_core.features import FeatureSet
from bench_core.membership import Classifier, Shadow
from bench_core.membership.likelihood import known_findings, membership, probability
from bench_core.registry import attack


@attack(
    title="RMIA",
    target="classifier",
    paper="arXiv:2312.03262",
    needs=("labels",),
    formula=r"a(x) = \Pr_z\left[\frac{p(x \mid \theta) / p(x)}{p(z \mid \theta) / p(z)} > \gamma\right], \quad "
    r"p(x) \approx \tfrac{1}{2} \left((1 + a)\, \bar p_{out}(x) + 1 - a\right)",
)
def rmia(
    records: FeatureSet,
    model: Classifier,
    shadows: Sequence[Shadow],
    reference: FeatureSet,
    *,
    gamma: Annotated[float, Field(ge=1, le=10, description="By how much a record must beat one of the population.")] = 2.0,
    a: Annotated[float, Field(ge=0, le=1, description="How far p(x) is taken from models without the record alone.")] = 0.33,
    way: Annotated[
        Literal["offline", "online"], Field(description="online: p(x) is the mean over models with and without it.")
    ] = "offline",
) -> np.ndarray:  # (N,)
    """Share of a population that the record beats: the model is surer of it, against what other models are, than of them.

    p is the geometric mean, over the findings whose label is known, of the probability of the true label, and each ratio p(x | model) /
    p(x) is raised to their number: with many findings it is that of the likelihood of all labels together. The population is the
    reference set, which no model learned from; its p(z) is taken in the same way.

    References:
        Zarifzadeh 2024, arXiv:2312.03262, eq. 3, 4 and 6; gamma = 2 and a = 0.33 fixed, as in LeakPro, never tuned on the target. Codes
        differ: Privacy Meter has gamma 1 and tunes a on a pair of models.
    """
    of_records = np.stack([probability(shadow.model, records) for shadow in shadows])
    of_others = np.stack([probability(shadow.model, reference) for shadow in shadows])
    if way == "online":
        inside = membership(shadows, records, both=True)
        usual = (mean_of(of_records, inside) + mean_of(of_records, ~inside)) / 2
        usual_others = of_others.mean(axis=0)
    else:
        usual = interpolated(mean_of(of_records, ~membership(shadows, records, both=False)), a)
        usual_others = interpolated(of_others.mean(axis=0), a)
    ratio = (probability(model, records) / usual) ** known_findings(model, records)
    others = (probability(model, reference) / usual_others) ** known_findings(model, reference)
    return beaten(ratio, others, gamma)


def mean_of(values: np.ndarray, use: np.ndarray) -> np.ndarray:  # (K, N), (K, N) -> (N,)
    """The mean over those models."""
    return np.asarray((values * use).sum(axis=0) / use.sum(axis=0))


def interpolated(without: np.ndarray, a: float) -> np.ndarray:
    """p(x) from models without x."""
    return np.asarray(((1 + a) * without + 1 - a) / 2)


def beaten(ratio: np.ndarray, others: np.ndarray, gamma: float) -> np.ndarray:  # (N,), (M,) -> (N,)
    """Share of the others that a record exceeds gamma times."""
    return np.searchsorted(np.sort(others), ratio / gamma, side="left") / len(others)
