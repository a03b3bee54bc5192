"""Subgroups as labels that no generator was told."""

from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.data import ImageSet
from bench_core.engine.utility.people import with_kinds
from bench_core.features import FeatureSet


def test_kinds_become_label_columns_and_what_is_not_known_stays_unknown() -> None:
    table = pd.DataFrame({"image_id": list("abcd"), "sex": ["F", "male", "", "Female"], "Edema": [1, 0, 1, 0]})
    images = ImageSet("", "mine", "real", Path(), table)
    features = FeatureSet(np.eye(4), labels=table[["Edema"]], subjects=list("abcd"), kind="real")
    found = with_kinds(features, images, ["sex", "age"])
    np.testing.assert_array_equal(found.label("sex"), [1, 0, np.nan, 1])
    assert np.isnan(found.label("age")).all() and found.label("Edema").tolist() == [1, 0, 1, 0]
    assert found.subjects is not None and found.subjects.tolist() == list("abcd")
    assert with_kinds(features, images, []) is features
