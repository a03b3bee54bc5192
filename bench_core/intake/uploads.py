"""Files that came through a browser: images, one table, ZIPs of them. Put under generated names' folder, checked as they are unpacked."""

import io
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from bench_core.errors import InputError
from bench_core.intake.tables import SUFFIXES
from bench_core.records import Upload
from bench_core.store.files import inside, remove_folder
from bench_core.store.workspace import Workspace

TABLES = (".csv", ".tsv")
LARGEST_BYTES = 4 * 2**30
MOST_FILES = 200_000
Member = tuple[str, int, Callable[[], bytes]]
"""Name, size in bytes, and what reads it."""


def receive(workspace: Workspace, files: Sequence[tuple[str, bytes]]) -> Upload:
    """Puts files, given as (name, content), into a folder of their own.

    Raises:
        InputError: a ZIP leaves its folder or is too large, or there are two tables.
    """
    folder = workspace.config.home / "uploads" / uuid.uuid4().hex
    try:
        return _unpack(folder, files)
    except BaseException:
        remove_folder(folder)
        raise


def _unpack(folder: Path, files: Sequence[tuple[str, bytes]]) -> Upload:
    images = folder / "images"
    images.mkdir(parents=True)
    tables: list[Path] = []
    total = count = 0
    for name, data in files:
        members: Iterable[Member] = (
            _members(name, data) if name.lower().endswith(".zip") else [(Path(name).name, len(data), partial(bytes, data))]
        )
        for member, size, read in members:
            total, count = total + size, count + 1
            if total > LARGEST_BYTES or count > MOST_FILES:
                raise InputError("The upload is too large.", "Put the files on the server and import them by their path.")
            suffix = Path(member).suffix.lower()
            if suffix not in SUFFIXES + TABLES:
                continue
            target = inside(images, member)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(read())
            if suffix in TABLES:
                tables.append(target)
    if len(tables) > 1:
        raise InputError(f"There are {len(tables)} tables in the upload.", "Upload one CSV.")
    if not tables:
        return Upload(images, None)
    table = folder / ("table" + tables[0].suffix.lower())
    tables[0].rename(table)
    return Upload(images, table)


def _members(name: str, data: bytes) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise InputError(f"{name!r} is not a ZIP file.") from None
    for info in archive.infolist():
        if info.is_dir():
            continue
        if info.file_size > 1000 * max(info.compress_size, 1):
            raise InputError(f"{info.filename!r} in {name!r} is packed too tightly to be an image.")
        yield info.filename, info.file_size, partial(_read, archive, info, name)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """A member, no larger than it said it would be."""
    try:
        with archive.open(info) as stream:
            return stream.read(info.file_size + 1)[: info.file_size]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise InputError(f"{info.filename!r} in {name!r} cannot be unpacked: {error}.") from None
