from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric


@metric(
    title="Authenticity",
    family="privacy",
    goal="maximize",
    bounds=(0, 1),
    share_of="synthetic",
    paper="arXiv:2102.08921",
    min_samples=1,
    diagnostic=True,
    formula=r"\frac{1}{M} \left|\{\, s : d(s, t^*) > \rho_1(t^*; T) \,\}\right|, \quad t^* = \arg\min_{t \in T} d(s, t)",
)
def authenticity(train: FeatureSet, synthetic: FeatureSet) -> Score:
    """Share of synthetic images that are farther from their nearest training image than that one is from its own nearest one.

    Not 0.5 for a perfect generator: it rises with the dimension (0.59 at D = 8, 0.86 at 128). Garbage scores 1: read with precision.

    References:
        Alaa 2022, arXiv:2102.08921 (AuthPct is this times 100). Per synthetic image as defined there; the authors' code indexes distances
        between real images with synthetic rows. The training image's own nearest one is another patient's, identical images once.
    """
    distances, rows = synthetic.neighbours(train, 1)  # (M, 1)
    authentic = distances[:, 0] > train.radius(1)[rows[:, 0]]
    return Score(float(authentic.mean()), per_image=authentic.astype(float))
