"""Uploads: a ZIP, or files one by one."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from bench_core import api
from bench_core.errors import InputError
from bench_core.store.workspace import Workspace
from tests.intake.miniatures import dicom


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_an_upload_of_a_zip(workspace: Workspace, images: Path):
    png = (images / "film_0.png").read_bytes()
    put = api.upload([("all.zip", zipped({"a/b.png": png, "table.csv": b"path\na/b.png\n", "x.exe": b"no"}))])
    assert api.import_images("mine", put.images, put.table, "real").imported == 1


def test_uploads_stay_in_their_folder(workspace: Workspace, images: Path):
    png = (images / "film_0.png").read_bytes()
    with pytest.raises(InputError, match="leaves the folder"):
        api.upload([("evil.zip", zipped({"../../evil.png": png}))])
    put = api.upload([("../../named.png", png)])
    assert [p.name for p in put.images.iterdir()] == ["named.png"]
    with pytest.raises(InputError, match="not a ZIP"):
        api.upload([("broken.zip", b"PK nothing")])
    assert not list(workspace.config.home.rglob("evil.png"))


def test_what_macs_leave_in_zips_is_passed_over(workspace: Workspace, images: Path):
    png = (images / "film_0.png").read_bytes()
    mac = {"set/a.png": png, "__MACOSX/set/._a.png": b"\0\x05\x16\x07", "__MACOSX/set/._t.csv": b"\0\x05", "set/.DS_Store": b"x"}
    put = api.upload([("mac.zip", zipped({**mac, "set/t.csv": b"path\na.png\n"}))])
    assert api.import_images("mine", put.images, put.table, "real").imported == 1


@pytest.mark.parametrize("path", ["a.png", "set/a.png", "set\\a.png"])
def test_a_table_in_the_folder_of_a_zip_names_its_neighbours(workspace: Workspace, images: Path, path: str):
    png = (images / "film_0.png").read_bytes()
    put = api.upload([("all.zip", zipped({"set/a.png": png, "set/t.csv": f"path\n{path}\n".encode()}))])
    assert api.import_images("mine", put.images, put.table, "real").imported == 1


def test_backslashes_in_a_zip_are_folders(workspace: Workspace, images: Path):
    png = (images / "film_0.png").read_bytes()
    put = api.upload([("win.zip", zipped({"x\\a.png": png, "y\\a.png": png}))])
    assert sorted(p.parent.name for p in put.images.rglob("*.png")) == ["x", "y"]
    with pytest.raises(InputError, match="leaves the folder"):
        api.upload([("evil.zip", zipped({"..\\..\\evil.png": png}))])


def test_two_files_of_one_name_are_never_one(workspace: Workspace, images: Path):
    one, two = (images / "film_0.png").read_bytes(), (images / "film_1.png").read_bytes()
    with pytest.raises(InputError, match=r"two files named 'a\.png'"):
        api.upload([("a.png", one), ("a.png", two)])
    with pytest.raises(InputError, match=r"two files named 'x/a\.png'"):
        api.upload([("1.zip", zipped({"x/a.png": one})), ("2.zip", zipped({"x/a.png": two}))])
    with pytest.raises(InputError, match=r"two files named 'x\.png/a\.png'"):
        api.upload([("1.zip", zipped({"x.png": one, "x.png/a.png": two}))])


def test_images_without_a_suffix_are_uploaded(workspace: Workspace, tmp_path: Path):
    dicom(tmp_path / "IM0001", np.arange(256, dtype=np.uint16).reshape(16, 16))
    put = api.upload([("IM0001", (tmp_path / "IM0001").read_bytes()), ("notes.txt", b"no image")])
    report = api.import_images("mine", put.images, put.table, "real")
    assert (report.imported, report.left_out) == (1, {".txt file(s)": 1})
    assert list(api.find_set("mine").table["image_id"]) == ["IM0001"]
