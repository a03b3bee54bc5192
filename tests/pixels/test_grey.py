"""From the pixels of a file to 8-bit grey."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core.errors import ImageUnreadable
from bench_core.pixels.grey import Storage, highest_value, read_grey, says_all
from tests.intake.miniatures import dicom

FILM = np.arange(256, dtype=np.uint8).reshape(16, 16)


def saved(path: Path, image: Image.Image | np.ndarray, **more: object) -> Path:
    (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(path, **more)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_bits_that_are_said_make_one_grey(tmp_path: Path, bits: int) -> None:
    stored = np.round(FILM * ((2**bits - 1) / 255)).astype(np.uint16)
    np.testing.assert_allclose(read_grey(saved(tmp_path / "a.png", stored), Storage(bits)), FILM, atol=1)
    dark = read_grey(saved(tmp_path / "dark.png", stored // 8), Storage(bits))
    assert 25 <= dark.max() <= 32  # not stretched to the brightest pixel of its own
    assert highest_value(tmp_path / "a.png") == 2**bits - 1


def test_values_beyond_the_bits_are_an_error_and_not_clipped(tmp_path: Path) -> None:
    with pytest.raises(ImageUnreadable, match=r"a\.png holds values up to 5000, more than the 12 bits"):
        read_grey(saved(tmp_path / "a.png", np.full((9, 9), 5000, np.uint16)), Storage(12))


def test_inverted_films_and_eight_bits(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", FILM)
    np.testing.assert_array_equal(read_grey(path, Storage(12)), FILM)
    np.testing.assert_array_equal(read_grey(path, Storage(12, inverted=True)), 255 - FILM)
    assert highest_value(path) is None and says_all(path)


def test_storage_as_text_and_back() -> None:
    for one in (Storage(), Storage(12), Storage(None, True), Storage(10, True)):
        assert Storage.of(str(one)) == one
    assert Storage.of(None) == Storage.of(float("nan")) == Storage.of("nonsense") == Storage()


@pytest.mark.parametrize("under", [0, 255])
def test_what_is_transparent_lies_on_black(tmp_path: Path, under: int) -> None:
    pixels = np.full((16, 16, 4), under, np.uint8)
    pixels[:8], pixels[8:, :, 3] = 100, 0
    pixels[:8, :, 3] = 255
    path = saved(tmp_path / "a.png", pixels)
    assert (read_grey(path)[:8] == 100).all() and (read_grey(path)[8:] == 0).all() and not says_all(path)
    pixels[..., 3] = 255
    opaque = saved(tmp_path / "b.png", pixels)
    np.testing.assert_array_equal(read_grey(opaque), pixels[..., 0])
    assert says_all(opaque)


def test_a_transparent_grey_is_black(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", FILM, transparency=255)
    assert read_grey(path)[-1, -1] == 0 and read_grey(path)[-1, -2] == 254


@pytest.mark.parametrize(("turn", "stored"), [(3, np.rot90(FILM[:8], 2)), (6, np.rot90(FILM[:8], 1)), (8, np.rot90(FILM[:8], 3))])
def test_films_are_turned_as_viewers_turn_them(tmp_path: Path, turn: int, stored: np.ndarray) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    path = saved(tmp_path / "a.png", np.ascontiguousarray(stored), exif=exif)
    np.testing.assert_array_equal(read_grey(path), FILM[:8])
    assert not says_all(path)
    deep = saved(tmp_path / "b.png", np.ascontiguousarray(stored).astype(np.uint16) * 257, exif=exif)
    np.testing.assert_array_equal(read_grey(deep, Storage(16)), FILM[:8])


def test_content_decides(tmp_path: Path) -> None:
    dicom(tmp_path / "a.png", FILM, WindowCenter=128, WindowWidth=256)
    np.testing.assert_allclose(read_grey(tmp_path / "a.png"), FILM, atol=1)
    with pytest.raises(ImageUnreadable, match="it is WebP"):
        read_grey(saved(tmp_path / "b.png", FILM, format="WebP"))
    np.testing.assert_array_equal(read_grey(saved(tmp_path / "c.dcm", FILM, format="PNG")), FILM)


def test_a_png_that_is_too_large_is_not_decoded_for_its_highest_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.fromarray(np.full((20, 20), 4000, np.uint16)).save(tmp_path / "deep.png")
    assert highest_value(tmp_path / "deep.png") == 4000
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 399)
    with pytest.warns(Image.DecompressionBombWarning):
        assert highest_value(tmp_path / "deep.png") is None
