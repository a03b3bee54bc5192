"""Reads the table of an import: which column is what, and what is wrong in which line of the file."""

import os
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench_core.cells import VIEW_COLUMNS, blank, finding_of, identifier, number_advice, read_label, read_label_cell
from bench_core.data import FINDINGS, Kind
from bench_core.errors import InputError, TableError
from bench_core.files import inside
from bench_core.pixels.formats import IMAGES, SUFFIXES, format_of, is_hidden, without_suffix
from bench_core.pixels.grey import AS_IT_SAYS, Storage
from bench_core.table_files import TableFile, read_table_file

FILE_COLUMNS = ("synthetic_filename", "img_savename", "path", "image_path", "file_path", "filename", "file_name", "file", "image")
"""In order of preference. The first two are CheXGenBench's manifests; where they stand, `path` is the real image's."""
MANIFEST = FILE_COLUMNS[:2]
PROMPT_COLUMNS = ("prompt", "annotated_prompt", "report", "text", "impression")
ID_COLUMNS = ("image_id", "dicom_id", "id")
IDS = ("image_id", "subject_id", "study_id", "prompt_id", "source_image_id")
_NO_NAMES = ("", ".", "..")
_read_text = lru_cache(10_000)(read_label)


@dataclass
class Row:
    """One image to import: where it is, and its columns of the set's table.

    Attributes:
        number: the line of its table, or of the file in its folder; from 1.
        place: names the row where there are several tables.
        resolved: whether links in `file` were followed.
        storage: how its values are meant, where the file does not say it.
    """

    number: int
    file: Path
    columns: dict[str, Any]
    place: str = ""
    resolved: bool = False
    storage: Storage = AS_IT_SAYS


@dataclass
class Listing:
    """The images that a table (or folder) names, and one line for each thing that is wrong."""

    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_rows(images: Path, table: Path | None, kind: Kind) -> Listing:
    """The images of a folder, or those that a table names; everything is checked but the pixels.

    Raises:
        TableError: the table cannot be read at all, or names no images.
        InputError: the folder is not there.
    """
    if not images.is_dir():
        raise InputError(f"{str(images)!r} is not a folder.", "Give the folder that the images are in.")
    if table is None:
        return _folder_rows(images)
    read = read_table_file(table)
    columns = {c.lower(): c for c in read.header}
    file_column = _first(columns, FILE_COLUMNS)
    if file_column is None:
        raise TableError(
            f"{table.name} has no column with image files.", [f"columns are: {', '.join(read.header)[:300]}"],
            f"Name one of: {', '.join(FILE_COLUMNS)}.",
        )  # fmt: skip
    if not len(read.frame):
        read.whole()
    return _table_rows(read, columns, file_column, images)


def _first(columns: dict[str, str], names: Sequence[str]) -> str | None:
    return next((columns[n] for n in names if n in columns), None)


def _folder_rows(images: Path) -> Listing:
    files = [p for p in sorted(images.rglob("*")) if not is_hidden(p.relative_to(images).as_posix()) and p.is_file() and _is_film(p)]
    found = Listing()
    for number, file in enumerate(files, start=1):
        relative = file.relative_to(images).as_posix()
        if not file.resolve().is_relative_to(images.resolve()):
            found.problems.append(f"file {relative}: is a link that leaves the folder")
            continue
        found.rows.append(Row(number, file, {"image_id": None, "source_path": relative}, place=f"file {number}"))
    if not files:
        raise TableError(f"There is no PNG, JPEG or DICOM file in {str(images)!r}.", [])
    return _without_repeats(found, "file")


def _is_film(file: Path) -> bool:
    """Whether a file is called an image or, where its name does not say it (`IM000001` of a PACS), is one."""
    if file.suffix.lower() in SUFFIXES:
        return True
    try:
        return format_of(file) in IMAGES
    except OSError:
        return False


def _table_rows(read: TableFile, columns: dict[str, str], file_column: str, images: Path) -> Listing:
    frame = read.frame
    manifest = file_column.strip().lower() in MANIFEST
    names = {"prompt": _first(columns, PROMPT_COLUMNS), "view": _first(columns, VIEW_COLUMNS)}
    names |= {c: columns.get(c) for c in ("prompt_id", "subject_id", "study_id", "seed")}
    own_id = None if manifest else _first(columns, ID_COLUMNS)
    source = _first(columns, ID_COLUMNS) if manifest else columns.get("source_image_id")
    cell = columns.get("chexpert_labels")
    apart = {c: finding_of(c) for c in frame.columns if finding_of(c)}
    found = Listing(problems=read.problems())
    folders: dict[str, str] = {}
    rows = zip(*(frame[c].to_numpy(object).tolist() for c in frame.columns), strict=True)  # to_dict takes three times as long
    for number, cells in zip(read.lines.tolist(), rows, strict=True):
        record = dict(zip(frame.columns, cells, strict=True))
        wrong: list[str] = []
        file = _file_of(record[file_column], images, folders, wrong)
        out: dict[str, Any] = {k: _text(record[c]) for k, c in names.items() if c}
        out["source_path"] = record[file_column]
        out["image_id"] = _text(record[own_id]) if own_id else None
        if source and not blank(record[source]):
            out["source_image_id"] = record[source].strip()
        out.update(_labels_of(record, cell, apart, wrong))
        _check_values(out, wrong)
        found.problems += [f"line {number}: {w}" for w in wrong]
        if not wrong and file is not None:
            found.rows.append(Row(number, file, out, resolved=True))
    return _without_repeats(found)


def _placed(images: Path, relative: str, folders: dict[str, str]) -> tuple[str, bool]:
    """`inside(images, relative)`, and whether a file is there.

    With what was found of the folders above, and in plain text: following all links of each path, or 400,000 Path objects, would cost
    more than all else.
    """
    above, _, name = relative.rpartition("/")
    if name not in _NO_NAMES and "\x00" not in name and (above or not relative.startswith("/")):
        path = f"{_folder(images, above, folders)}/{name}"
        mode = _mode(path)
        if not stat.S_ISLNK(mode):
            return path, stat.S_ISREG(mode)
    place = inside(images, relative)
    return str(place), os.path.isfile(place)  # noqa: PTH113 - False for names that are too long


def _folder(images: Path, relative: str, folders: dict[str, str]) -> str:
    """`inside(images, relative)`: one look per folder, since the one above it was looked at before."""
    if relative not in folders:
        above, _, name = relative.rpartition("/")
        path = ""
        if name not in _NO_NAMES and "\x00" not in name and not relative.startswith("/"):
            path = f"{_folder(images, above, folders)}/{name}"
        folders[relative] = path if path and not stat.S_ISLNK(_mode(path)) else str(inside(images, relative))
    return folders[relative]


def _mode(path: str) -> int:
    """What lies at a path (a link itself, not where it leads); 0 where nothing does."""
    try:
        return os.lstat(path).st_mode
    except (OSError, ValueError):
        return 0


def _file_of(text: str, images: Path, folders: dict[str, str], wrong: list[str]) -> Path | None:
    text = text.strip()
    if blank(text):
        wrong.append("names no image file")
        return None
    try:
        path, there = _placed(images, text.replace("\\", "/"), folders)
    except (InputError, OSError, ValueError):
        wrong.append(f"path {text[:200]!r} leaves the image folder")
        return None
    if not there:
        wrong.append(f"there is no file {text[:200]!r} in the image folder")
        return None
    if not path.lower().endswith(SUFFIXES) and not _is_film(Path(path)):
        wrong.append(f"{text[:200]!r} is no PNG, JPEG or DICOM file")
        return None
    return Path(path)


def _labels_of(record: dict[str, str], cell: str | None, apart: dict[str, str | None], wrong: list[str]) -> dict[str, float]:
    labels: dict[str, float] = {}
    if cell is not None:
        try:
            labels |= read_label_cell(record[cell])
        except ValueError as error:
            wrong.append(f"chexpert_labels: {error}")
    for column, finding in apart.items():
        assert finding in FINDINGS
        try:
            label = _read_text(record[column])
        except ValueError as error:
            wrong.append(f"label {column!r}: {error}")
            continue
        if label is not None:
            labels[finding] = label
    return labels


def _text(cell: str) -> str | None:
    """A cell without blanks around it; None where it says nothing."""
    cell = cell.strip()
    return None if blank(cell) else cell


def _check_values(out: dict[str, Any], wrong: list[str]) -> None:
    if out.get("seed") is not None:
        try:
            seed = float(out["seed"])
            if seed != int(seed) or not 0 <= seed < 2**63:
                raise ValueError
            out["seed"] = int(seed)
        except (ValueError, OverflowError):
            wrong.append(f"seed {out['seed'][:60]!r} is no whole number from 0 up{number_advice(out['seed'])}")
    for name in IDS:
        if out.get(name) is not None:
            try:
                out[name] = identifier(out[name])
            except ValueError as error:
                wrong.append(f"{name} {error}")
    for name in ("image_id", "subject_id", "study_id", "prompt_id", "view"):
        value = out.get(name)
        if value is not None and (len(value) > 500 or not value.isprintable()):
            wrong.append(f"{name} {value[:60]!r} is too long or has control characters")


def _without_repeats(found: Listing, what: str = "line") -> Listing:
    """Two rows for one file, or two files with one id, are problems: the first stays. Images without an id are named by their file."""
    stems = Counter(without_suffix(row.file.name) for row in found.rows)
    for row in found.rows:
        if not row.columns["image_id"]:
            stem = without_suffix(row.file.name)
            row.columns["image_id"] = stem if stems[stem] == 1 else without_suffix(row.columns["source_path"].strip())
    files: dict[Path, int] = {}
    ids: dict[str, int] = {}
    rows = []
    for row in found.rows:
        file, image_id = row.file if row.resolved else row.file.resolve(), row.columns["image_id"]
        if file in files:
            found.problems.append(f"{what} {row.number}: the same file as {what} {files[file]}")
        elif image_id in ids:
            found.problems.append(f"{what} {row.number}: image_id {image_id!r} is that of {what} {ids[image_id]} too")
        else:
            files[file] = ids[image_id] = row.number
            rows.append(row)
    return Listing(rows, found.problems)
