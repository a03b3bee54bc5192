from typing import Annotated

from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.probe import gain_score
from bench_core.registry import metric


@metric(
    title="Gain by synthetic images", family="utility", goal="maximize", bounds=(-1, 1), paper="arXiv:1706.02633", needs=("labels",),
    heavy=True, slow_repeats=True,
    formula=(
        r"\frac{1}{F} \sum_{f} \left[ \Pr\left( g_f^{T \cup S}(r) > g_f^{T \cup S}(r') \right) - "
        r"\Pr\left( g_f^{T}(r) > g_f^{T}(r') \right) \right], \quad r \text{ with finding } f,\ r' \text{ without}"
    ),
)  # fmt: skip
def augmentation_gain(
    train: FeatureSet,
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    penalty: Annotated[float, Field(gt=0, description="Ridge penalty, in units of a standardised feature's variance.")] = 0.1,
    min_count: Annotated[int, Field(ge=1, description="Positives and negatives that a finding needs.")] = 10,
    findings: Annotated[str, Field(description="Comma-separated; empty: all with enough images.")] = "",
) -> Score:
    """AUROC on held-out real images that a probe gains when it learns from training and synthetic images, over training images alone.

    The probe is the one of trtr_auroc, in closed form, so that no arm takes more steps than another. The null is what as many further real
    images gain. Beside many training images it is near zero even for a perfect generator: low_data_gain asks where they are few, and
    `utility` runs train other classifiers, with controls.

    Raises:
        TooFewImages: no finding has `min_count` positives and negatives in the training and the held-out set.

    References:
        Train on synthetic, test on real: Esteban 2017, arXiv:1706.02633; here beside real images.
    """
    return gain_score([train], real, synthetic, penalty=penalty, min_count=min_count, findings=findings)
