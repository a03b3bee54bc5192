"""Image files below a URL: whole or not there, found by other processes, and errors that say what is wrong where."""

import pickle
import sys
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from bench_core.config import Config
from bench_core.errors import InputError, MissingPackage, StoreError
from bench_core.store.image_folders import PLACE, LocalFolder, RemoteFolder, check_images, folder_of


class Shelf(MemoryFileSystem):
    """A place where a file is there from its first byte on."""

    protocol = "shelf"
    store: dict[str, Any] = {}
    pseudo_dirs = [""]

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return super()._strip_protocol(path.removeprefix("shelf://"))


fsspec.register_implementation("shelf", Shelf, clobber=True)


@pytest.fixture(params=["memory", "file", "shelf"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"file://{tmp_path}" if request.param == "file" else f"{request.param}://{tmp_path.name}"


def test_what_is_written_is_found_and_removed(base: str):
    check_images(base)
    folder, other = RemoteFolder(base, "0" * 16), RemoteFolder(base, "1" * 16)
    assert folder.find("a.png") is None
    folder.write("a.png", b"first")
    folder.write("a.png", b"second")
    other.write("a.png", b"kept")
    assert pickle.loads(pickle.dumps(folder.fetch))("a.png") == b"second"
    files, path = fsspec.url_to_fs(base)
    assert sorted(Path(p).relative_to(path).as_posix() for p in files.find(path)) == [f"{'0' * 16}/a.png", f"{'1' * 16}/a.png"]
    folder.remove()
    folder.remove()
    assert (folder.find("a.png"), other.find("a.png")) == (None, b"kept")
    with pytest.raises(StoreError, match=f"Image {base}/{'0' * 16}/a.png is gone"):
        folder.fetch("a.png")


@pytest.mark.parametrize("base", ["file", "shelf"], indirect=True)
def test_a_write_that_breaks_off_leaves_the_old_file(base: str, monkeypatch: pytest.MonkeyPatch):
    folder = RemoteFolder(base, "0" * 16)
    folder.write("a.png", b"old")

    def half(file: Any) -> None:
        with file as opened:
            opened.write(b"n")
        raise OSError("the line is dead")

    monkeypatch.setattr(Path, "write_bytes", lambda self, data: half(self.open("wb")))
    monkeypatch.setattr(Shelf, "pipe_file", lambda self, path, data: half(self.open(path, "wb")))
    with pytest.raises(StoreError, match="the line is dead"):
        folder.write("a.png", b"new")
    assert folder.find("a.png") == b"old"


def test_a_set_without_a_url_is_in_the_workspace(tmp_path: Path):
    assert folder_of(tmp_path / "id", {}) == LocalFolder(tmp_path / "id" / "images")
    assert folder_of(tmp_path / "id", {PLACE: "s3://b/x"}) == RemoteFolder("s3://b/x", "id")
    check_images("")


def test_what_cannot_be_used_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(InputError, match="no protocol 'zz': zz://x"):
        check_images("zz://x")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(MissingPackage, match="s3://bucket/x needs a package.*pip install s3fs"):
        check_images("s3://bucket/x")
    with pytest.raises(StoreError, match=f"no folder {tmp_path}/mount on this machine"):
        check_images(f"file://{tmp_path}/mount")
    assert not (tmp_path / "mount").exists()

    class Refused(Exception):
        """Such as botocore has them: no OSError."""

    def refuse(self: Any, path: str, data: bytes) -> None:
        raise Refused("access denied\nand more")

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", refuse)
    with pytest.raises(StoreError, match=r"memory://x cannot be used \(Refused: access denied\)"):
        check_images("memory://x")


def test_a_place_that_keeps_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(MemoryFileSystem, "pipe_file", lambda self, path, data: None)
    with pytest.raises(StoreError, match="memory://x does not give back"):
        check_images("memory://x")


@pytest.mark.parametrize(
    "place", ["s3://key:se/cret@bucket/x", "s3:/key:se/cret@bucket", "key:se/cret@bucket", "abfs://c/x?sig=se/cret", "abfs://c/x#se/cret"]
)
def test_credentials_are_refused_and_not_repeated(place: str):
    with pytest.raises(InputError) as caught:
        Config.from_environment({"BENCH_IMAGES": place})
    assert "BENCH_IMAGES" in caught.value.message
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "words"), [("/mnt/x", "no URL"), ("s3://", "no URL"), ("file://mnt/x", "relative path"), ("s3://b/*", r"with \* in it")]
)
def test_what_is_no_place(place: str, words: str):
    with pytest.raises(InputError, match=words):
        Config.from_environment({"BENCH_IMAGES": place})


def test_places():
    for place in ("s3://bucket/cxr", "abfs://container@account.dfs.core.windows.net/cxr", "file:///mnt/x", "memory://x"):
        assert Config.from_environment({"BENCH_IMAGES": f"{place}/"}).images == place
    assert Config.from_environment({}).images == ""
