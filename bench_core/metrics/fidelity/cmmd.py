from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric

SCALE = 1000


@metric(
    title="CMMD",
    family="fidelity",
    goal="minimize",
    bounds=(0, None),
    paper="arXiv:2401.09603",
    needs=("vectors",),
    order=2,
    interval="jackknife",
    formula=r"1000 \left(\overline{k(R, R)} + \overline{k(S, S)} - 2\,\overline{k(R, S)}\right),"
    r" \quad k(x, y) = \exp\!\left(-\frac{\lVert x - y \rVert^2}{2 \cdot 10^2}\right)",
)
def cmmd(real: FeatureSet, synthetic: FeatureSet) -> Score:
    """Squared maximum mean discrepancy, times 1000, with the kernel `exp(-|x - y|^2 / (2 * 10^2))` between features of unit length.

    Biased upwards at small n: pairs of an image with itself count, so two sets of one distribution score above 0, about as 1/n; compare
    only with the null or at equal sizes. Published for CLIP ViT-L/14 at 336 pixels; in other features the numbers are not comparable with
    published ones. Length is thrown away: a generator that only scales features is not seen.

    Raises:
        InputError: an image whose features are all zero has no direction.

    References:
        Jayasumana 2024, arXiv:2401.09603: `1000 (mean k(R, R) + mean k(S, S) - 2 mean k(R, S))`. The kernel is evaluated by a series that
        is exact to 1e-15, its products in float32 as in the authors' code; sums run in float64.
    """
    n, m = len(real), len(synthetic)
    within = [(features.kernel_sum(features, "gaussian") + len(features)) / len(features) ** 2 for features in (real, synthetic)]
    return Score(max(0.0, SCALE * (sum(within) - 2 * real.kernel_sum(synthetic, "gaussian") / (n * m))))
