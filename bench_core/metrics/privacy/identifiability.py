from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric


@metric(
    title="Identifiability",
    family="privacy",
    goal="minimize",
    bounds=(0, 1),
    paper="doi:10.1109/JBHI.2020.2980262",
    min_samples=1,
    diagnostic=True,
    heavy=True,
    slow_repeats=True,
    formula=r"\frac{1}{|T|} \left|\{\, t : \min_{s \in S} d(t, s) < \rho_1(t; T) \,\}\right|",
)
def identifiability(train: FeatureSet, synthetic: FeatureSet) -> Score:
    """Share of training images that have a synthetic image nearer than their nearest training image of another patient.

    Well above 0 for a perfect generator, about `M / (M + |T|)`: an image of the same kind of patient is often the nearest one. It grows
    with the number of synthetic images.

    References:
        Yoon 2020, doi:10.1109/JBHI.2020.2980262 (epsilon-identifiability). There each feature is weighted by the inverse of its entropy,
        which is meant for columns of a table; features of an encoder are taken as they are (as in synthcity, whose code sets its weights to
        1). The nearest training image is another patient's, identical images once.
    """
    return Score(float((train.neighbours(synthetic, 1)[0][:, 0] < train.radius(1)).mean()))
