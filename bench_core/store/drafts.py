"""A set that is being made: image files, then a line in a journal for each, then, at the end, the table.

A line is written after its image is whole where it belongs, so a killed process loses at most what it was about to write.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bench_core.data import Kind
from bench_core.errors import StoreError
from bench_core.files import locked, write_whole, writing
from bench_core.store.image_folders import PLACE, LocalFolder, RemoteFolder, check_images, folder_of
from bench_core.store.png import digest_of, png_bytes

if TYPE_CHECKING:
    from bench_core.store.image_sets import SetStore

JOURNAL = "journal.jsonl"


def journal_rows(home: Path) -> dict[int, dict[str, Any]]:
    """Finished rows of an unfinished set by number; a line that was cut by a kill, even inside a character, is left out."""
    rows = {}
    try:
        lines = (home / JOURNAL).read_bytes().split(b"\n")
    except FileNotFoundError:
        return {}
    for line in lines:
        try:
            entry = json.loads(line)
            rows[int(entry["row"])] = dict(entry["columns"])
        except (ValueError, TypeError, KeyError):
            continue
    return rows


def meta_of(home: Path) -> dict[str, Any]:
    """Kind and meta of a set, finished or not; empty where there is none.

    Raises:
        StoreError: they cannot be read.
    """
    path = home / "meta.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{path} of set {home.name} cannot be read: {error}.", "Delete the set and make it again.") from error


class Draft:
    """Use as a context: while it is open no other process writes the same set; `rows` are those that are finished.

    Raises:
        InputError, MissingPackage, StoreError: images are missing, and where they belong cannot be used (see `check_images`).
    """

    def __init__(self, sets: SetStore, home: Path, set_id: str, kind: Kind, meta: dict[str, Any], total: int) -> None:
        self.home, self.set_id, self.kind, self.meta, self.total = home, set_id, kind, meta, total
        self.rows: dict[int, dict[str, Any]] = {}
        self._sets = sets
        self._lock = ExitStack()

    def __enter__(self) -> Draft:
        with ExitStack() as lock:
            lock.enter_context(locked(self._sets.folder / f".{self.set_id}.lock"))
            if self._sets.is_complete(self.set_id):
                table = self._sets.open(self.set_id).table
                self.rows = {i: {} for i in range(len(table))}
            else:
                self.rows = journal_rows(self.home)
            if self.rows:
                self._stay_where_it_began()
            if self.missing:
                check_images(self.meta.get(PLACE, ""))
            (self.home / "images").mkdir(parents=True, exist_ok=True)
            write_whole(self.home / "meta.json", lambda part: part.write_text(json.dumps({"kind": self.kind, **self.meta}, indent=1)))
            self._end_cut_line()
            self._lock = lock.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    @property
    def folder(self) -> LocalFolder | RemoteFolder:
        """Where the image files go."""
        return folder_of(self.home, self.meta)

    def _stay_where_it_began(self) -> None:
        """Its first images lie where the setting said then; the rest goes there too."""
        self.meta.pop(PLACE, None)
        self.meta |= {key: value for key, value in meta_of(self.home).items() if key == PLACE}

    @property
    def missing(self) -> list[int]:
        """Rows still to be made, in order."""
        return [i for i in range(self.total) if i not in self.rows]

    def add(
        self,
        rows: Sequence[int],
        columns: Sequence[dict[str, Any]],
        images: Sequence[np.ndarray],
        provenance: Sequence[dict[str, Any] | None],
        *,
        each: Callable[..., Iterable[dict[str, Any]]] = map,
    ) -> None:
        """Stores finished images, (H, W) or (H, W, 3) uint8, of those rows; `each` is `map`, or one that spreads the files over threads."""
        parts, folder = list(zip(rows, columns, images, provenance, strict=True)), self.folder
        stored = each(lambda part: store_image(folder, *part), parts)
        self.add_stored(list(zip(rows, stored, strict=True)))

    def add_stored(self, lines: Sequence[tuple[int, dict[str, Any]]]) -> None:
        """Stores the rows of images whose files are in place, in one write; their columns have path and digest."""
        journal = self.home / JOURNAL
        with writing(journal), journal.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps({"row": row, "columns": columns}, ensure_ascii=False, default=str) + "\n" for row, columns in lines)
            file.flush()
            os.fsync(file.fileno())
        self.rows.update(lines)

    def _end_cut_line(self) -> None:
        path = self.home / JOURNAL
        if path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            with path.open("a") as file:
                file.write("\n")

    def finish(self) -> None:
        """Writes the table of the rows that are there. The journal stays until all are, so that the set can go on later."""
        complete = self._sets.is_complete(self.set_id)
        if not complete and self.rows:
            complete = not self.missing
            self._sets.write(self.set_id, self.kind, pd.DataFrame([self.rows[i] for i in sorted(self.rows)]), self.meta, complete=complete)
        if complete:
            (self.home / JOURNAL).unlink(missing_ok=True)


def store_image(
    folder: LocalFolder | RemoteFolder, row: int, columns: dict[str, Any], pixels: np.ndarray, made: dict[str, Any] | None
) -> dict[str, Any]:
    """Writes the file of an image, (H, W) or (H, W, 3) uint8, and returns its columns, with path and digest."""
    path = f"{row:06d}.png"
    folder.write(path, png_bytes(pixels, made))
    return {**columns, "path": path, "digest": digest_of(_grey(pixels))}


def stored_image(folder: LocalFolder | RemoteFolder, row: int, columns: dict[str, Any]) -> dict[str, Any] | None:
    """The columns of an image whose file is there, whole, though no journal has it; None where there is none."""
    from PIL import Image

    path = f"{row:06d}.png"
    data = folder.find(path)
    if data is None:
        return None
    try:
        with Image.open(io.BytesIO(data)) as image:
            return {**columns, "path": path, "digest": digest_of(_grey(np.asarray(image)))}
    except (OSError, SyntaxError):
        return None


def _grey(pixels: np.ndarray) -> np.ndarray:
    if pixels.ndim == 2:
        return pixels
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).convert("L"))
