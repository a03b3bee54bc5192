from typing import Annotated

from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric


@metric(
    title="Recall",
    family="variety",
    goal="maximize",
    bounds=(0, 1),
    share_of="real",
    paper="arXiv:1904.06991",
    formula=r"\frac{1}{N} \left|\{\, r : d(r, s) < \rho_k(s; S) \text{ for some } s \in S \,\}\right|",
)
def recall(real: FeatureSet, synthetic: FeatureSet, *, k: Annotated[int, Field(ge=1, le=100)] = 5) -> Score:
    """Share of real images that lie in the ball of some synthetic image, whose radius is the distance to its k-th nearest synthetic image.

    Scattered bad images inflate it: read with precision.

    References:
        Kynkaanniemi 2019, arXiv:1904.06991, there k = 3 and the rim counts. Strict and k = 5 as in prdc 0.2.
    """
    return Score(float((real.inside(synthetic, k) > 0).mean()))
