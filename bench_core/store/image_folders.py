"""Where the image files of a set lie: in the workspace, or below an fsspec URL (`BENCH_IMAGES`). Nothing else knows fsspec.

Credentials are read by fsspec from the environment of each process; a URL never holds any (`config.check_url`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_core.errors import BenchError, InputError, MissingPackage, StoreError
from bench_core.files import write_whole

PLACE = "images_at"
"""Key of a set's meta: the URL below which its images were put. A set without it has them in the workspace."""
ON_DISK = ("file", "local")
WHOLE_AT_ONCE = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oss", "oci", "memory"})
"""Protocols where a file is there when its last byte is. Elsewhere it is written beside its place and moved."""


@dataclass(frozen=True)
class LocalFolder:
    """A folder of the workspace."""

    root: Path

    def write(self, name: str, data: bytes) -> None:
        """Writes a file whole or not at all."""
        write_whole(self.root / name, lambda part: part.write_bytes(data))

    def find(self, name: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        with suppress(FileNotFoundError):
            return (self.root / name).read_bytes()
        return None


@dataclass(frozen=True)
class RemoteFolder:
    """A folder below a URL. It travels to other processes by pickle and connects there.

    All methods raise InputError (unknown protocol), MissingPackage, or StoreError, which names the URL and the cause.
    """

    base: str
    name: str

    @property
    def url(self) -> str:
        """The URL of the folder."""
        return f"{self.base}/{self.name}"

    def write(self, name: str, data: bytes) -> None:
        """Writes a file whole or not at all."""
        with self._reached(name) as (files, path):
            protocol = self.base.partition("://")[0]
            if protocol in ON_DISK:
                write_whole(Path(path), lambda part: part.write_bytes(data))
            elif protocol in WHOLE_AT_ONCE:
                files.pipe_file(path, data)
            else:
                folder = path.rpartition("/")[0]
                part = f"{folder}/.{uuid.uuid4().hex}.part"
                files.makedirs(folder, exist_ok=True)
                files.pipe_file(part, data)
                files.mv(part, path)

    def find(self, name: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        with self._reached(name) as (files, path), suppress(FileNotFoundError):
            return bytes(files.cat_file(path))
        return None

    def fetch(self, name: str) -> bytes:
        """The bytes of a file that must be there."""
        data = self.find(name)
        if data is None:
            raise StoreError(f"Image {self.url}/{name} is gone.", "Delete the set and make it again.")
        return data

    def remove(self) -> None:
        """Deletes the folder with all that is in it, if it is there."""
        with self._reached() as (files, path), suppress(FileNotFoundError):
            files.invalidate_cache()  # other processes wrote there too
            files.rm(path, recursive=True)

    @contextmanager
    def _reached(self, name: str = "") -> Iterator[tuple[Any, str]]:
        """fsspec's file system and the path there of a file, or of the folder; what fails becomes a StoreError."""
        try:
            files, base = _file_system(self.base)
            yield files, "/".join(filter(None, [base, self.name, name]))
        except BenchError:
            raise
        except Exception as error:  # each package has its own: those of botocore or aiohttp are no OSError
            said = next(iter(str(error).strip().splitlines()), "no reason given")
            raise StoreError(
                f"{self.base} cannot be used ({type(error).__name__}: {said}).",
                "Check the URL, the network, and the rights to read, list, write and delete there.",
            ) from error


def folder_of(home: Path, meta: Mapping[str, Any]) -> LocalFolder | RemoteFolder:
    """Where the images of the set with that folder (named by its id) and that meta lie."""
    return RemoteFolder(meta[PLACE], home.name) if meta.get(PLACE) else LocalFolder(home / "images")


def check_images(url: str) -> None:
    """Writes, reads and deletes a small file below the URL, so that a run does not find out at its first image. An empty URL is fine.

    Raises:
        InputError: no such protocol.
        MissingPackage: the package of the protocol is not installed.
        StoreError: it cannot be used; names the URL and the cause.
    """
    if url:
        folder, data = RemoteFolder(url, f".check-{uuid.uuid4().hex}"), uuid.uuid4().bytes
        folder.write("check", data)
        if folder.find("check") != data:
            raise StoreError(f"{url} does not give back what was written there.", "Set BENCH_IMAGES to a place that keeps files.")
        folder.remove()


def _file_system(url: str) -> tuple[Any, str]:
    import fsspec
    from fsspec.registry import known_implementations

    protocol = url.partition("://")[0]
    try:
        fsspec.get_filesystem_class(protocol)
    except ValueError:
        raise InputError(f"fsspec knows no protocol {protocol!r}: {url}.", "Use s3://, gs://, abfs:// or file:///, for example.") from None
    except ImportError as error:
        package = str(known_implementations.get(protocol, {}).get("class", "")).partition(".")[0]
        hint = "" if package in ("", "fsspec") else f"pip install {package}, on every machine that makes or reads images."
        raise MissingPackage(f"{url} needs a package that is not installed: {error}.", hint) from None
    files, path = fsspec.url_to_fs(url)
    if protocol in ON_DISK and not Path(path).is_dir():  # else a machine without the mount would write to its own disk
        raise StoreError(f"There is no folder {path} on this machine.", "Make it or mount it: sets of images are kept there.")
    return files, path
