import numpy as np

from bench_core.features import FeatureSet
from bench_core.membership import Classifier
from bench_core.membership.likelihood import loss
from bench_core.registry import attack


@attack(
    title="Loss threshold",
    target="classifier",
    paper="arXiv:1709.01604",
    needs=("labels",),
    formula=r"a(x) = \sum_{f \in F(x)} \log p_f(y_f \mid x)",
)
def classifier_loss(records: FeatureSet, model: Classifier) -> np.ndarray:  # (N,)
    """A record is the more likely a member the smaller the classifier's loss on it, summed over the findings whose label is known.

    The floor for attacks on classifiers: it takes records that are easy for members.

    References:
        Yeom 2018, arXiv:1709.01604; the sum over findings is ours.
    """
    return -loss(model, records)
