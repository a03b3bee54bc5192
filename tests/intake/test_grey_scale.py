"""One grey scale for a set, and films that are named because they are hardly films."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core import api
from bench_core.errors import StoreError
from bench_core.intake.grey_scale import BITS, far_below, flat_films, is_flat, scale_of
from bench_core.store.workspace import Workspace

RAMP = np.arange(256, dtype=np.uint16).reshape(16, 16)


def put(folder: Path, **films: np.ndarray) -> Path:
    folder.mkdir(exist_ok=True)
    for name, pixels in films.items():
        Image.fromarray(pixels).save(folder / f"{name}.png")
    return folder


def imported(folder: Path, copy: bool) -> tuple[api.ImageSet, list[str]]:
    report = api.import_images("mine", folder, None, "real", copy=copy)
    return api.find_set("mine"), report.notes


def test_the_highest_value_of_a_set_says_its_bits() -> None:
    assert [scale_of([2**bits - 1, None, 3]) for bits in BITS] == list(BITS)
    assert scale_of([4096]) == 14 and scale_of([None]) is None


@pytest.mark.parametrize("copy", [True, False])
def test_twelve_bits_in_sixteen_are_not_black(workspace: Workspace, tmp_path: Path, copy: bool):
    folder = put(tmp_path / "in", bright=RAMP * 16, dark=RAMP * 4, eight=RAMP.astype(np.uint8))
    images, notes = imported(folder, copy)
    np.testing.assert_allclose(images.read(0), RAMP, atol=1)
    np.testing.assert_allclose(images.read(1), RAMP / 4, atol=1)  # on the scale of the set, not its own
    np.testing.assert_array_equal(images.read(2), RAMP)
    assert notes == []


def test_another_scale_in_place_is_another_content(workspace: Workspace, tmp_path: Path):
    folder = put(tmp_path / "in", a=RAMP * 16, b=RAMP * 8)
    first, _ = imported(folder, False)
    put(folder, c=RAMP * 256)
    api.import_images("wider", folder, None, "real", copy=False)
    wider = api.find_set("wider")
    assert not set(first.table["digest"]) & set(wider.table["digest"])
    assert wider.read(0).max() < first.read(0).max()
    put(folder, a=RAMP)
    with pytest.raises(StoreError, match="has changed"):
        first.read(0)


@pytest.mark.parametrize("copy", [True, False])
def test_films_of_fewer_bits_than_the_set_are_named(workspace: Workspace, tmp_path: Path, copy: bool):
    _, notes = imported(put(tmp_path / "in", twelve=RAMP * 16, whole=RAMP * 257), copy)
    assert len(notes) == 1 and "1 of 2 films is far below the 16 bits" in notes[0] and "twelve.png" in notes[0]
    assert far_below(["a", "b"], [None, None], None) == []


@pytest.mark.parametrize("copy", [True, False])
def test_blank_films_and_masks_of_zero_and_one_are_named(workspace: Workspace, tmp_path: Path, copy: bool):
    film = RAMP.astype(np.uint8)
    folder = put(tmp_path / "in", black=film * 0, film=film, mask=film % 2, white=film * 0 + 255)
    images, notes = imported(folder, copy)
    assert len(images) == 4
    assert notes[0].startswith("3 of 4 films are nearly one grey: black.png, mask.png, white.png.")
    assert is_flat(film % 2) and not is_flat(film)
    assert flat_films(["a"], [False]) == []
