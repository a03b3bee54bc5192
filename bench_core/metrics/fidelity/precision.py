from typing import Annotated

from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric


@metric(
    title="Precision",
    family="fidelity",
    goal="maximize",
    bounds=(0, 1),
    share_of="synthetic",
    paper="arXiv:1904.06991",
    min_samples=1,
    formula=r"\frac{1}{M} \left|\{\, s : d(s, r) < \rho_k(r; R) \text{ for some } r \in R \,\}\right|",
)
def precision(real: FeatureSet, synthetic: FeatureSet, *, k: Annotated[int, Field(ge=1, le=100)] = 5) -> Score:
    """Share of synthetic images that lie in the ball of some real image, whose radius is the distance to its k-th nearest real image.

    A perfect generator scores below 1, the lower the more dimensions. One lone real image inflates its ball. In the space of plain pixels
    blurred films score better than sharp ones: read it with the spectral distance.

    References:
        Kynkaanniemi 2019, arXiv:1904.06991, there k = 3 and the rim counts. Strict and k = 5 as in prdc 0.2; radii run over other
        patients' images.
    """
    held = synthetic.inside(real, k) > 0  # (M,)
    return Score(float(held.mean()), per_image=held.astype(float))
