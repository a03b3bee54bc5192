"""Whole films of a set, and the masks that lie over them."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core import api
from bench_core.errors import UnknownName
from bench_core.pixels.films import unpacked
from bench_core.store.workspace import Workspace
from tests.intake.miniatures import dicom

VALUES = np.arange(256, dtype=np.uint16).reshape(16, 16) * 16


@pytest.fixture
def films(workspace: Workspace, tmp_path: Path) -> Path:
    dicom(tmp_path / "films" / "a.dcm", VALUES, BitsStored=12, HighBit=11, WindowCenter=2048, WindowWidth=4096)
    Image.fromarray((VALUES // 16).astype(np.uint8)).save(tmp_path / "films" / "b.png")
    return tmp_path / "films"


@pytest.mark.parametrize("copy", [True, False])
def test_values_arrive_whole_from_copies_and_in_place(films: Path, copy: bool) -> None:
    made = api.import_images("mine", films, None, "real", copy=copy)
    data = api.film(made.set_id, "a", {"word": "Real"})
    np.testing.assert_array_equal(unpacked(data).values, VALUES)
    (length,) = struct.unpack("<I", data[4:8])
    assert json.loads(data[8 : 8 + length])["about"] == {"word": "Real"}
    assert b"SECRET" not in data
    assert unpacked(api.film(made.set_id, "b", {})).values.dtype == np.uint8
    np.testing.assert_allclose(api.find_set(made.set_id).read(0), VALUES // 16, atol=1)
    with pytest.raises(UnknownName):
        api.film(made.set_id, "../a", {})
    with pytest.raises(UnknownName):
        api.film(made.set_id, "a", {}, "heart")


def test_masks_and_maps_of_a_set_are_the_sets_of_those_names(films: Path, tmp_path: Path) -> None:
    api.import_images("mine", films, None, "real")
    (tmp_path / "masks").mkdir()
    mask = np.zeros((16, 16), np.uint8)
    mask[4:9] = 1
    Image.fromarray(mask).save(tmp_path / "masks" / "a.png")
    Image.fromarray(np.full((16, 16), 9, np.uint8)).save(tmp_path / "masks" / "z.png")
    api.import_images("mine-masks", tmp_path / "masks", None, "real")
    assert api.layers("mine", "a") == ["mine-masks"] and api.layers("mine", "b") == []
    found = unpacked(api.film("mine", "a", {}, "mine-masks")).values
    np.testing.assert_array_equal(found, np.where(mask > 0, 255, 0))
    api.import_images("mine-maps", tmp_path / "masks", None, "real")  # the same files, as a map: as strong as they are bright
    assert api.layers("mine", "a") == ["mine-masks", "mine-maps"]
    np.testing.assert_array_equal(unpacked(api.film("mine", "a", {}, "mine-maps")).values, mask)
