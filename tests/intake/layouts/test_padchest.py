"""PadChest from a miniature."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.errors import InputError
from bench_core.intake.layouts.padchest import TABLE
from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.loaded import by_id, load, problems


def test_padchest(workspace: Workspace, tmp_path: Path):
    root = miniatures.padchest(tmp_path / "pad")
    images = by_id(load("padchest", root))
    assert list(images.index) == ["100_a", "100_b", "200_a", "300_a"]
    assert list(images["view"]) == ["PA", "LATERAL", "AP", "PA"]
    assert images.loc["100_a", ["Cardiomegaly", "Pleural Effusion", "No Finding"]].tolist() == [1, 1, 0]
    assert images.loc["200_a", ["Support Devices", "emphysema"]].tolist() == [1, 1]
    assert np.isnan(images.loc["300_a", "No Finding"])
    assert images["prompt"].isna().all()
    said = api.import_of("mine")
    assert said is not None and said.left_out == {"excluded by PadChest": 1}
    with pytest.raises(InputError, match="no split 'test'"):
        load("padchest", root, split="test")


def test_bits_and_polarity_are_those_of_the_columns(workspace: Workspace, tmp_path: Path):
    root = miniatures.padchest(tmp_path / "pad")
    file = root / f"{TABLE}.gz"
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    table["BitsStored_DICOM"] = ["12", "12.0", "16", "", "12"]
    table["PhotometricInterpretation_DICOM"] = ["MONOCHROME2", "MONOCHROME1", "MONOCHROME2", "", "MONOCHROME2"]
    table.to_csv(file, index=False)
    film = np.arange(256, dtype=np.uint16).reshape(16, 16)
    for path, pixels in {"0/100_a": film * 16, "0/100_b": 4095 - film * 16, "13/200_a": film * 257}.items():
        Image.fromarray(pixels.astype(np.uint16)).save(root / f"{path}.png")
    for copy in (True, False):
        images = load("padchest", root, name=f"copy {copy}", copy=copy)
        assert ("stored_as" in images.table) is not copy
        for row in range(3):
            np.testing.assert_allclose(images.read(row), film, atol=1)
    table["BitsStored_DICOM"] = ["12", "twelve", "16", "nan", "12"]
    table.to_csv(file, index=False)
    assert [p.split(": ", 1)[1] for p in problems("padchest", root)] == ["BitsStored_DICOM is 'twelve', no number from 8 to 16"]
