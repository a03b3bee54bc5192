import numpy as np

from bench_core.features import FeatureSet
from bench_core.registry import Marks, Threshold, filter_of


@filter_of(
    title="Drop near copies",
    threshold=Threshold("Nearest distance", 0, 10, 0.5, "at_least", "of the spacing of training images"),
    reason="{value} of the spacing away from training image {image}",
)
def drop_near_copies(train: FeatureSet, synthetic: FeatureSet) -> Marks:
    """An image goes that lies nearer to a training image than so many times the distance from that one to its nearest other patient.

    0 is an equal image; held-out real images mostly lie between 0.8 and 1.5, in any encoder. The value is the one of the Memorization page.

    Raises:
        TooFewImages: the training images are of one patient.
    """
    distances, rows = (found[:, 0] for found in synthetic.neighbours(train, 1))  # (M,), (M,)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Marks(np.where(distances == 0, 0.0, distances / train.radius(1)[rows]), rows)
