from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from bench_core.features import FeatureSet
from bench_core.membership import Classifier, Shadow
from bench_core.membership.likelihood import membership, phi
from bench_core.registry import attack

FEW = 64
"""Below so many models with, or without, a record, its own spread is no estimate."""
Variance = Literal["auto", "global", "record"]


@attack(
    title="LiRA, online",
    target="classifier",
    paper="arXiv:2112.03570",
    needs=("labels",),
    formula=r"a(x) = \log \mathcal{N}(\phi; \mu_{in}, \sigma_{in}) - \log \mathcal{N}(\phi; \mu_{out}, \sigma_{out}), \quad "
    r"\phi = \sum_{f \in F(x)} \log \frac{p_f(y_f \mid x)}{1 - p_f(y_f \mid x)}",
)
def lira_online(
    records: FeatureSet,
    model: Classifier,
    shadows: Sequence[Shadow],
    *,
    variance: Annotated[
        Variance, Field(description="Spread of each record's own, or one for all; auto: one for all with few models.")
    ] = "auto",
) -> np.ndarray:  # (N,)
    """How much better the model's answer fits shadow models that learned from the record than those that did not.

    The answer is phi, the logit of the true label, summed over the findings whose label is known, each a model of its own. Gaussians have
    the median of the shadow models' answers and their standard deviation: with fewer than 64 models on a side, one for all records, of the
    answers about each record's mean.

    References:
        Carlini 2022, arXiv:2112.03570, algorithm 1. Its code takes the spread over all records and models, which for one spread gives the
        same order of records; the sum over findings is ours, without augmentations.
    """
    asked, answers = phi(model, records), np.stack([phi(shadow.model, records) for shadow in shadows])
    inside = membership(shadows, records, both=True)
    shared = one_for_all(inside, variance) or one_for_all(~inside, variance)
    (mean_in, spread_in), (mean_out, spread_out) = fitted(answers, inside, shared), fitted(answers, ~inside, shared)
    if shared:
        spread_in = spread_out = np.sqrt((spread_in**2 + spread_out**2) / 2)  # of two, the wider would claim all answers far off
    return np.asarray(log_normal(asked, mean_in, spread_in) - log_normal(asked, mean_out, spread_out))


def one_for_all(use: np.ndarray, variance: Variance) -> bool:  # (K, N) bool
    """Whether one spread stands for all records."""
    return variance == "global" or (variance == "auto" and int(use.sum(axis=0).min()) < FEW)


def fitted(answers: np.ndarray, use: np.ndarray, shared: bool) -> tuple[np.ndarray, np.ndarray]:  # (K, N) x 2 -> (N,), (N,)
    """Median and standard deviation of each record's answers, of those models in `use`."""
    mine = np.where(use, answers, np.nan)
    middle, own = np.nanmedian(mine, axis=0), np.nanstd(mine, axis=0)
    if shared:
        counts = use.sum(axis=0)
        own = np.full(len(own), np.sqrt((counts * own**2).sum() / max(1, (counts - 1).sum())))
    return middle, np.maximum(own, 1e-12)


def log_normal(x: np.ndarray, mean: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Logarithm of the Gaussian density."""
    return np.asarray(-0.5 * ((x - mean) / spread) ** 2 - np.log(spread) - 0.5 * np.log(2 * np.pi))
