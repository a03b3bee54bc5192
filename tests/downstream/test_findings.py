"""What can be learned, what the generator was not told, and what labels count as in CheXGenBench's protocol."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bench_core.downstream.asked import CHEXGENBENCH, Asked
from bench_core.downstream.findings import labels_of, learnable
from bench_core.errors import InputError
from bench_core.features import FeatureSet

ALTERNATING = np.arange(60) % 2.0


def images(kind: str, **columns: np.ndarray) -> FeatureSet:
    return FeatureSet(np.arange(60.0)[:, None], labels=pd.DataFrame({"Edema": ALTERNATING, **columns}), kind=kind)


def test_what_only_real_images_teach_needs_no_synthetic_label_and_comes_last() -> None:
    sets = {kind: images(kind, sex=ALTERNATING) for kind in ("train", "real")} | {"synthetic": images("synthetic")}
    assert learnable(Asked(["mixed"], untold=("sex",)), sets) == ("Edema", "sex")
    sets["real"] = images("real")
    with pytest.raises(InputError, match=r"'sex' cannot be learned .* only 0 in real \(needed: 10\)"):
        learnable(Asked(["mixed"], untold=("sex",)), sets)


def test_chexgenbench_counts_what_is_missing_or_uncertain_as_negative() -> None:
    told = np.where(np.arange(60) < 20, 1.0, np.where(np.arange(60) < 40, -1.0, np.nan))
    features = images("train", Fracture=told)
    corrected = Asked(["mixed"], uncertain="positive")
    assert np.isnan(labels_of(corrected, features, ["Fracture"])[20:]).all()
    np.testing.assert_array_equal(labels_of(corrected, features, ["Fracture"], learning=True)[20:40, 0], 1.0)
    theirs = labels_of(replace(corrected, protocol=CHEXGENBENCH), features, ["Fracture"], learning=True)
    np.testing.assert_array_equal(theirs[:, 0], np.arange(60) < 20)
