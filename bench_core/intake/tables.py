"""Reads the table of an import: which column is what, and what is wrong in which line of the file."""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench_core.cells import blank, identifier, number_advice, read_label, read_label_cell
from bench_core.data import Kind
from bench_core.errors import InputError, TableError
from bench_core.intake.film_files import FilmFiles, FilmNotFound, advice_on, is_film, kind_of, leads_nowhere, leads_outside
from bench_core.intake.omissions import Omissions
from bench_core.pixels.formats import SUFFIXES, is_hidden, without_suffix
from bench_core.pixels.grey import AS_IT_SAYS, Storage
from bench_core.table_columns import (
    AGES,
    FILES,
    IMAGE_IDS,
    LABELS,
    MANIFEST,
    PROMPT_IDS,
    SEEDS,
    SEXES,
    SOURCES,
    STUDIES,
    SUBJECTS,
    TEXTS,
    VIEWS,
    Columns,
)
from bench_core.table_files import TableFile, read_table_file

IDS = ("image_id", "subject_id", "study_id", "prompt_id", "source_image_id")
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
    """The images that a table (or folder) names.

    Attributes:
        problems: one line for each thing that is wrong.
        left_out: what is not among the rows, by reason; what is wrong is counted too.
        notes: what else is to be said.
        refused: files of rows that are wrong.
    """

    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left_out: Omissions = field(default_factory=Omissions)
    notes: list[str] = field(default_factory=list)
    refused: list[Path] = field(default_factory=list)

    def refuse(self, problem: str, reason: str, advice: str = "") -> None:
        """One image is wrong."""
        self.problems.append(problem)
        self.left_out.add(reason, advice=advice)

    def refuse_file(self, row: Row, why: str) -> None:
        """The file of a row is no film that can be used; it is counted as what it is."""
        kind = kind_of(row.file)
        self.refuse(f"{row.place or f'line {row.number}'}: {row.columns['source_path']}: {why}", kind, advice_on(kind))


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
    meaning = _Meaning(table.name, read)
    if not len(read.frame):
        read.whole()
    return _table_rows(read, meaning, images)


def _folder_rows(images: Path) -> Listing:
    found, number = Listing(), 0
    root = images.resolve()
    for file in sorted(images.rglob("*")):
        relative = file.relative_to(images).as_posix()
        if is_hidden(relative) or file.is_dir():
            found.left_out.add("linked folder(s)", int(file.is_symlink() and not is_hidden(relative)))
            continue
        away = None
        if file.is_symlink():
            inside = file.resolve().is_relative_to(root)
            away = leads_nowhere(file) if not file.exists() else None if inside else leads_outside(file, images)
        if away is not None and (file.suffix.lower() in SUFFIXES or not file.exists() or is_film(file)):
            found.refuse(f"file {relative}: {away}", away.reason, away.advice)
        elif is_film(file):
            number += 1
            found.rows.append(Row(number, file, {"image_id": None, "source_path": relative}, place=f"file {number}"))
        else:
            found.left_out.add(kind_of(file))
    if not found.rows and not found.problems:
        there = ", ".join(f"{count} {reason}" for reason, count in found.left_out.counts.items())
        raise TableError(
            f"There is no PNG, JPEG or DICOM file in {str(images)!r}{f'; there are {there}' if there else ''}.", [],
            "Save them as PNG, JPEG or DICOM." if there else "",
        )  # fmt: skip
    return _without_repeats(found, "file")


def count_unnamed(images: Path, listing: Listing) -> None:
    """Counts the files of a folder that no row of its table names; for folders in which nothing else should be."""
    named = {row.file for row in listing.rows} | set(listing.refused)
    for file in sorted(images.resolve().rglob("*")):
        if file.is_file() and file not in named and not is_hidden(file.relative_to(images.resolve()).as_posix()):
            listing.left_out.add("film(s) that the table does not name" if is_film(file) else kind_of(file))


class _Meaning:
    """Which column of an import's table is what."""

    def __init__(self, name: str, read: TableFile) -> None:
        columns = Columns(name, read.header)
        self.file = columns.find(FILES) or columns.find(IMAGE_IDS) or columns.need(FILES, "image files")
        manifest = columns.find(MANIFEST) is not None
        self.own_id = None if manifest else columns.find(IMAGE_IDS)
        self.source = columns.find(IMAGE_IDS) if manifest else columns.find(SOURCES)
        names = {
            "prompt": TEXTS, "view": VIEWS, "prompt_id": PROMPT_IDS, "subject_id": SUBJECTS, "study_id": STUDIES, "seed": SEEDS,
            "sex": SEXES, "age": AGES,
        }  # fmt: skip
        self.texts = {name: column for name, words in names.items() if (column := columns.find(words))}
        self.cell = columns.find(LABELS)
        self.findings = columns.findings()
        self.unread = columns.unread({self.file, self.own_id, self.source, self.cell, *self.texts.values()})

    def note(self) -> list[str]:
        """What is said of columns that are not read."""
        if not self.unread:
            return []
        more = f" and {len(self.unread) - 10} more" if len(self.unread) > 10 else ""
        return [f"Columns of the table that an import does not read: {', '.join(map(repr, self.unread[:10]))}{more}."]


def _table_rows(read: TableFile, meaning: _Meaning, images: Path) -> Listing:
    frame = read.frame
    found = Listing(problems=read.problems(), notes=meaning.note())
    found.left_out.add("row(s) that do not fit the header", len(read.misfits))
    files = FilmFiles(images)
    rows = zip(*(frame[c].to_numpy(object).tolist() for c in frame.columns), strict=True)  # to_dict takes three times as long
    for number, cells in zip(read.lines.tolist(), rows, strict=True):
        record = dict(zip(frame.columns, cells, strict=True))
        wrong: list[str] = []
        file, reason, advice = None, "row(s) that are wrong", ""
        try:
            file = files.find(record[meaning.file])
        except FilmNotFound as error:
            wrong.append(str(error))
            reason, advice = error.reason, error.advice
        out: dict[str, Any] = {k: _text(record[c]) for k, c in meaning.texts.items()}
        out["source_path"] = record[meaning.file]
        out["image_id"] = _text(record[meaning.own_id]) if meaning.own_id and meaning.own_id != meaning.file else None
        if meaning.source and not blank(record[meaning.source]):
            out["source_image_id"] = record[meaning.source].strip()
        out.update(_labels_of(record, meaning.cell, meaning.findings, wrong))
        _check_values(out, wrong)
        found.problems += [f"line {number}: {w}" for w in wrong]
        if not wrong and file is not None:
            found.rows.append(Row(number, file, out, resolved=True))
        else:
            found.left_out.add(reason, advice=advice)
            found.refused += [file] if file is not None else []
    return _without_repeats(found)


def _labels_of(record: dict[str, str], cell: str | None, apart: dict[str, str], wrong: list[str]) -> dict[str, float]:
    labels: dict[str, float] = {}
    if cell is not None:
        try:
            labels |= read_label_cell(record[cell])
        except ValueError as error:
            wrong.append(f"chexpert_labels: {error}")
    for column, finding in apart.items():
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
            found.refuse(f"{what} {row.number}: the same file as {what} {files[file]}", "repeated file(s)")
        elif image_id in ids:
            found.refuse(f"{what} {row.number}: image_id {image_id!r} is that of {what} {ids[image_id]} too", "repeated id(s)")
        else:
            files[file] = ids[image_id] = row.number
            rows.append(row)
    return replace(found, rows=rows)
