"""Uploads: a ZIP, or files one by one."""

import io
import os
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from bench_core import api
from bench_core.errors import InputError
from bench_core.files import DAY
from bench_core.intake import uploads
from bench_core.intake.uploads import received
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
    assert (
        api.import_upload("mine", [("all.zip", zipped({"a/b.png": png, "table.csv": b"path\na/b.png\n", "x.exe": b"no"}))], "real").imported
        == 1
    )


def test_uploads_stay_in_their_folder(workspace: Workspace, images: Path):
    png = (images / "film_0.png").read_bytes()
    with pytest.raises(InputError, match="leaves the folder"):
        api.import_upload("mine", [("evil.zip", zipped({"../../evil.png": png}))], "real")
    with received(workspace, [("../../named.png", png)]) as put:
        assert [p.name for p in put.images.iterdir()] == ["named.png"]
    with pytest.raises(InputError, match="not a ZIP"):
        api.import_upload("mine", [("broken.zip", b"PK nothing")], "real")
    assert not list(workspace.config.home.rglob("evil.png"))


def test_what_macs_leave_in_zips_is_passed_over(workspace: Workspace, images: Path):
    png = (images / "film_0.png").read_bytes()
    mac = {"set/a.png": png, "__MACOSX/set/._a.png": b"\0\x05\x16\x07", "__MACOSX/set/._t.csv": b"\0\x05", "set/.DS_Store": b"x"}
    assert api.import_upload("mine", [("mac.zip", zipped({**mac, "set/t.csv": b"path\na.png\n"}))], "real").imported == 1


@pytest.mark.parametrize("path", ["a.png", "set/a.png", "set\\a.png"])
def test_a_table_in_the_folder_of_a_zip_names_its_neighbours(workspace: Workspace, images: Path, path: str):
    png = (images / "film_0.png").read_bytes()
    assert (
        api.import_upload("mine", [("all.zip", zipped({"set/a.png": png, "set/t.csv": f"path\n{path}\n".encode()}))], "real").imported == 1
    )


def test_backslashes_in_a_zip_are_folders(workspace: Workspace, images: Path):
    png = (images / "film_0.png").read_bytes()
    with received(workspace, [("win.zip", zipped({"x\\a.png": png, "y\\a.png": png}))]) as put:
        assert sorted(p.parent.name for p in put.images.rglob("*.png")) == ["x", "y"]
    with pytest.raises(InputError, match="leaves the folder"):
        api.import_upload("mine", [("evil.zip", zipped({"..\\..\\evil.png": png}))], "real")


def test_two_files_of_one_name_are_never_one(workspace: Workspace, images: Path):
    one, two = (images / "film_0.png").read_bytes(), (images / "film_1.png").read_bytes()
    with pytest.raises(InputError, match=r"two files named 'a\.png'"):
        api.import_upload("mine", [("a.png", one), ("a.png", two)], "real")
    with pytest.raises(InputError, match=r"two files named 'x/a\.png'"):
        api.import_upload("mine", [("1.zip", zipped({"x/a.png": one})), ("2.zip", zipped({"x/a.png": two}))], "real")
    with pytest.raises(InputError, match=r"two files named 'x\.png/a\.png'"):
        api.import_upload("mine", [("1.zip", zipped({"x.png": one, "x.png/a.png": two}))], "real")


def test_images_without_a_suffix_are_uploaded(workspace: Workspace, tmp_path: Path):
    dicom(tmp_path / "IM0001", np.arange(256, dtype=np.uint16).reshape(16, 16))
    report = api.import_upload("mine", [("IM0001", (tmp_path / "IM0001").read_bytes()), ("notes.txt", b"no image")], "real")
    assert (report.imported, report.left_out) == (1, {".txt file(s)": 1})
    assert list(api.find_set("mine").table["image_id"]) == ["IM0001"]


def test_what_was_uploaded_goes_when_the_import_ends(workspace: Workspace, images: Path, tmp_path: Path):
    """A DICOM file tells of a patient."""
    dicom(tmp_path / "IM0001", np.arange(256, dtype=np.uint16).reshape(16, 16), PatientName="Doe^Jane")
    film = ("IM0001", (tmp_path / "IM0001").read_bytes())
    api.import_upload("mine", [film], "real")
    with pytest.raises(InputError):
        api.import_upload("mine", [film, ("a.csv", b"path\nb.png\n")], "real")
    with pytest.raises(InputError):
        api.import_upload("mine", [film, ("broken.zip", b"PK nothing")], "real")
    assert [path for path in workspace.config.home.rglob("*") if path.is_file() and b"Doe^Jane" in path.read_bytes()] == []
    assert list((workspace.config.home / "uploads").iterdir()) == []


def test_the_sweep_removes_uploads_of_yesterday(workspace: Workspace):
    for name, age in (("old", 2 * DAY), ("new", 0)):
        folder = workspace.config.home / "uploads" / name
        folder.mkdir()
        os.utime(folder, (time.time() - age,) * 2)
    assert api.sweep() == ["1 uploads whose import did not end"]
    assert [path.name for path in (workspace.config.home / "uploads").iterdir()] == ["new"]


@pytest.mark.parametrize(("bound", "most", "words"), [("MOST_FILES", 2, "at most 2 files"), ("LARGEST_BYTES", 100, "upload is too large")])
def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is(workspace: Workspace, monkeypatch, bound: str, most: int, words: str):
    monkeypatch.setattr(uploads, bound, most)
    read: list[object] = []
    monkeypatch.setattr(uploads, "_read", lambda *given: read.append(given))
    with pytest.raises(InputError, match=words):
        api.import_upload("mine", [("bomb.zip", zipped({f"{i}.png": b"x" * 60 for i in range(3)}))], "real")
    assert read == []


def test_a_member_of_a_zip_that_no_film_is_as_large_as_is_refused(workspace: Workspace, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_MEMBER", 50)
    with pytest.raises(InputError, match=r"'0\.png' in 'bomb\.zip' has 60 bytes; no film is that large"):
        api.import_upload("mine", [("bomb.zip", zipped({"0.png": b"x" * 60}))], "real")
