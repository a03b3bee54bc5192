from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.frechet import frechet
from bench_core.registry import metric


@metric(
    title="Fréchet distance",
    family="fidelity",
    goal="minimize",
    bounds=(0, None),
    paper="arXiv:1706.08500",
    needs=("vectors",),
    order=2,
    min_samples=10,
    log_axis=True,
    formula=r"\lVert \mu_R - \mu_S \rVert^2 + \operatorname{Tr}\left(C_R + C_S - 2\,(C_R C_S)^{1/2}\right)",
)
def frechet_distance(real: FeatureSet, synthetic: FeatureSet) -> Score:
    """Distance between two Gaussians with the means and covariances of the two sets: `|m - n|^2 + Tr(C + D - 2 (C D)^(1/2))`.

    Biased upwards, the more the smaller the sets (about D^2 / 2N): compare only with the null or at equal sizes. Blind to copies. In
    Inception-v3 features this is FID.

    References:
        Heusel 2017, arXiv:1706.08500; bias: Chong & Forsyth 2020, arXiv:1911.07023. Covariances divide by N - 1 as in pytorch-fid; the
        trace of the root comes from eigenvalues of a symmetric matrix, not from `sqrtm`, so singular covariances need no added constant.
    """
    return Score(frechet(real, synthetic))
