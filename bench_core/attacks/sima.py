from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.features import FeatureSet
from bench_core.membership import DiffusionModel
from bench_core.membership.queries import captions, per_record, step_of
from bench_core.registry import attack


@attack(
    title="SimA",
    target="diffusion model",
    paper="arXiv:2509.25003",
    needs=("images",),
    heavy=True,
    formula=r"a(x) = -\lVert \epsilon_\theta(x_0, t, c) \rVert_4^4",
)
def sima(
    records: FeatureSet,
    model: DiffusionModel,
    *,
    at: Annotated[float, Field(ge=0, le=1, description="Step that is asked, as a share of the time axis.")] = 0.1,
) -> np.ndarray:  # (N,)
    """A record is the more likely a member the less noise the model sees in it when none was added; one query.

    References:
        Rao 2025, arXiv:2509.25003, as in the authors' code: the fourth powers of the noise that is seen in x_0 itself, told that it is
        x_t. There on models without conditions; here the model is told the record's report, as it was in training.
    """
    seen = model.noise(model.latents(records), step_of(model, at), model.conditions(captions(records)))
    return -per_record(seen.astype(np.float64) ** 4)
