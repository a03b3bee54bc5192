"""What a file is, by its first bytes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core.pixels.formats import HEAD, format_of, format_of_bytes, is_hidden, without_suffix
from tests.intake.miniatures import dicom

FILM = np.arange(256, dtype=np.uint16).reshape(16, 16)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "TIFF", "WebP", "BMP", "GIF"])
def test_the_name_is_not_asked(tmp_path: Path, name: str) -> None:
    Image.new("L", (9, 9)).save(tmp_path / "x.png", format=name)
    assert format_of(tmp_path / "x.png") == name


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"", "an empty file"), (b"\n<!DOCTYPE html><html>", "a web page"), (b"version https://git-lfs.github.com/spec/v1", "git-lfs"),
        (b"\0\x05\x16\x07\0\x02\0\0Mac OS X", "AppleDouble"), (b"PK\x03\x04", "ZIP"), (b"\x08\0 not", "no format"), (b"hello", "no format"),
        (b"\0" * 128 + b"DICM" + b"1.2.840.10008.1.3.10", "index"),
    ],
)  # fmt: skip
def test_what_is_no_image_is_said(head: bytes, what: str) -> None:
    assert what in format_of_bytes(head)


def test_dicom_with_and_without_preamble(tmp_path: Path) -> None:
    import pydicom

    dicom(tmp_path / "IM0001", FILM)
    data = pydicom.dcmread(tmp_path / "IM0001")
    whole = (tmp_path / "IM0001").read_bytes()
    assert format_of(tmp_path / "IM0001") == format_of_bytes(whole[132 : 132 + HEAD]) == "DICOM"
    for implicit in (True, False):
        del data.file_meta
        data.save_as(tmp_path / "bare", enforce_file_format=False, implicit_vr=implicit, little_endian=True)
        assert format_of(tmp_path / "bare") == "DICOM"
        data.file_meta = pydicom.dataset.FileMetaDataset()


def test_files_that_systems_leave_beside_images() -> None:
    assert all(map(is_hidden, ["._a.png", "x/.DS_Store", "__MACOSX/x/a.png", "x/Thumbs.db", ".git/a.png", "x/DICOMDIR"]))
    assert not any(map(is_hidden, ["a.png", "x/a.png", "DICOMDIR/IM1", "./a.png", "../a.png"]))


def test_only_what_says_image_is_a_suffix() -> None:
    assert [without_suffix(n) for n in ("a.PNG", "x.y/1.2.840.7", "1.2.840.7.dcm", "IM1")] == ["a", "x.y/1.2.840.7", "1.2.840.7", "IM1"]
