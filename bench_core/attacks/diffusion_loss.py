from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.features import FeatureSet
from bench_core.membership import DiffusionModel
from bench_core.membership.queries import captions, draws_of, noised, per_record, step_of
from bench_core.registry import attack


@attack(
    title="Denoising loss",
    target="diffusion model",
    paper="arXiv:2301.13188",
    needs=("images",),
    heavy=True,
    formula=r"a(x) = -\mathbb{E}_\epsilon \lVert \epsilon_\theta(x_t, t, c) - \epsilon \rVert_2^2",
)
def diffusion_loss(
    records: FeatureSet,
    model: DiffusionModel,
    *,
    at: Annotated[float, Field(ge=0, le=1, description="Step that is asked, as a share of the time axis.")] = 0.1,
    draws: Annotated[int, Field(ge=1, le=100, description="Draws of noise: one query each.")] = 3,
    seed: int = 0,
) -> np.ndarray:  # (N,)
    """A record is the more likely a member the better the model tells the noise that was added to it.

    The noise is the same for all records. It is the floor for attacks that query a model: on models trained no longer than need be it finds
    little.

    References:
        Carlini 2023, arXiv:2301.13188, where t = 100 of 1,000 tells most; Matsumoto 2023, arXiv:2302.03262.
    """
    latents, told, step = model.latents(records), model.conditions(captions(records)), step_of(model, at)
    lost = [per_record((model.noise(noised(model, latents, step, e), step, told) - e) ** 2) for e in draws_of(latents, draws, seed)]
    return -np.asarray(np.mean(lost, axis=0))
