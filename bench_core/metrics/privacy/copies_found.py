from typing import Annotated

import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.held_out import count_below, nearest_ratios
from bench_core.registry import metric


@metric(
    title="Copies found",
    family="privacy",
    goal="minimize",
    bounds=(0, 1),
    share_of="synthetic",
    paper="arXiv:1212.4966",
    min_samples=1,
    formula=r"\frac{1}{M} \left|\{\, s : q(s) < q_{(k)} \,\}\right|, \quad q(x) = \frac{d(x, t^*)}{\rho_1(t^*; T)},"
    r"\ t^* = \arg\min_{t} d(x, t), \quad k = \max(1, \lfloor \alpha (P + 1) \rfloor)",
)
def copies_found(
    train: FeatureSet,
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    share: Annotated[float, Field(ge=0.0001, le=0.5, description="Held-out patients that may lie below the cut by chance.")] = 0.001,
) -> Score:
    """Share of synthetic images nearer to a training image, for its surroundings, than all but 1 in 1,000 held-out patients.

    Counts single copies that a mean does not notice: of 600 images 1 % are 6, where chance gives 0.6. With P held-out patients no
    smaller share than 1 / (P + 1) can be asked for; with fewer than 999 that one is taken, and said. The table has the number found,
    what chance gives, and the exact chance of so many. None found is no proof of privacy: a copy that was shifted or mirrored may lie far
    away in this space.

    Raises:
        TooFewImages: the training images are all of one patient, or all the same.

    References:
        The ratio is that of the Memorization page: near 0 for a copy, about 1 where training images are as far from each other. The cut
        and the test, by exchangeability with held-out patients, are ours; arXiv:1212.4966 (Vovk & Wang) for the p-value where patients
        or prompts have several images. Equally near is not nearer.
    """
    ratios, held_out = nearest_ratios(synthetic, train), nearest_ratios(real, train)
    count = count_below(ratios, synthetic, held_out, real, share)
    found = (ratios < count.cut).astype(float)
    table = pd.DataFrame([{**vars(count), "expected": count.expected}])
    return Score(float(found.mean()), per_image=found, tables={"count": table}, note=count.caution)
