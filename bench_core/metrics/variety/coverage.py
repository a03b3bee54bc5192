from typing import Annotated

from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric


@metric(
    title="Coverage",
    family="variety",
    goal="maximize",
    bounds=(0, 1),
    share_of="real",
    paper="arXiv:2002.09797",
    formula=r"\frac{1}{N} \left|\{\, r : \min_{s \in S} d(r, s) < \rho_k(r; R) \,\}\right|",
)
def coverage(real: FeatureSet, synthetic: FeatureSet, *, k: Annotated[int, Field(ge=1, le=100)] = 5) -> Score:
    """Share of real images with a synthetic image nearer than their k-th nearest real image.

    With one image per patient, a perfect generator scores `1 - prod_{i=1..k} (N - i) / (N + M - i)` on average: 0.97 for N = M = 1000, but
    0.40 for N = 2000, M = 200. With several films per patient it scores more, since radii run over other patients.
    Its range of a perfect generator is up to twice as wide as need be: the spread is measured on players of half the size, which cover
    less and vary more.

    References:
        Naeem 2020, arXiv:2002.09797; equal to prdc 0.2 where no patient has several images.
    """
    nearest = real.neighbours(synthetic, 1)[0][:, 0]  # (N,)
    return Score(float((nearest < real.radius(k)).mean()))
