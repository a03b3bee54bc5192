import numpy as np

from bench_core.attacks.near_counts import Estimator, near_share
from bench_core.features import FeatureSet
from bench_core.registry import attack


@attack(
    title="Monte Carlo, median rule",
    target="released images",
    paper="doi:10.2478/popets-2019-0067",
    of_sets=True,
    formula=r"a(x) = \frac{1}{M} \left|\{\, s : d(x, s) < \varepsilon \,\}\right|, \quad \varepsilon = "
    r"\operatorname{median}_{x} \min_{s \in S} d(x, s)",
)
def monte_carlo(records: FeatureSet, released: FeatureSet, *, estimator: Estimator = "share") -> np.ndarray:  # (N,)
    """Share of the released images that lie near to a record; near is the median over all records of the nearest distance.

    Half of the records have no near image at all and share the lowest score. Records that were released unchanged have no say in what is
    near, or it would be 0 where most were.

    References:
        Hilprecht 2019, doi:10.2478/popets-2019-0067, there in a space of principal components, here in the encoder's. `log` and `inverse`
        weigh the near images by -log(d / eps) and eps / d as the authors' code does. The attack on whole sets sums the scores of each.
    """
    nearest = records.neighbours(released, 1)[0][:, 0]
    apart = nearest[nearest > 1e-6 * nearest.max()]
    radius = float(np.median(apart if len(apart) else nearest))
    return near_share(records, released, radius, estimator)
