"""DICOM films: polarity, window, tables, depth, encodings, and what is refused."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from bench_core.data import read_grey
from bench_core.dicom import reading
from bench_core.errors import ImageUnreadable
from tests.intake.miniatures import dicom

RAMP = np.linspace(0, 4095, 256).round().astype(np.uint16).reshape(16, 16)


TWELVE = {"BitsStored": 12, "HighBit": 11}


def shown(path: Path, pixels: np.ndarray = RAMP, **tags) -> np.ndarray:
    dicom(path, pixels, **tags)
    return read_grey(path)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return tmp_path / "film.dcm"


def test_a_window_is_linear_between_its_ends(film: Path):
    grey = shown(film, WindowCenter="2048", WindowWidth="2048", **TWELVE)
    wanted = np.clip((RAMP - 2047.5) / 2047 + 0.5, 0, 1) * 255
    np.testing.assert_allclose(grey, wanted, atol=0.51)
    assert grey.dtype == np.uint8


def test_monochrome1_is_inverted(film: Path):
    tags = {"WindowCenter": 2048, "WindowWidth": 4096, **TWELVE}
    np.testing.assert_allclose(shown(film, PhotometricInterpretation="MONOCHROME1", **tags), 255.0 - shown(film, **tags), atol=1)


def test_the_window_is_in_rescaled_values_and_the_first_of_several(film: Path):
    rescaled = shown(film, RescaleSlope=2, RescaleIntercept=-1000, WindowCenter=["3096", "1"], WindowWidth=["8192", "1"], **TWELVE)
    np.testing.assert_allclose(rescaled, shown(film, WindowCenter=2048, WindowWidth=4096, **TWELVE), atol=1)


def test_sigmoid_and_exact_windows(film: Path):
    tags = {"WindowCenter": 2000, "WindowWidth": 1000, **TWELVE}
    np.testing.assert_allclose(shown(film, VOILUTFunction="SIGMOID", **tags), 255 / (1 + np.exp(-4 * (RAMP - 2000.0) / 1000)), atol=0.51)
    exact = shown(film, VOILUTFunction="LINEAR_EXACT", **tags)
    np.testing.assert_allclose(exact, np.clip((RAMP - 2000.0) / 1000 + 0.5, 0, 1) * 255, atol=0.51)


def test_a_voi_table_goes_before_a_window(film: Path):
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    table = Dataset()
    table.LUTDescriptor = [4096, 0, 8]
    table.LUTData = (np.arange(4096) // 16)[::-1].astype(np.uint16).tolist()
    for element in ("LUTDescriptor", "LUTData"):
        table[element].VR = "US"
    grey = shown(film, VOILUTSequence=Sequence([table]), WindowCenter=1, WindowWidth=1, **TWELVE)
    np.testing.assert_allclose(grey, (4095 - RAMP.astype(int)) // 16, atol=1)


def test_without_a_window_percentiles_are_used_and_padding_is_no_film(film: Path):
    pixels = RAMP.copy()
    pixels[:4] = 60_000
    grey = shown(film, pixels, PixelPaddingValue=60_000)
    rest = pixels[4:]
    low, high = np.percentile(rest, (0.5, 99.5))
    np.testing.assert_allclose(grey[4:], np.clip((rest - low) / (high - low), 0, 1) * 255, atol=0.51)
    assert (shown(film, np.full((16, 16), 7, np.uint16)) == 128).all()


def test_signed_and_eight_bit_values(film: Path):
    signed = (RAMP.astype(np.int32) - 2048).astype(np.int16)
    tags = {"WindowCenter": 0, "WindowWidth": 4096}
    assert np.abs(shown(film, signed, PixelRepresentation=1, **tags).astype(int) - RAMP // 16).max() <= 1
    eight = np.arange(256, dtype=np.uint8).reshape(16, 16)
    np.testing.assert_allclose(shown(film, eight, WindowCenter=128, WindowWidth=256), eight, atol=1)


def test_run_length_encoded_pixels(film: Path):
    import pydicom
    from pydicom.uid import RLELossless

    plain = shown(film, WindowCenter=2048, WindowWidth=4096, **TWELVE)
    data = pydicom.dcmread(film)
    data.compress(RLELossless, generate_instance_uid=False)
    data.save_as(film)
    np.testing.assert_array_equal(read_grey(film), plain)


def test_a_missing_decoder_is_named(film: Path, monkeypatch: pytest.MonkeyPatch):
    import pydicom
    from pydicom.encaps import encapsulate
    from pydicom.pixels.decoders import JPEGLosslessSV1Decoder
    from pydicom.uid import JPEGLosslessSV1

    monkeypatch.setattr(JPEGLosslessSV1Decoder, "_available", {})
    dicom(film, RAMP)
    data = pydicom.dcmread(film)
    data.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    data.PixelData = encapsulate([b"\xff\xd8not really\xff\xd9"])
    data["PixelData"].VR = "OB"
    data["PixelData"].is_undefined_length = True
    data.save_as(film)
    with pytest.raises(ImageUnreadable, match="JPEG Lossless.*decoder is not installed: pylibjpeg with pylibjpeg-libjpeg") as refused:
        read_grey(film)
    assert refused.value.hint == "pip install pylibjpeg pylibjpeg-libjpeg"


@pytest.mark.skipif(find_spec("pylibjpeg") is not None, reason="with pylibjpeg it can be read")
def test_a_decoder_that_reads_only_eight_bits_names_the_one_that_reads_more():
    from pydicom.data import get_testdata_file

    with pytest.raises(ImageUnreadable, match="JPEG Extended.*12-bit.*pylibjpeg-libjpeg") as refused:
        read_grey(Path(get_testdata_file("JPGExtended.dcm", download=False)))
    assert refused.value.hint == "pip install pylibjpeg pylibjpeg-libjpeg"


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({"NumberOfFrames": 3}, "3 frames"), ({"BurnedInAnnotation": "YES"}, "burned into"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "PALETTE COLOR"), ({"PixelData": b"\0\0"}, "cannot be read as DICOM"),
    ],
)  # fmt: skip
def test_what_is_refused(film: Path, tags, words):
    with pytest.raises(ImageUnreadable, match=words):
        shown(film, **tags)


def test_a_file_that_only_pretends(film: Path):
    film.write_bytes(b"hello")
    with pytest.raises(ImageUnreadable, match="film.dcm is no DICOM"):
        read_grey(film)


def test_the_first_bytes_tell_where_the_name_does_not(tmp_path: Path):
    dicom(tmp_path / "IM000001", RAMP)
    assert read_grey(tmp_path / "IM000001").shape == (16, 16)


def test_a_film_without_preamble_and_header(film: Path):
    import pydicom

    plain = shown(film, WindowCenter=2048, WindowWidth=4096, **TWELVE)
    for implicit in (True, False):
        data = pydicom.dcmread(film, force=True)
        del data.file_meta
        data.save_as(film, enforce_file_format=False, implicit_vr=implicit, little_endian=True)
        np.testing.assert_array_equal(read_grey(film), plain)


def test_colour_of_sixteen_bits_keeps_its_upper_ones(film: Path):
    for bits in (12, 16):
        values = np.repeat((RAMP.astype(int) * (2**bits - 1) // 4095).astype(np.uint16)[..., None], 3, axis=2)
        dicom(film, RAMP)
        tags = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0, "BitsStored": bits, "HighBit": bits - 1}
        grey = shown(film, PixelData=values.tobytes(), **tags)
        np.testing.assert_allclose(grey, np.arange(256).reshape(16, 16), atol=1)


@pytest.mark.parametrize("polarity", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("window", [{}, {"WindowCenter": 2048, "WindowWidth": 4096}])
@pytest.mark.parametrize("padding", [0, 4095])
def test_padding_is_dark(film: Path, polarity: str, window: dict[str, int], padding: int):
    pixels = RAMP.clip(16, 4079)
    pixels[:, :2] = padding
    grey = shown(film, pixels, PhotometricInterpretation=polarity, PixelPaddingValue=padding, **window, **TWELVE)
    assert (grey[:, :2] == 0).all() and grey[:, 2:].max() > 240


@pytest.mark.parametrize(("centre", "width"), [(40, 400), (2048, 1), (60_000, 10), (-900, 20)])
def test_a_window_that_shows_nothing_is_not_believed(film: Path, centre: int, width: int):
    pixels = RAMP.clip(300)
    np.testing.assert_array_equal(shown(film, pixels, WindowCenter=centre, WindowWidth=width, **TWELVE), shown(film, pixels, **TWELVE))


def test_a_window_that_fits_a_film_of_two_greys_is_kept(film: Path):
    two = np.where(RAMP > 2000, 3000, 1000).astype(np.uint16)
    assert np.unique(shown(film, two, WindowCenter=2048, WindowWidth=4096, **TWELVE)).tolist() == [62, 187]


def test_a_slope_of_zero_is_not_believed(film: Path):
    np.testing.assert_array_equal(shown(film, RescaleSlope=0, RescaleIntercept=5, **TWELVE), shown(film, **TWELVE))


def deflated(path: Path, pixels: np.ndarray) -> None:
    import pydicom

    dicom(path, pixels, WindowCenter=2048, WindowWidth=4096, **TWELVE)
    data = pydicom.dcmread(path)
    data.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    data.save_as(path, enforce_file_format=True)


def test_a_deflated_film_is_read_and_one_that_would_fill_the_memory_is_not(film: Path, monkeypatch: pytest.MonkeyPatch):
    usual = shown(film, WindowCenter=2048, WindowWidth=4096, **TWELVE)
    deflated(film, RAMP)
    np.testing.assert_array_equal(read_grey(film), usual)
    monkeypatch.setattr(reading, "LARGEST_BYTES", 1_000_000)
    deflated(film, np.zeros((1000, 1000), np.uint16))
    assert film.stat().st_size < 10_000
    with pytest.raises(ImageUnreadable, match=r"film\.dcm has more than 1,000,000 bytes once inflated"):
        read_grey(film)


def test_a_film_with_too_many_pixels_is_refused_before_they_are_decoded(film: Path):
    with pytest.raises(ImageUnreadable, match="has 3,600,000,000 pixels"):
        shown(film, Rows=60_000, Columns=60_000)
