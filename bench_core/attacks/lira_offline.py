from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.attacks.lira_online import Variance, fitted, one_for_all
from bench_core.features import FeatureSet
from bench_core.membership import Classifier, Shadow
from bench_core.membership.likelihood import membership, phi
from bench_core.registry import attack


@attack(
    title="LiRA, offline",
    target="classifier",
    paper="arXiv:2112.03570",
    needs=("labels",),
    formula=r"a(x) = \log \Phi\left(\frac{\phi - \mu_{out}}{\sigma_{out}}\right), \quad "
    r"\phi = \sum_{f \in F(x)} \log \frac{p_f(y_f \mid x)}{1 - p_f(y_f \mid x)}",
)
def lira_offline(
    records: FeatureSet,
    model: Classifier,
    shadows: Sequence[Shadow],
    *,
    variance: Annotated[
        Variance, Field(description="Spread of each record's own, or one for all; auto: one for all with few models.")
    ] = "auto",
) -> np.ndarray:  # (N,)
    """How much surer the model is of a record than shadow models that never saw it: shadow models need not be trained anew for a record.

    phi, medians and spreads are those of `lira_online`.

    References:
        Carlini 2022, arXiv:2112.03570, eq. 4, one-sided: an answer below those without the record speaks against membership. The code that
        comes with the paper takes the two-sided density instead.
    """
    from scipy.stats import norm

    asked, answers = phi(model, records), np.stack([phi(shadow.model, records) for shadow in shadows])
    without = ~membership(shadows, records, both=False)
    middle, spread = fitted(answers, without, one_for_all(without, variance))
    return np.asarray(norm.logcdf((asked - middle) / spread))
