import numpy as np

from bench_core.features import FeatureSet
from bench_core.registry import Marks, Threshold, filter_of


@filter_of(
    title="Cap per patient",
    threshold=Threshold("Images a training patient", 1, 10_000, 5, "at_most", "images", whole=True),
    reason="number {value} of those nearest to patient {patient}",
    needs=("patients",),
)
def cap_per_patient(train: FeatureSet, synthetic: FeatureSet) -> Marks:
    """Of the images whose nearest training image is of one patient only so many stay: those farthest from that patient.

    The value is an image's place among them, 1 the farthest. It keeps one patient from being drawn over and over.
    """
    assert train.subjects is not None
    distances, rows = (found[:, 0] for found in synthetic.neighbours(train, 1))  # (M,), (M,)
    patient = np.unique(train.subjects[rows], return_inverse=True)[1]
    return Marks(places(patient, -distances), rows)


def places(group: np.ndarray, order: np.ndarray) -> np.ndarray:  # (M,), (M,) -> (M,) float
    """The place of each row within its group, 1 the lowest `order`; equal ones in the order of rows."""
    by_group = np.lexsort((order, group))
    starts = np.flatnonzero(np.r_[True, np.diff(group[by_group]) != 0])
    out = np.empty(len(group))
    out[by_group] = 1 + np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    return out
