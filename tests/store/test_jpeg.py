"""What JPEG files of ours say, and what other programs read of it."""

import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from bench_core.store.jpeg import TRAINED, jpeg_bytes
from bench_core.store.png import png_bytes
from bench_core.store.provenance import read_provenance

GREY = np.tile(np.linspace(0, 255, 32).astype(np.uint8), (32, 1))
MADE = {"generator_title": "A & <B>", "prompt": "Erguß\x00 </triadcxr:json> \U0001f600", "seed": 1, "settings": {"a": None}}


def test_provenance_comes_back_whatever_it_holds() -> None:
    data = jpeg_bytes(GREY, MADE, True, "TriadCXR 1")
    assert read_provenance(data) == MADE == read_provenance(png_bytes(GREY, MADE))
    with Image.open(io.BytesIO(data)) as image:
        assert image.getexif()[0x0131] == "TriadCXR 1"
        said = {one.tag.partition("}")[2]: one.text for one in ElementTree.fromstring(image.info["xmp"]).iter()}
        assert said["DigitalSourceType"] == TRAINED and said["AISystemUsed"] == "A & <B>", "well-formed XML"
        np.testing.assert_allclose(np.asarray(image), GREY, atol=4)


def test_a_long_prompt_is_left_out_and_that_is_said() -> None:
    told = read_provenance(jpeg_bytes(GREY, {**MADE, "prompt": "x" * 70_000}, True, "TriadCXR 1"))
    assert told is not None and told["seed"] == 1 and told["prompt"] is None and "prompt" in told["left_out"]


@pytest.mark.parametrize("synthetic", [False, None])
def test_only_what_is_synthetic_says_so(synthetic: bool | None) -> None:
    data = jpeg_bytes(GREY, None, synthetic, "TriadCXR 1")
    assert TRAINED.encode() not in data and b"ynthetic" not in data and read_provenance(data) is None


def test_damaged_files_say_nothing() -> None:
    data = jpeg_bytes(GREY, MADE, True, "TriadCXR 1")
    assert read_provenance(data[:200]) is None and read_provenance(b"") is None and read_provenance(b"RIFF") is None
