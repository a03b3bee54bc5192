"""Files that came through a browser: images, one table, ZIPs of them. Put under generated names' folder, checked as they are unpacked."""

import errno
import io
import lzma
import struct
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench_core.errors import InputError
from bench_core.files import inside, remove_folder, writing
from bench_core.intake.outcome import uploads_of
from bench_core.intake.tables import read_rows
from bench_core.pixels.formats import HEAD, IMAGES, SUFFIXES, format_of_bytes, is_hidden
from bench_core.records import Upload
from bench_core.store.workspace import Workspace

TABLES = (".csv", ".tsv")
LARGEST_BYTES = 4 * 2**30
LARGEST_MEMBER = 2**29
MOST_FILES = 200_000
Member = tuple[str, int, Callable[[], bytes]]
"""Name, size in bytes, and what reads it."""


@contextmanager
def received(workspace: Workspace, files: Sequence[tuple[str, bytes]]) -> Iterator[Upload]:
    """Puts files, given as (name, content), into a folder of their own for the block: they may hold names of patients.

    Raises:
        InputError: a ZIP leaves its folder or is too large, there are two tables, or two files of one name.
    """
    folder = uploads_of(workspace) / uuid.uuid4().hex
    try:
        yield _unpack(folder, files)
    finally:
        remove_folder(folder)


def _unpack(folder: Path, files: Sequence[tuple[str, bytes]]) -> Upload:
    images = folder / "images"
    with writing(images):
        images.mkdir(parents=True)
    tables: list[Path] = []
    total = count = 0
    for name, data in files:
        members: Iterable[Member] = (
            _members(name, data) if name.lower().endswith(".zip") else [(Path(name).name, len(data), partial(bytes, data))]
        )
        for said, size, read in members:
            member = said.replace("\\", "/")  # as Windows writes paths
            if is_hidden(member):
                continue
            total, count = total + size, count + 1
            if total > LARGEST_BYTES or count > MOST_FILES:
                raise _too_large()
            suffix = Path(member).suffix.lower()
            data_of = read()
            if suffix not in SUFFIXES + TABLES and format_of_bytes(data_of[:HEAD]) not in IMAGES:
                data_of = data_of[:HEAD]  # by which the import counts it
            target = inside(images, member)
            _put(target, member, data_of)
            if suffix in TABLES:
                tables.append(target)
    if len(tables) > 1:
        raise InputError(f"There are {len(tables)} tables in the upload.", "Upload one CSV.")
    if not tables:
        return Upload(images, None)
    table = folder / ("table" + tables[0].suffix.lower())
    tables[0].rename(table)
    return Upload(_root_of(images, tables[0].parent, table), table)


def _put(target: Path, member: str, data: bytes) -> None:
    """Writes a file, never over another."""
    with writing(target.parent):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(data)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            raise InputError(
                f"There are two files named {member!r} in the upload.", "Rename one, or upload a ZIP with a folder for each."
            ) from None
        except OSError as error:
            if error.errno not in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
                raise
            raise InputError(f"{member[:80]!r} is no name of a file here: {error.strerror}.", "Rename it.") from None


def _root_of(images: Path, beside: Path, table: Path) -> Path:
    """What the table's paths are relative to: the upload, or the folder of a ZIP that it lay in; where more are found."""
    found = {}
    for root in (images, beside):
        try:
            found[root] = len(read_rows(root, table, "real").rows)
        except InputError:
            return images  # the import says what is wrong with it
    return max(found, key=lambda root: found[root])


def _too_large() -> InputError:
    most = f"at most {MOST_FILES:,} files and {LARGEST_BYTES / 2**30:.0f} GiB once unpacked"
    return InputError(f"The upload is too large: {most} can be taken.", "Put the files on the server and import them by their path.")


def _members(name: str, data: bytes) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, struct.error, NotImplementedError, ValueError, OSError):
        raise InputError(f"{name!r} is not a ZIP file.", "Make it anew, or upload the files as they are.") from None
    members = [info for info in archive.infolist() if not info.is_dir()]
    if len(members) > MOST_FILES or sum(info.file_size for info in members) > LARGEST_BYTES:
        raise _too_large()
    for info in members:
        if info.file_size > LARGEST_MEMBER:
            raise InputError(f"{info.filename!r} in {name!r} has {info.file_size:,} bytes; no film is that large.")
        if info.file_size > 1000 * max(info.compress_size, 1):
            raise InputError(f"{info.filename!r} in {name!r} is packed too tightly to be an image.")
        yield info.filename, info.file_size, partial(_read, archive, info, name)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """A member, no larger than it said it would be."""
    try:
        with archive.open(info) as stream:
            return stream.read(info.file_size + 1)[: info.file_size]
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise InputError(f"{info.filename!r} in {name!r} cannot be unpacked: {error}.") from None
