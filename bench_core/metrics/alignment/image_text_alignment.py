import numpy as np

from bench_core.data import Score
from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet
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
    text, values = synthetic.text, synthetic.values
    if text is None:
        raise NotPossible("image_text_alignment needs prompts and an encoder that reads text.")
    if text.shape[1] != values.shape[1]:
        raise InputError(f"synthetic has {values.shape[1]} features an image and {text.shape[1]} a text.")
    cosine = np.einsum("nd,nd->n", _unit(values), _unit(text))  # (M,)
    return Score(float(cosine.mean()), per_image=cosine)


def _unit(rows: np.ndarray) -> np.ndarray:
    """Rows at length 1 in float64; a zero row stays zero and gives a cosine of 0."""
    rows = rows.astype(np.float64)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1)
