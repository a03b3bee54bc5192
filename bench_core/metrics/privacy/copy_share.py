from typing import Annotated

from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric


@metric(
    title="Copy share",
    family="privacy",
    goal="minimize",
    bounds=(0, 1),
    share_of="synthetic",
    paper="arXiv:2305.18337",
    min_samples=1,
    diagnostic=True,
    formula=r"\frac{1}{M} \left|\{\, s : d(s, t) < \rho_k(t; T) \text{ for some } t \in T \,\}\right|, \quad k = 1",
)
def copy_share(train: FeatureSet, synthetic: FeatureSet, *, k: Annotated[int, Field(ge=1, le=100)] = 1) -> Score:
    """Share of synthetic images that lie nearer to some training image than that one's nearest training image of another patient.

    Well above 0 for a perfect generator: read against the null. Blurred images and low spread raise it too: read with closer_to_train.

    References:
        Xing 2023, arXiv:2305.18337; this is 1 minus their privacy, that is precision against the
        training set at k = 1. Differs in that identical images count once and one patient's studies do not shrink each other's balls,
        so that copies of duplicated training images are seen.
    """
    copied = synthetic.inside(train, k) > 0  # (M,)
    return Score(float(copied.mean()), per_image=copied.astype(float))
