from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.attacks.networks import standardised, told_apart
from bench_core.features import FeatureSet
from bench_core.registry import attack


@attack(
    title="LOGAN, with auxiliary data",
    target="released images",
    paper="arXiv:1705.07663",
    needs=("vectors",),
    min_samples=30,
    learns_origin=True,
    formula=r"a(x) = f_S(x), \quad f \text{ fitted to tell } S \text{ from } Q",
)
def logan_d1(
    records: FeatureSet,
    released: FeatureSet,
    reference: FeatureSet,
    *,
    epochs: Annotated[int, Field(ge=1, le=3000)] = 300,
    seed: int = 0,
) -> np.ndarray:  # (N,)
    """The logit of a network that was trained to tell released images from real ones of other patients.

    Such a network may tell generated from real images instead of members from others; whether it did stands beside the result.

    References:
        Hayes 2019, arXiv:1705.07663 (black box with auxiliary attacker knowledge), in the form of the DOMIAS package: two hidden layers of
        256 ReLU, Adam at 1e-3, batches of 256. Of the larger set so many are left out that both are equally large; features are
        standardised first.
    """
    own, background, asked = standardised(released, reference, records)
    return told_apart(own, background, asked, epochs=epochs, seed=seed)
