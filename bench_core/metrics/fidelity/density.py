from typing import Annotated

from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric


@metric(
    title="Density",
    family="fidelity",
    goal="maximize",
    bounds=(0, None),
    paper="arXiv:2002.09797",
    min_samples=1,
    formula=r"\frac{1}{kM} \sum_{s \in S} \left|\{\, r \in R : d(s, r) < \rho_k(r; R) \,\}\right|",
)
def density(real: FeatureSet, synthetic: FeatureSet, *, k: Annotated[int, Field(ge=1, le=100)] = 5) -> Score:
    """Number of real images' balls (radius to the k-th nearest real image) that hold a synthetic image, divided by k, on average.

    About 1 for a perfect generator. A set that collapsed near a dense spot goes far above 1: read with coverage. In the space of plain
    pixels blurred films do so too: read it with the spectral distance.

    References:
        Naeem 2020, arXiv:2002.09797; equal to prdc 0.2 where no patient has several images.
    """
    balls = synthetic.inside(real, k) / k  # (M,)
    return Score(float(balls.mean()), per_image=balls)
