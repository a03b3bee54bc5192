"""Films with the values of their files: levels, windows, polarity, padding, spacing; the same picture as the 8-bit reading."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench_core.dicom.film import Film, plain_film, read_dicom_film
from bench_core.dicom.reading import read_dicom
from bench_core.pixels.films import packed, unpacked
from tests.intake.miniatures import dicom

RAMP = np.linspace(0, 4095, 256).round().astype(np.uint16).reshape(16, 16)
TWELVE = {"BitsStored": 12, "HighBit": 11}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "film.dcm"


def film(path: Path, pixels: np.ndarray = RAMP, **tags: Any) -> Film:
    dicom(path, pixels, **tags)
    return read_dicom_film(path)


def shown(found: Film) -> np.ndarray:
    """The film in its first window, by a formula of its own."""
    window, values = found.windows[0], found.values.astype(float) * found.slope + found.intercept
    if found.table is not None:
        grey = found.table[found.values] / 255
    elif window.function == "SIGMOID":
        grey = 1 / (1 + np.exp(-4 * (values - window.centre) / window.width))
    elif window.function == "LINEAR":
        grey = (values - (window.centre - 0.5)) / (window.width - 1) + 0.5
    else:
        grey = (values - window.centre) / window.width + 0.5
    grey = np.clip(grey, 0, 1)
    grey = 1 - grey if found.inverted else grey
    if found.padding:
        grey = np.where((found.values >= found.padding[0]) & (found.values <= found.padding[1]), 0, grey)
    return grey * 255


def voi_table() -> Any:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    table = Dataset()
    table.LUTDescriptor, table.LUTData = [4096, 0, 8], (np.arange(4096) // 16)[::-1].astype(np.uint16).tolist()
    for element in ("LUTDescriptor", "LUTData"):
        table[element].VR = "US"
    return Sequence([table])


@pytest.mark.parametrize(
    "tags",
    [
        {"WindowCenter": 2048, "WindowWidth": 2048, **TWELVE},
        {"WindowCenter": 2048, "WindowWidth": 2048, "PhotometricInterpretation": "MONOCHROME1", **TWELVE},
        {"WindowCenter": 3096, "WindowWidth": 8192, "RescaleSlope": 2, "RescaleIntercept": -1000, **TWELVE},
        {"WindowCenter": 2000, "WindowWidth": 1000, "VOILUTFunction": "SIGMOID", **TWELVE},
        {"WindowCenter": 2000, "WindowWidth": 1000, "VOILUTFunction": "LINEAR_EXACT", **TWELVE},
        {"PixelPaddingValue": 4095, "PhotometricInterpretation": "MONOCHROME1", **TWELVE},
        {},
    ],
)
def test_a_film_in_its_own_window_is_what_the_eight_bit_reading_shows(path: Path, tags: dict[str, Any]) -> None:
    found = film(path, **tags)
    assert found.values.dtype == np.uint16 and np.array_equal(found.values, RAMP)
    np.testing.assert_allclose(shown(found), read_dicom(path), atol=0.6)


def test_signed_values_and_a_table(path: Path) -> None:
    signed = (RAMP.astype(np.int32) - 2048).astype(np.int16)
    found = film(path, signed, PixelRepresentation=1, WindowCenter=0, WindowWidth=4096)
    np.testing.assert_array_equal(found.values * found.slope + found.intercept, signed)
    np.testing.assert_allclose(shown(found), read_dicom(path), atol=0.6)
    tabled = film(path, VOILUTSequence=voi_table(), **TWELVE)
    assert tabled.table is not None and len(tabled.table) == 65536
    np.testing.assert_allclose(shown(tabled), read_dicom(path), atol=0.6)


def test_values_of_more_than_16_bits_are_said_to_be_rounded(path: Path) -> None:
    wide = np.linspace(0, 2**31, 256).astype(np.uint32).reshape(16, 16)
    found = film(path, wide, BitsAllocated=32, BitsStored=32, HighBit=31)
    np.testing.assert_allclose(found.values * found.slope + found.intercept, wide, rtol=0, atol=2**31 / 65535)
    assert "more than 16 bits" in found.note


def test_all_windows_of_the_file_and_one_that_is_of_no_use(path: Path) -> None:
    two = film(path, WindowCenter=["2048", "1000"], WindowWidth=["3000", "500"], **TWELVE)
    assert [(w.centre, w.width) for w in two.windows] == [(2048, 3000), (1000, 500)]
    useless = film(path, WindowCenter=40, WindowWidth=0, **TWELVE)
    assert "a window of width 0" in useless.note and not useless.windows[0].stored and useless.windows[0].width > 1000
    assert "next to nothing can be seen" in film(path, WindowCenter=-5000, WindowWidth=10, **TWELVE).note


def test_millimetres_and_where_they_hold(path: Path) -> None:
    assert film(path).spacing is None
    detector = film(path, ImagerPixelSpacing=[0.2, 0.1])
    assert (detector.spacing, detector.spacing_at) == ((0.2, 0.1), "detector")
    corrected = film(path, ImagerPixelSpacing=[0.2, 0.2], PixelSpacing=[0.18, 0.18], PixelSpacingCalibrationType="GEOMETRY")
    assert (corrected.spacing, corrected.spacing_at) == ((0.18, 0.18), "patient")
    assert film(path, PixelSpacing=[0, 0]).spacing is None


def test_where_the_patients_sides_are(path: Path) -> None:
    assert film(path).orientation is None
    for said, found in ((["L", "F"], ("L", "F")), (["AL", "F"], ("AL", "F")), (["L", ""], None), (["Q", "F"], None), ("L", None)):
        assert film(path, PatientOrientation=said).orientation == found
    assert unpacked(packed(film(path, PatientOrientation=["R", "F"]))).orientation == ("R", "F")


def test_nothing_of_a_patient_is_in_a_film(path: Path) -> None:
    assert "SECRET" not in str(film(path).facts()) and "Invented" not in str(film(path).facts())


def test_colour_is_a_plain_film(path: Path) -> None:
    found = plain_film(np.arange(16, dtype=np.uint8).reshape(4, 4))
    np.testing.assert_allclose(shown(found), found.values)
