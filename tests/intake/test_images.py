"""Images that are imported: copied as they are, or left out and named."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core import api
from bench_core.data import read_grey
from bench_core.errors import InputError, NameTaken, TableError
from bench_core.store.workspace import Workspace
from tests.intake.imported import csv, load
from tests.intake.miniatures import dicom

RAMP = np.linspace(0, 4095, 256).round().astype(np.uint16).reshape(16, 16)


def test_a_folder_of_dicom_films(workspace: Workspace, tmp_path: Path):
    dicom(tmp_path / "in" / "a.dcm", RAMP, WindowCenter=2048, WindowWidth=4096)
    dicom(tmp_path / "in" / "b.dcm", RAMP, BurnedInAnnotation="YES")
    with pytest.raises(TableError, match=r"b.dcm.*burned into"):
        api.import_images("films", tmp_path / "in", None, "real")
    report = api.import_images("films", tmp_path / "in", None, "real", skip_bad=True)
    assert report.imported == 1
    images = api.find_set("films")
    assert images.path(0).suffix == ".png"
    np.testing.assert_array_equal(images.read(0), read_grey(tmp_path / "in" / "a.dcm"))
    assert b"SECRET" not in images.path(0).read_bytes()


def test_sixteen_bits_keep_their_range(workspace: Workspace, tmp_path: Path):
    (tmp_path / "images").mkdir()
    ramp = np.linspace(0, 65535, 256).round().astype(np.uint16).reshape(16, 16)
    Image.fromarray(ramp).save(tmp_path / "images" / "deep.png")
    found, _ = load(tmp_path / "images", None)
    np.testing.assert_allclose(found.read(0).ravel(), np.arange(256), atol=1)


def test_names_of_imports(workspace: Workspace, images: Path):
    _, first = load(images, None)
    _, again = load(images, None)
    assert first.set_id == again.set_id
    with pytest.raises(NameTaken, match="other content"):
        api.import_images("mine", images, csv(images, [{"path": "film_0.png"}]), "real")
    assert api.import_images("as train", images, None, "train").set_id != first.set_id


def test_wrong_folders_and_kinds(workspace: Workspace, images: Path, tmp_path: Path):
    with pytest.raises(InputError, match="not a folder"):
        api.import_images("x", tmp_path / "gone", None, "real")
    with pytest.raises(TableError, match="no PNG, JPEG or DICOM"):
        (tmp_path / "void").mkdir()
        api.import_images("x", tmp_path / "void", None, "real")
    with pytest.raises(InputError, match="no kind"):
        api.import_images("x", images, None, "fake")  # type: ignore[arg-type]


def png_header(width: int, height: int) -> bytes:
    """The start of a PNG that claims to be that large."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + struct.pack(">I", 0) + b"IDAT"


def test_bombs_and_disguises_are_listed(workspace: Workspace, images: Path):
    (images / "bomb.png").write_bytes(png_header(60_000, 60_000))
    Image.new("L", (30, 30)).save(images / "disguised.png", format="GIF")
    with pytest.raises(TableError) as caught:
        api.import_images("mine", images, None, "real")
    assert sorted(p.split(": ")[1] for p in caught.value.problems) == ["bomb.png", "disguised.png"]


def test_copies_show_in_other_programs_what_is_read_here(workspace: Workspace, tmp_path: Path):
    (tmp_path / "images").mkdir()
    Image.fromarray(RAMP).save(tmp_path / "images" / "twelve.png")
    Image.fromarray(np.full((16, 16, 4), (255, 255, 255, 0), np.uint8)).save(tmp_path / "images" / "void.png")
    found, _ = load(tmp_path / "images", None)
    for row in range(2):
        with Image.open(found.path(row)) as copy:
            assert copy.mode == "L"
            np.testing.assert_array_equal(np.asarray(copy), found.read(row))
