"""PadChest from a miniature."""

from pathlib import Path

import numpy as np
import pytest

from bench_core.errors import InputError
from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.loaded import by_id, load


def test_padchest(workspace: Workspace, tmp_path: Path):
    root = miniatures.padchest(tmp_path / "pad")
    images = by_id(load("padchest", root))
    assert list(images.index) == ["100_a", "100_b", "200_a", "300_a"]
    assert list(images["view"]) == ["PA", "LATERAL", "AP", "PA"]
    assert images.loc["100_a", ["Cardiomegaly", "Pleural Effusion", "No Finding"]].tolist() == [1, 1, 0]
    assert images.loc["200_a", ["Support Devices", "emphysema"]].tolist() == [1, 1]
    assert np.isnan(images.loc["300_a", "No Finding"])
    assert images["prompt"].isna().all()
    with pytest.raises(InputError, match="no split 'test'"):
        load("padchest", root, split="test")
