"""Uploads: a ZIP, or files one by one."""

import io
import zipfile
from pathlib import Path

import pytest

from bench_core import api
from bench_core.errors import InputError
from bench_core.store.workspace import Workspace


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
