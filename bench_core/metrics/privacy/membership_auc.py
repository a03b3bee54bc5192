from typing import Annotated

from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.membership import auc_of, roc_of
from bench_core.metrics.attacked import attacked
from bench_core.registry import metric, target


@metric(
    title="Membership AUC",
    family="privacy",
    goal=target(0.5),
    bounds=(0, 1),
    paper="arXiv:2302.12580",
    heavy=True,
    slow_repeats=True,
    formula=r"\Pr\left(a(t) > a(r)\right) + \frac{1}{2} \Pr\left(a(t) = a(r)\right), \quad a: \text{ the scores of an attack}",
)
def membership_auc(
    train: FeatureSet,
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    attack: Annotated[str, Field(description="Id of an attack on released images.")] = "gan_leaks_by_data",
) -> Score:
    """How well an attack that sees the synthetic images tells training images from held-out ones: 0.5 is by chance.

    An average near 0.5 is no evidence of safety: an attack that knows a few patients for certain, and nothing of the others, scores 0.51.
    Read it with the rate at few false alarms, and with the counts of copies. Below 0.5 the two sets differ in more than membership.
    The table has the ROC curve.

    Raises:
        UnknownName: there is no such attack.
        InputError: it needs more than images, or a patient is in both sets.
        TooFewImages: fewer than two patients on one side.

    References:
        GAN-Leaks (Chen 2020, arXiv:1909.03935) calibrated by real images of other patients, as in van Breugel 2023, arXiv:2302.12580.
        One half of the held-out patients is what the attacker knows, the other half the non-members; images count one by one.
    """
    scores = attacked(train, real, synthetic, attack)
    return Score(auc_of(scores).auc, tables={"roc": roc_of(scores)})
