"""Writing files so that they are whole or not there, and staying inside a folder."""

import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench_core.errors import InputError, StoreUnavailable

PARTS = ".parts"
"""Name of the folders in which files are written before they are moved to their place, and from which removed ones go.

The nearest one above a file and on its disk is used (a workspace has one); where there is none, parts lie beside the file.
"""
YOUNG = 60.0
"""Seconds in which whoever wrote a file may still be about to name it elsewhere (in a list, in the database)."""

DAY = 24 * 3600.0


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Says what is the matter where a file cannot be written in the block.

    Raises:
        StoreUnavailable: the disk is full, may not be written, or is gone.
    """
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"{path} cannot be written: {error.strerror or error}.", "Make room there, or let this program write there; then repeat it."
        ) from error


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Lets `write` make a file elsewhere on the same disk and moves it to `path` in one step, after its bytes are on disk.

    The file that `write` is given ends in `.part`, whatever the suffix of `path`: a format has to be named.

    Raises:
        StoreUnavailable: it cannot be written.
    """
    with writing(path):
        _write_whole(path, write)


def _write_whole(path: Path, write: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _place_of_parts(path) / f".{path.stem}.{uuid.uuid4().hex}.part"
    with _owned(part) as file:
        try:
            write(part)
            os.fsync(file)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def make_place_of_parts(folder: Path, *inner: Path) -> None:
    """Lets `write_whole` write the parts of all files below a folder in one place; in those of its folders on other disks too."""
    disk = folder.stat().st_dev
    for place in (folder, *(one for one in inner if one.stat().st_dev != disk)):
        (place / PARTS).mkdir(exist_ok=True)


def _place_of_parts(path: Path) -> Path:
    disk = path.parent.stat().st_dev
    for folder in path.parents:
        place = folder / PARTS
        if place.is_dir():
            if place.stat().st_dev == disk:
                return place
            break
    return path.parent


@contextmanager
def _owned(part: Path) -> Iterator[int]:
    """Makes a file and holds a lock on it, which says to `sweep_parts` that somebody is at work; yields its descriptor."""
    import fcntl

    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def is_old(path: Path, seconds: float | None = None) -> bool:
    """Whether a file was written more than so many seconds ago (`YOUNG` of them unless said), and is still there."""
    try:
        return time.time() - path.stat().st_mtime > (YOUNG if seconds is None else seconds)
    except FileNotFoundError:
        return False


def sweep_parts(folder: Path) -> int:
    """Deletes what a killed process left in the folder of parts in `folder`; what a living one writes stays. Returns how many."""
    import fcntl

    swept = 0
    for part in (folder / PARTS).glob("*"):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
            swept += 1
            continue
        try:
            with part.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                part.unlink()
        except (BlockingIOError, FileNotFoundError):
            continue
        swept += 1
    return swept


def sweep_folders(folder: Path) -> int:
    """Deletes the folders in `folder` that are more than a day old; returns how many."""
    old = [one for one in folder.iterdir() if one.is_dir() and is_old(one, DAY)]
    for one in old:
        remove_folder(one)
    return len(old)


def inside(folder: Path, relative: str) -> Path:
    """`folder / relative`, links followed.

    Raises:
        InputError: the path leaves the folder.
    """
    if "\x00" in relative:
        raise InputError("A path holds a zero byte.")
    root = folder.resolve()
    path = (root / relative).resolve()
    if not path.is_relative_to(root):
        raise InputError(f"Path {relative!r} leaves the folder {str(folder)!r}.")
    return path


def file_bytes(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; 0 where there is none."""
    total = 0
    stack = [folder]
    while stack:
        try:
            with os.scandir(stack.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        stack.append(Path(entry.path))
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            continue
    return total


def remove_folder(folder: Path) -> None:
    """Deletes a folder; moved aside first, so that a half-deleted one never looks whole."""
    if folder.exists():
        aside = _place_of_parts(folder) / f".{folder.name}.{uuid.uuid4().hex}.part"
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock on a file (see `locked`)."""
    import fcntl

    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a lock on a file for the block; the system lets go of it when the process dies."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
