import numpy as np

from bench_core.data import Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.registry import metric

LISTED = 8
"""Nearest training images that are looked at first; where all are of one patient, four times as many."""


@metric(
    title="Nearest neighbour ratio",
    family="privacy",
    goal="maximize",
    bounds=(0, 1),
    share_of="synthetic",
    paper="arXiv:2404.15821",
    min_samples=1,
    diagnostic=True,
    formula=r"\frac{1}{M} \sum_s \frac{d(s, t_1)}{d(s, t_2)}, \quad t_1 \text{ nearest},\ t_2 \text{ nearest of another patient than } t_1",
)
def nearest_neighbour_ratio(train: FeatureSet, synthetic: FeatureSet) -> Score:
    """Mean distance of a synthetic image to its nearest training patient over that to its second nearest: near 0 it shows that one patient.

    Nearly 1 for a perfect generator in many dimensions (0.67 at D = 2, 0.96 at 32, 0.99 at 512), so that only what lies below the null
    says something.

    Raises:
        TooFewImages: the training images are all of one patient, or all the same.

    References:
        NNDR in SynthEval, arXiv:2404.15821, whose code goes the other way, from each real row to its two nearest synthetic ones. Differs
        further in that the second neighbour is of another patient and no repeat of the first, since two films of one patient, or a
        duplicate, would hide a copy.
    """
    codes = train.rows_of().codes[train.rows]  # (N, 2) patient and content
    ratios, left, k = np.empty(len(synthetic)), np.arange(len(synthetic)), min(LISTED, len(train))
    while len(left):
        distances, rows = synthetic.neighbours(train, k)  # (M, k)
        of = codes[rows[left]]  # (m, k, 2)
        other = (of != of[:, :1]).all(axis=2)
        found, place = other.any(axis=1), other.argmax(axis=1)
        first, second = distances[left, 0], distances[left, place]
        ratios[left[found]] = (first / np.where(found, second, 1))[found]
        left = left[~found]
        if len(left) and k == len(train):
            raise TooFewImages(f"train has n = {len(train)} images of one patient, or all the same; a ratio needs a second patient.")
        k = min(4 * k, len(train))
    return Score(float(ratios.mean()), per_image=ratios)
