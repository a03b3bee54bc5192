from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.attacks.networks import standardised
from bench_core.features import FeatureSet
from bench_core.registry import attack


@attack(
    title="Generated distribution",
    target="released images",
    paper="https://github.com/minxingzhang/miagm",
    needs=("vectors",),
    min_samples=30,
    learns_origin=True,
    formula=r"a(x) = \Pr(\text{generated} \mid x), \quad \text{trees fitted on } S \text{ against } Q",
)
def generated_distribution(
    records: FeatureSet,
    released: FeatureSet,
    reference: FeatureSet,
    *,
    trees: Annotated[int, Field(ge=10, le=2000)] = 200,
    seed: int = 0,
) -> np.ndarray:  # (N,)
    """The share of the trees of a forest, trained on released against real images of other patients, that take a record for released.

    It needs no distance, only that a generator draws its members' neighbourhood more often than reality does. Such a classifier may tell
    generated from real images instead; whether it did stands beside the result.

    References:
        Zhang 2024 (authors' code: minxingzhang/miagm), there a convolutional network on pixels; here extremely randomised trees on the
        encoder's features. Their areas above 0.99 (README) are not to be expected of models that were not trained to excess.
    """
    from sklearn.ensemble import ExtraTreesClassifier

    own, background, asked = standardised(released, reference, records)
    x, y = np.concatenate([own, background]), np.repeat([1, 0], [len(own), len(background)])
    order = np.lexsort(x.T[:8])  # the forest depends on the order of its rows; this one is the same for all orders of the sets
    forest = ExtraTreesClassifier(trees, min_samples_leaf=2, class_weight="balanced", random_state=seed, n_jobs=1)
    shares: np.ndarray = forest.fit(x[order], y[order]).predict_proba(asked)[:, 1]
    return shares
