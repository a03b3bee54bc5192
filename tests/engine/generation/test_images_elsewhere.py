"""Sets whose images lie below a URL: made, looked at, gone on with, deleted, and what is said when the place cannot be used."""

import io
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from PIL import Image

from bench_core import api
from bench_core.errors import InputError, StoreError, UnknownName
from bench_core.jobs.worker import work
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.fakes import request


@pytest.fixture(params=["memory", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    (tmp_path / "bucket").mkdir()
    return f"file://{tmp_path}/bucket" if request.param == "file" else f"memory://{tmp_path.name}"


def stored(url: str) -> list[str]:
    """Files below a URL, relative to it."""
    files, path = fsspec.url_to_fs(url)
    return sorted(found.removeprefix(f"{path}/") for found in files.find(path))


@pytest.fixture
def put(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets BENCH_IMAGES, as if the program had been started anew with it."""

    def to(url: str) -> None:
        monkeypatch.setattr(workspace, "config", replace(workspace.config, images=url))
        workspace.sets._opened.clear()

    return to


def made(spec: api.GenerateSpec) -> api.ImageSet:
    run = api.wait(api.submit(spec))
    assert run.status == "done", run.error
    return api.find_set(run.set_id)


def test_a_set_is_made_there_and_read_from_there(workspace: Workspace, put: Callable[[str], None], url: str):
    put(url)
    images = made(request())
    assert stored(url) == [f"{images.id}/{row:06d}.png" for row in range(4)]
    assert list(images.root.iterdir()) == []
    assert api.sets().iloc[0]["root"] == f"{url}/{images.id}"
    for row, seed in enumerate(range(5, 9)):
        np.testing.assert_array_equal(images.read(row), fakes.picture(f"prompt {row // 2}", seed, fakes.TinySettings()))
    assert {path.stem for path in images.root.iterdir()} == set(images.table["digest"])
    assert "copies of images of set" in set(api.disk_use()["what"])


def test_pages_and_exports_show_it(workspace: Workspace, put: Callable[[str], None], url: str):
    put(url)
    images = made(request())
    shown = Image.open(io.BytesIO(api.image_png(images.id, "000001")))
    np.testing.assert_array_equal(np.asarray(shown), images.read(1))
    assert [Image.open(io.BytesIO(small)).size for small in api.thumbnails(images.id, ["000002"], side=16)] == [(16, 16)]
    with zipfile.ZipFile(io.BytesIO(api.export_zip(images.id, provenance="full"))) as archive:
        told = api.read_provenance(archive.read("set/000003.png"))
        assert told is not None and told["seed"] == 8
        assert url not in archive.read("set/set.json").decode()
    api.encode(images.id, "tiny-pixels")
    assert not workspace.features.missing(next(workspace.features.folder.iterdir()).name, images.table["digest"].tolist())


def test_sets_stay_where_they_were_made(workspace: Workspace, put: Callable[[str], None], url: str):
    here = made(request("here"))
    put(url)
    there = made(request("there", seed=50))
    put("")
    assert [api.find_set(one.id).read(0).shape for one in (here, there)] == [(16, 16)] * 2
    again = made(request("there", seed=50))
    assert (again.id, again.meta["images_at"], stored(url)) == (there.id, url, [f"{there.id}/{row:06d}.png" for row in range(4)])


def test_a_cancelled_run_goes_on(workspace: Workspace, put: Callable[[str], None], url: str):
    put(url)
    run_id = api.submit(request("set", prompts=8, count=1, batch_size=2, delay=0.05))
    fakes.made.clear()
    run = api.wait(run_id, lambda run: api.cancel(run_id) if run.done >= 2 else None)
    assert run.status == "cancelled" and len(fakes.made) < 8
    put("memory://elsewhere")
    assert api.wait(api.repeat(run_id)).status == "done"
    assert sorted(fakes.made) == list(range(5, 13))
    assert stored(url) == [f"{run.set_id}/{row:06d}.png" for row in range(8)]
    assert len(list(api.find_set("set").images())) == 8


def test_copies_of_an_earlier_set_are_not_taken_for_the_new_one(workspace: Workspace, put: Callable[[str], None], url: str):
    """Another machine keeps its copies when the set is deleted; made again (on another GPU, say) its pixels may differ."""
    put(url)
    images = made(request())
    copies = {path: images.path(row).read_bytes() for row, path in enumerate(map(images.path, range(4)))}
    api.delete_set("set")
    images.root.mkdir(parents=True)
    for path, data in copies.items():
        path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes, "picture", lambda text, seed, settings: np.full((16, 16), seed, np.uint8))
        again = made(request())
    assert again.id == images.id
    assert [int(again.read(row)[0, 0]) for row in range(4)] == [5, 6, 7, 8]


def test_a_missing_image_is_named(workspace: Workspace, put: Callable[[str], None], url: str):
    put(url)
    images = made(request())
    files, path = fsspec.url_to_fs(f"{url}/{images.id}/000002.png")
    files.rm(path)
    assert images.read(1).shape == (16, 16)
    with pytest.raises(StoreError, match=f"Image {url}/{images.id}/000002.png is gone"):
        images.read(2)
    assert [path.stem for path in images.root.iterdir()] == [images.table["digest"].iat[1]]


def test_a_folder_that_cannot_be_written_is_named(workspace: Workspace, put: Callable[[str], None], url: str, tmp_path: Path):
    put(url)
    images = made(request())
    (tmp_path / "full").write_text("a file")
    with pytest.raises(StoreError, match="full/images/.*png cannot be written: Not a directory"):
        replace(images, root=tmp_path / "full" / "images").path(0)


def test_deletion(workspace: Workspace, put: Callable[[str], None], url: str):
    put(url)
    images, kept = made(request()), made(request("kept", seed=50))
    images.read(0)
    api.delete_set("set")
    assert stored(url) == [f"{kept.id}/{row:06d}.png" for row in range(4)]
    assert not images.root.exists()
    with pytest.raises(UnknownName):
        api.find_set("set")


def test_a_set_that_cannot_be_deleted_now_is_deleted_later(
    workspace: Workspace, put: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    put(f"memory://{tmp_path.name}")
    images = made(request())
    api.encode(images.id, "tiny-pixels")

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError("you may not")

    with monkeypatch.context() as patch:
        patch.setattr(MemoryFileSystem, "rm", refuse)
        with pytest.raises(StoreError, match=f"memory://{tmp_path.name} cannot be used.*you may not"):
            api.delete_set("set")
    assert api.find_set("set").read(0).shape == (16, 16)
    api.delete_set("set")
    assert api.sets().empty


def test_a_place_that_cannot_be_used_ends_the_run_before_it_starts(workspace: Workspace, put: Callable[[str], None], tmp_path: Path):
    put(f"file://{tmp_path}/unmounted")
    fakes.made.clear()
    run = api.wait(api.submit(request()))
    assert (run.status, run.error) == ("failed", f"There is no folder {tmp_path}/unmounted on this machine.")
    assert fakes.made == []
    with pytest.raises(StoreError, match="unmounted"):
        work(workspace, threading.Event(), until_idle=True)
    (tmp_path / "mounted").mkdir()
    put(f"file://{tmp_path}/mounted")
    assert made(request()).meta["images_at"] == f"file://{tmp_path}/mounted"
    put("zz://x")
    with pytest.raises(InputError, match="no protocol 'zz'"):
        work(workspace, threading.Event(), until_idle=True)


def test_imported_images_stay_here(workspace: Workspace, put: Callable[[str], None], url: str, tmp_path: Path):
    put(url)
    fakes.write_images(tmp_path / "films", 3)
    report = api.import_images("films", tmp_path / "films", None, "synthetic")
    assert stored(url) == []
    assert len(list(api.find_set(report.set_id).root.iterdir())) == 3
