import numpy as np

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.cosines import text_of, unit
from bench_core.registry import metric


@metric(
    title="Image-text alignment",
    family="alignment",
    goal="maximize",
    bounds=(-1, 1),
    paper="arXiv:2104.08718",
    min_samples=1,
    needs=("text",),
    formula=(
        r"\frac{1}{M} \sum_{j} \frac{s_j \cdot p_j}{\lVert s_j \rVert \, \lVert p_j \rVert}, \quad p_j \text{ the "
        r"prompt of } s_j"
    ),
)
def image_text_alignment(synthetic: FeatureSet) -> Score:
    """Mean cosine between an image and the prompt it was made from, in the common space of an encoder that reads both.

    Depends on the encoder and on the prompts; the null is the same number for held-out images and their own reports.

    Raises:
        NotPossible: the set carries no text features.

    References:
        Hessel 2021, arXiv:2104.08718 (CLIPScore is 2.5 times this, cut at 0).
    """
    cosine = np.einsum("nd,nd->n", unit(synthetic.values), unit(text_of(synthetic, "image_text_alignment")))  # (M,)
    return Score(float(cosine.mean()), per_image=cosine)
