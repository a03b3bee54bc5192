from typing import Annotated

from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.probe import probe_score
from bench_core.registry import metric


@metric(
    title="AUROC, train on synthetic", family="utility", goal="maximize", bounds=(0, 1), paper="arXiv:1706.02633", needs=("labels",),
    null_from="train",
    formula=(
        r"\frac{1}{F} \sum_{f} \Pr\left( g_f(r) > g_f(r') \right), \quad r \text{ with finding } f,\ r' \text{ "
        r"without},\ g_f \text{ fitted on } S"
    ),
)  # fmt: skip
def tstr_auroc(
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    penalty: Annotated[float, Field(gt=0, description="Ridge penalty, in units of a standardised feature's variance.")] = 0.1,
    min_count: Annotated[int, Field(ge=1, description="Positives and negatives that a finding needs.")] = 10,
    findings: Annotated[str, Field(description="Comma-separated; empty: all with enough images.")] = "",
) -> Score:
    """AUROC on held-out real images of a probe fitted on synthetic images with their prompts' labels, mean over findings.

    The probe is linear: ridge regression on standardised features, in closed form for all findings at once. The null is the same probe
    fitted on as many training images with the same label mix.

    Raises:
        TooFewImages: no finding has `min_count` positives and negatives in both sets.

    References:
        Train on synthetic, test on real: Esteban 2017, arXiv:1706.02633, there with task models trained from scratch.
    """
    return probe_score(synthetic, real, penalty=penalty, min_count=min_count, findings=findings)
