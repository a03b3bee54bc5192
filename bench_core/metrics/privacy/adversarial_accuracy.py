import numpy as np
import pandas as pd

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric, target


@metric(
    title="Adversarial accuracy",
    family="privacy",
    goal=target(0.5),
    bounds=(0, 1),
    share_of="synthetic",
    coupled=True,
    heavy=True,
    slow_repeats=True,
    paper="doi:10.1016/j.neucom.2019.12.136",
    diagnostic=True,
    formula=r"\frac{1}{2} \left( \frac{1}{|T|} \left|\{\, t : \min_{s} d(t, s) > \rho_1(t; T) \,\}\right|"
    r" + \frac{1}{M} \left|\{\, s : \min_{t} d(s, t) > \rho_1(s; S) \,\}\right| \right)",
)
def adversarial_accuracy(train: FeatureSet, real: FeatureSet, synthetic: FeatureSet) -> Score:
    """How well the nearest neighbour tells training from synthetic images: 0.5 where they cannot be told apart, 0 for copies, 1 far apart.

    Copies and blur pull in opposite directions, so that together they may look well. The table has the same against held-out images, and
    their difference, the privacy loss: above 0, synthetic images are nearer to training images than to held-out ones.

    Raises:
        TooFewImages: the images of a set are all of one patient, or all the same.

    References:
        Yale 2020, doi:10.1016/j.neucom.2019.12.136 (nearest neighbour adversarial accuracy). There both sets have one size (SynthEval
        cuts a synthetic set of more than twice the size); here all images are used, and what one half gains by unequal sizes the other
        loses. Neighbours within a set are other patients', identical images once; features are not scaled to 0 to 1. SynthEval's
        privacy loss is this difference through `exp(-10 max(0, loss))`.
    """
    against = {"train": _accuracy(train, synthetic), "held_out": _accuracy(real, synthetic)}
    table = pd.DataFrame([{**against, "privacy_loss": against["held_out"] - against["train"]}])
    return Score(against["train"], tables={"privacy loss": table})


def _accuracy(real: FeatureSet, synthetic: FeatureSet) -> float:
    halves = [one.neighbours(other, 1)[0][:, 0] > one.radius(1) for one, other in ((real, synthetic), (synthetic, real))]
    return float(np.mean([half.mean() for half in halves]))
