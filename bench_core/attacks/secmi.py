from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.features import FeatureSet
from bench_core.membership import DiffusionModel
from bench_core.membership.queries import captions, moved, per_record, step_of
from bench_core.registry import attack


@attack(
    title="SecMI",
    target="diffusion model",
    paper="arXiv:2302.01316",
    needs=("images",),
    heavy=True,
    formula=r"a(x) = -\lVert \psi(\phi(\tilde x_t, t), t + k) - \tilde x_t \rVert_2^2, \quad \tilde x_t = \Phi(x_0, t)",
)
def secmi(
    records: FeatureSet,
    model: DiffusionModel,
    *,
    at: Annotated[float, Field(ge=0.01, le=0.98, description="Step that is asked, as a share of the time axis.")] = 0.1,
    hops: Annotated[int, Field(ge=1, le=100, description="Steps of the way there: one query each.")] = 10,
) -> np.ndarray:  # (N,)
    """A member is carried to step t without noise, one hop on and one back, and comes back nearer to where it was.

    References:
        Duan 2023, arXiv:2302.01316 (SecMI_stat, t = 100 of 1,000 in hops of 10); Phi and phi go forward, psi back, all deterministic.
    """
    told, end = model.conditions(captions(records)), step_of(model, at)
    stations = np.unique(np.linspace(0, end, hops + 1).round().astype(int))
    here = model.latents(records)
    for step, to in zip(stations[:-1], stations[1:], strict=True):
        here = moved(model, here, model.noise(here, int(step), told), int(step), int(to))
    last = int(stations[-1])
    beyond = min(len(model.alphas) - 1, last + max(1, round(end / hops)))
    further = moved(model, here, model.noise(here, last, told), last, beyond)
    back = moved(model, further, model.noise(further, beyond, told), beyond, last)
    return -per_record((back - here).astype(np.float64) ** 2)
