from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.attacks.near_counts import Estimator, near_share, smallest_distances
from bench_core.features import FeatureSet
from bench_core.registry import attack


@attack(
    title="Monte Carlo, percentile rule",
    target="released images",
    paper="doi:10.2478/popets-2019-0067",
    of_sets=True,
    formula=r"a(x) = \frac{1}{M} \left|\{\, s : d(x, s) < \varepsilon \,\}\right|, \quad \varepsilon = "
    r"\operatorname{percentile}_{p}\, \{ d(x, s) : x, s \}",
)
def monte_carlo_percentile(
    records: FeatureSet,
    released: FeatureSet,
    *,
    percentile: Annotated[float, Field(gt=0, le=50, description="Of all distances between records and released images.")] = 0.1,
    estimator: Estimator = "log",
) -> np.ndarray:  # (N,)
    """Share of the released images that lie near to a record; near are the smallest 0.1 percent of all distances.

    Most records have no near image and share the lowest score, so that the area says little and the rate at few false alarms much.

    References:
        Hilprecht 2019, doi:10.2478/popets-2019-0067: percentiles 1, 0.1 and 0.01 there, over members and others pooled as here. With the
        estimator `log` near images count -log(d / eps).
    """
    radius = smallest_distances(records, released, percentile / 100)
    return near_share(records, released, radius, estimator)
