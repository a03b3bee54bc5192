from typing import Annotated

from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.probe import probe_score
from bench_core.registry import metric


@metric(
    title="Finding agreement",
    family="alignment",
    goal="maximize",
    bounds=(0, 1),
    paper="arXiv:1901.07031",
    needs=("labels",),
    formula=(
        r"\frac{1}{F} \sum_{f} \Pr\left( g_f(s) > g_f(s') \right), \quad s \text{ asked to have finding } f,\ s' "
        r"\text{ not},\ g_f \text{ fitted on } T"
    ),
)
def finding_agreement(
    train: FeatureSet,
    synthetic: FeatureSet,
    *,
    penalty: Annotated[float, Field(gt=0, description="Ridge penalty, in units of a standardised feature's variance.")] = 0.1,
    min_count: Annotated[int, Field(ge=1, description="Positives and negatives that a finding needs.")] = 10,
    findings: Annotated[str, Field(description="Comma-separated; empty: all with enough images.")] = "",
) -> Score:
    """AUROC with which a probe fitted on training images finds in synthetic images what their prompts asked for, mean over findings.

    The probe is linear: ridge regression on standardised features, in closed form for all findings at once. Uncertain and unknown
    labels are left out. Values by finding are in the table `findings`.

    Raises:
        TooFewImages: no finding has `min_count` positives and negatives in both sets.
    """
    return probe_score(train, synthetic, penalty=penalty, min_count=min_count, findings=findings)
