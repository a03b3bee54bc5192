import numpy as np

from bench_core.features import FeatureSet
from bench_core.registry import Marks, Threshold, filter_of


@filter_of(
    title="Drop re-identified",
    threshold=Threshold("False matches accepted", 0, 1, 0.01, "at_least", "of held-out patients"),
    reason="matches patient {patient} at a false-match rate of {value}",
    needs=("patients",),
)
def drop_reidentified(train: FeatureSet, real: FeatureSet, synthetic: FeatureSet) -> Marks:
    """An image goes that matches a training patient better than so large a share of held-out patients does.

    All training images are searched. The value is the false-match rate from which on the image matches: the share of held-out patients,
    itself counted, one of whose images is as near to a training image. P patients can tell no rate below 1 / (P + 1). It is the rate of
    the metric Re-identification, and best in the space of an encoder that was trained to tell patients apart.
    """
    distances, rows = (found[:, 0] for found in synthetic.neighbours(train, 1))  # (M,), (M,)
    units = np.unique(real.units, return_inverse=True)[1]
    held_out = np.full(units.max() + 1, np.inf)  # of each patient the nearest image
    np.minimum.at(held_out, units, real.neighbours(train, 1)[0][:, 0])
    as_near = np.searchsorted(np.sort(held_out), distances, side="right")
    rate = (1 + as_near) / (1 + len(held_out))
    return Marks(np.nextafter(rate, 0), rows)  # at that very rate it matches, and goes
