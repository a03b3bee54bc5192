from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.attacks.pia import from_estimate
from bench_core.features import FeatureSet
from bench_core.membership import DiffusionModel
from bench_core.registry import attack


@attack(
    title="PIAN",
    target="diffusion model",
    paper="arXiv:2305.18355",
    needs=("images",),
    heavy=True,
    formula=r"e = \sqrt{\tfrac{2}{\pi}} \, D \, \frac{\epsilon_\theta(x_0, 0, c)}{\lVert \epsilon_\theta(x_0, 0, c) \rVert_1}",
)
def pian(
    records: FeatureSet,
    model: DiffusionModel,
    *,
    at: Annotated[float, Field(ge=0, le=1, description="Step that is asked, as a share of the time axis.")] = 0.2,
) -> np.ndarray:  # (N,)
    """PIA with an estimate at step 0 that is brought to the size of Gaussian noise, which a model seldom gets right there.

    References:
        Kong 2024, arXiv:2305.18355. D is the number of values of a latent.
    """
    return from_estimate(records, model, at, normalised=True)
