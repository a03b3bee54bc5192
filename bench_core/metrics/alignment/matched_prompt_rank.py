from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.cosines import text_of, unit
from bench_core.registry import metric

BLOCK = 1_000
"""Images that are compared with all prompts at once."""


@metric(
    title="Matched prompt rank",
    family="alignment",
    goal="maximize",
    bounds=(0, 1),
    paper="arXiv:2103.00020",
    min_samples=1,
    needs=("text",),
    coupled=True,
    share_of="synthetic",
    formula=r"\frac{1}{M} \sum_s \frac{1}{|T_s|} \sum_{t \in T_s} \left(\mathbf{1}[\cos(s, t) < \cos(s, t_s)] +"
    r" \tfrac12\,\mathbf{1}[\cos(s, t) = \cos(s, t_s)]\right)",
)
def matched_prompt_rank(
    synthetic: FeatureSet,
    *,
    others: Annotated[int, Field(ge=1, le=100_000, description="Other prompts that an image's own is compared with, at most.")] = 1000,
    seed: int = 0,
) -> Score:
    """Share of images whose own prompt is nearer to them than a prompt of another image: 1 is perfect, 0.5 is what shuffled prompts give.

    For each image: the share of the other prompts of the set with a lower cosine to the image than its own prompt, a tie as half; the
    value is the mean. Instead of one shuffle it is thus the mean over all of them. Prompts with the same text count once and are never
    each other's rivals. Does not depend on the scale of the cosines, as image_text_alignment does; depends on how alike the prompts are.

    Raises:
        NotPossible: the set carries no text features.
        TooFewImages: all images have the same prompt.

    References:
        Ours; the idea is retrieval as in CLIP, Radford 2021, arXiv:2103.00020, with the mean rank among all prompts instead of recall at k,
        so that the value does not depend on the number of prompts. With more than `others` rivals a random part of the texts
        serves for all images.
    """
    text = text_of(synthetic, "matched_prompt_rank")  # (M, D)
    distinct, own = np.unique(text + np.float32(0), axis=0, return_inverse=True)  # (P, D) sorted, (M,); + 0 makes -0.0 and 0.0 alike
    if len(distinct) < 2:
        raise TooFewImages(
            f"{synthetic.kind or 'set'} has n = {len(synthetic)} images of one prompt; matched_prompt_rank needs two prompts.",
            "Give images of several prompts.",
        )
    rivals = np.arange(len(distinct))
    if len(distinct) > others + 1:
        rivals = np.random.default_rng(seed).permutation(len(distinct))[: others + 1]
    outranked = _outranked(unit(synthetic.values), unit(distinct), own.ravel(), rivals)
    return Score(float(outranked.mean()), per_image=outranked)


def _outranked(images: np.ndarray, prompts: np.ndarray, own: np.ndarray, rivals: np.ndarray) -> np.ndarray:
    """Images (M, D), prompts (P, D), the row of each image's own prompt (M,), rows of rivals (R,) -> share of rivals outranked (M,)."""
    out = np.empty(len(images))
    for start in range(0, len(images), BLOCK):
        part = slice(start, start + BLOCK)
        matched = np.einsum("md,md->m", images[part], prompts[own[part]])[:, None]
        cosine = images[part] @ prompts[rivals].T  # (S, R)
        gap = np.where(np.abs(matched - cosine) < 1e-12, 0, matched - cosine)  # two ways of summing differ in the last digits
        rival = own[part, None] != rivals
        out[part] = (((gap > 0) + 0.5 * (gap == 0)) * rival).sum(axis=1) / rival.sum(axis=1)
    return out
