from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.attacks.clid import gain_and_likelihood
from bench_core.features import FeatureSet
from bench_core.membership import DiffusionModel, Shadow
from bench_core.registry import attack

WEIGHTS = np.linspace(0, 1, 11)


@attack(
    title="CLiD",
    target="diffusion model",
    paper="arXiv:2405.14800",
    needs=("images",),
    heavy=True,
    formula=r"a(x) = \alpha \, S_D(\operatorname{mean}_i D_i) + (1 - \alpha) \, S_L(L)",
)
def clid_tuned(
    records: FeatureSet,
    model: DiffusionModel,
    shadows: Sequence[Shadow],
    *,
    at: Annotated[float, Field(ge=0, le=1, description="Step that is asked, as a share of the time axis.")] = 0.4,
    draws: Annotated[int, Field(ge=1, le=100, description="Draws of noise: five queries each.")] = 3,
    seed: int = 0,
) -> np.ndarray:  # (N,)
    """CLiD with scale and weight of both terms fitted on shadow models, of which the attacker knows what they learned.

    S takes away the median and divides by the distance of the quartiles, both over a shadow model's records; alpha, in steps of a tenth,
    tells most of that model's members (ROC area). The attacked model has no part in either. Of several shadows, the mean score.

    References:
        Zhai 2024, arXiv:2405.14800, CLiD_th, alpha and S chosen on a shadow model as there.
    """
    mine = terms(records, model, at, draws, seed)
    fits = [fitted(terms(shadow.records, shadow.model, at, draws, seed), shadow.member) for shadow in shadows]
    return np.asarray(np.mean([combined(mine, *fit) for fit in fits], axis=0))


def terms(records: FeatureSet, model: DiffusionModel, at: float, draws: int, seed: int) -> np.ndarray:  # (2, N)
    """The mean of D_i, and L."""
    gained, likelihood = gain_and_likelihood(records, model, at, draws, seed)
    return np.stack([gained.mean(axis=0), likelihood])


def fitted(values: np.ndarray, member: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:  # (2, N), (N,) -> (2,), (2,), alpha
    """Middle and spread of both terms, and the weight that tells most of the members apart; of equally good ones the middle one."""
    middle = np.median(values, axis=1)
    spread = np.maximum(np.subtract(*np.percentile(values, (75, 25), axis=1)), 1e-12)
    areas = np.array([area(combined(values, middle, spread, weight), member) for weight in WEIGHTS])
    best = WEIGHTS[areas >= areas.max() - 1e-12]
    return middle, spread, float(best[len(best) // 2])


def combined(values: np.ndarray, middle: np.ndarray, spread: np.ndarray, weight: float) -> np.ndarray:  # (2, N) -> (N,)
    """Both terms in units of their spread, added."""
    first, second = (values - middle[:, None]) / spread[:, None]
    total: np.ndarray = weight * first + (1 - weight) * second
    return total


def area(scores: np.ndarray, member: np.ndarray) -> float:
    """Chance that a member scores above a non-member, ties half."""
    from scipy.stats import rankdata

    n, m = int(member.sum()), int((~member).sum())
    return float((rankdata(scores)[member].sum() - n * (n + 1) / 2) / (n * m))
