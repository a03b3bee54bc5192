"""Films of PNG files, the binary format, and values that are kept beside a converted copy."""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core.dicom.film import Film
from bench_core.dicom.reading import Window
from bench_core.errors import ImageUnreadable
from bench_core.pixels.films import SUFFIX, keep_values, packed, read_film, read_kept, unpacked
from bench_core.pixels.grey import AS_IT_SAYS, Storage, read_grey

DEEP = np.linspace(0, 65535, 48).round().astype(np.uint16).reshape(6, 8)


def test_a_png_of_16_bits_keeps_its_values_and_shows_what_the_reading_shows(tmp_path: Path) -> None:
    Image.fromarray(DEEP).save(tmp_path / "deep.png")
    found = read_film(tmp_path / "deep.png")
    np.testing.assert_array_equal(found.values, DEEP)
    assert found.windows == (Window("LINEAR_EXACT", 32767.5, 65535.0),) and found.bits == 16
    Image.fromarray(DEEP >> 4).save(tmp_path / "twelve.png")
    twelve = read_film(tmp_path / "twelve.png", Storage(12, inverted=True))
    assert (twelve.windows[0].width, twelve.inverted, twelve.bits) == (4095, True, 12)
    with pytest.raises(ImageUnreadable, match="more than the 8 bits"):
        read_film(tmp_path / "deep.png", Storage(8))


def test_eight_bits_are_as_they_are_read(tmp_path: Path) -> None:
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(6, 8)).save(tmp_path / "plain.png")
    np.testing.assert_array_equal(read_film(tmp_path / "plain.png").values, read_grey(tmp_path / "plain.png"))


def test_what_is_packed_is_unpacked() -> None:
    windows = (Window("LINEAR", 2000.0, 3000.0), Window("SIGMOID", 1.0, 2.0, stored=False))
    table = (np.arange(65536) // 256).astype(np.uint8)
    film = Film(DEEP, 2.0, -5.0, windows, True, table, (3, 9), (0.2, 0.1), "patient", 12, "a word")
    data = packed(film, {"word": "Real"})
    again = unpacked(data)
    np.testing.assert_array_equal(again.values, DEEP)
    np.testing.assert_array_equal(again.table, table)
    assert again.facts() == film.facts()
    (length,) = struct.unpack("<I", data[4:8])
    header = json.loads(data[8 : 8 + length])
    assert header["about"] == {"word": "Real"} and (8 + length) % 4 == 0
    for damaged in (b"", b"PNG", data[:60], data[:-3]):
        with pytest.raises(ImageUnreadable):
            unpacked(damaged)


def test_values_are_kept_beside_a_copy_where_it_says_less(tmp_path: Path) -> None:
    Image.fromarray(DEEP).save(tmp_path / "deep.png")
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(tmp_path / "plain.png")
    for name in ("deep", "plain"):
        keep_values(tmp_path / f"{name}.png", AS_IT_SAYS, tmp_path / f"copy-{name}.png")
    assert read_kept(tmp_path / "copy-plain.png") is None
    kept = read_kept(tmp_path / "copy-deep.png")
    assert kept is not None
    np.testing.assert_array_equal(kept.values, DEEP)
    for damaged in (b"x", zlib.compress(b"x")):
        (tmp_path / "copy-deep").with_suffix(SUFFIX).write_bytes(damaged)
        with pytest.raises(ImageUnreadable, match="damaged"):
            read_kept(tmp_path / "copy-deep.png")
