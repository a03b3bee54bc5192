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

    All training images are searched. The value is the false-match rate at which the image matches: the share of held-out images, itself
    counted, whose nearest training image is no farther. With N held-out images no rate below 1 / (N + 1) can be told.
    Best in the space of an encoder that was trained to tell patients apart.
    """
    distances, rows = (found[:, 0] for found in synthetic.neighbours(train, 1))  # (M,), (M,)
    held_out = np.sort(real.neighbours(train, 1)[0][:, 0])  # (N,)
    as_near = np.searchsorted(held_out, distances, side="right")
    return Marks((1 + as_near) / (1 + len(held_out)), rows)
