from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.features import FeatureSet
from bench_core.membership import DiffusionModel
from bench_core.membership.queries import captions, draws_of, need_words, noised, per_record, reduced, step_of
from bench_core.registry import attack


@attack(
    title="CLiD, untuned",
    target="diffusion model",
    paper="arXiv:2405.14800",
    needs=("images",),
    heavy=True,
    formula=r"a(x) = \tfrac{1}{2} \operatorname{mean}_i D_i + \tfrac{1}{2} L, \quad "
    r"D_i = \mathbb{E}\left[\lVert \epsilon_\theta(x_t, t, c_i^*) - \epsilon \rVert^2 "
    r"- \lVert \epsilon_\theta(x_t, t, c) - \epsilon \rVert^2\right], "
    r"\quad L = -\mathbb{E}\lVert \epsilon_\theta(x_t, t, c) - \epsilon \rVert^2",
)
def clid(
    records: FeatureSet,
    model: DiffusionModel,
    *,
    at: Annotated[float, Field(ge=0, le=1, description="Step that is asked, as a share of the time axis.")] = 0.4,
    draws: Annotated[int, Field(ge=1, le=100, description="Draws of noise: five queries each.")] = 3,
    seed: int = 0,
) -> np.ndarray:  # (N,)
    """A member loses more than others when a part of its report is left out: the model learned film and words together.

    The model is asked with the whole report, without each third of its words, and with none; where records have labels but no reports, it
    is told their findings, and one (a third of them, where there are many) is left out. Both terms stay in their own units with equal
    weights, as nothing was there to fit them on: `clid_tuned` fits them on a shadow model.

    References:
        Zhai 2024, arXiv:2405.14800, eq. 9 to 12, k = 4 reduced conditions, 3 draws shared by both terms; thirds of the text, which is one
        of its ways to reduce, as the one it uses needs an image captioner's view of which words count.
    """
    gained, likelihood = gain_and_likelihood(records, model, at, draws, seed)
    return np.asarray((gained.mean(axis=0) + likelihood) / 2)


def gain_and_likelihood(
    records: FeatureSet, model: DiffusionModel, at: float, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:  # (k, N), (N,)
    """D_i of every reduced condition, and L."""
    texts = captions(records)
    need_words(model, texts)
    told, step, latents = model.conditions(texts), step_of(model, at), model.latents(records)
    less = [model.conditions(list(column)) for column in zip(*map(reduced, texts), strict=True)]
    whole, lost = np.zeros(len(records)), np.zeros((len(less), len(records)))
    for e in draws_of(latents, draws, seed):
        noisy = noised(model, latents, step, e)
        whole += per_record((model.noise(noisy, step, told) - e) ** 2) / draws
        for row, said in enumerate(less):
            lost[row] += per_record((model.noise(noisy, step, said) - e) ** 2) / draws
    return lost - whole, -whole
