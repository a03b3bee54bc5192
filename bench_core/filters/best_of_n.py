import numpy as np

from bench_core.errors import InputError
from bench_core.features import FeatureSet
from bench_core.filters.cap_per_patient import places
from bench_core.registry import Marks, Threshold, filter_of


@filter_of(
    title="Best of n",
    threshold=Threshold("Images a prompt", 1, 10_000, 1, "at_most", "images", whole=True),
    reason="number {value} of its prompt by alignment",
    needs=("text",),
)
def best_of_n(synthetic: FeatureSet) -> Marks:
    """Of the images of one prompt only so many stay: those nearest to it in the space of an encoder that reads text.

    The value is an image's place among the images of its prompt, 1 the best aligned. What agrees with its prompt is often what was
    learned by heart: look at the privacy of what remains.

    Raises:
        InputError: texts are of another width than images.
    """
    assert synthetic.text is not None and synthetic.prompts is not None
    values, text = (rows.astype(np.float64) for rows in (synthetic.values, synthetic.text))
    if values.shape[1] != text.shape[1]:
        raise InputError(f"Images have {values.shape[1]} features and texts {text.shape[1]}.", "Choose an encoder with one space for both.")
    lengths = np.linalg.norm(values, axis=1) * np.linalg.norm(text, axis=1)
    cosine = np.einsum("nd,nd->n", values, text) / np.where(lengths > 0, lengths, 1)
    return Marks(places(np.unique(synthetic.prompts, return_inverse=True)[1], -cosine))
