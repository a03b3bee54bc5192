"""What labels count as."""

import numpy as np
import pandas as pd
import pytest

from bench_core.features import FeatureSet
from bench_core.features.targets import fewest, targets

LABELS = pd.DataFrame({"Edema": [1, 0, -1, np.nan]})


@pytest.mark.parametrize(("way", "third"), [("ignored", np.nan), ("negative", 0), ("positive", 1), ("soft", 0.5)])
def test_uncertain_labels(way, third) -> None:
    found = targets(FeatureSet(np.eye(4), labels=LABELS), ("Edema", "Fracture"), way)
    np.testing.assert_array_equal(found[:, 0], [1, 0, third, np.nan])
    assert np.isnan(found[:, 1]).all()


def test_the_fewest_count_sure_labels_only() -> None:
    assert fewest(np.array([[1, 0.5], [0, 1], [0, 0.5], [np.nan, 0]])).tolist() == [1, 1]
