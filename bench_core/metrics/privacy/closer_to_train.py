from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric


@metric(
    title="Closer to train",
    family="privacy",
    goal="minimize",
    bounds=(0, 1),
    share_of="synthetic",
    paper="arXiv:2505.01524",
    min_samples=1,
    diagnostic=True,
    formula=r"\frac{1}{M} \left|\{\, s : \min_{t \in T} d(s, t) < \min_{r \in R} d(s, r) \,\}\right|",
)
def closer_to_train(train: FeatureSet, real: FeatureSet, synthetic: FeatureSet) -> Score:
    """Share of synthetic images whose nearest training image is nearer than their nearest held-out image.

    0.5 for a perfect generator when the two sets are equally large; a larger training set raises it with no leak (five times as large:
    about 5/6), so read it against the null.

    References:
        The share behind the distance-to-closest-record test of SDMetrics, whose score is `min(1, 2 (1 - share))`. Equally near counts as
        not closer. Passing it does not make a set private: arXiv:2505.01524.
    """
    closer = synthetic.neighbours(train, 1)[0][:, 0] < synthetic.neighbours(real, 1)[0][:, 0]  # (M,)
    return Score(float(closer.mean()), per_image=closer.astype(float))
