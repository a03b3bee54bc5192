from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.features import FeatureSet
from bench_core.membership import DiffusionModel
from bench_core.membership.queries import captions, noised, per_record, step_of
from bench_core.registry import attack


@attack(
    title="PIA",
    target="diffusion model",
    paper="arXiv:2305.18355",
    needs=("images",),
    heavy=True,
    formula=r"a(x) = -\lVert \epsilon_\theta(\sqrt{\alpha_t} x_0 + \sqrt{1 - \alpha_t} e, t, c) - e \rVert_4^4, \quad "
    r"e = \epsilon_\theta(x_0, 0, c)",
)
def pia(
    records: FeatureSet,
    model: DiffusionModel,
    *,
    at: Annotated[float, Field(ge=0, le=1, description="Step that is asked, as a share of the time axis.")] = 0.2,
) -> np.ndarray:  # (N,)
    """The model's own estimate at step 0 is taken for the noise; a member's is confirmed at step t. Two queries, nothing drawn.

    References:
        Kong 2024, arXiv:2305.18355 (proximal initialisation), t = 200 of 1,000 and the fourth power as there.
    """
    return from_estimate(records, model, at, normalised=False)


def from_estimate(records: FeatureSet, model: DiffusionModel, at: float, *, normalised: bool) -> np.ndarray:  # (N,)
    """PIA, or (`normalised`) PIAN: the estimate is scaled to the mean absolute value of Gaussian noise, sqrt(2 / pi)."""
    latents, told, step = model.latents(records), model.conditions(captions(records)), step_of(model, at)
    first = model.noise(latents, 0, told)
    if normalised:
        size = per_record(np.abs(first)).reshape(-1, *[1] * (first.ndim - 1))
        first = (first * np.sqrt(2 / np.pi) / np.maximum(size, 1e-12)).astype(np.float32)
    off = model.noise(noised(model, latents, step, first), step, told) - first
    return -per_record(off.astype(np.float64) ** 4)
