"""What readers of layouts share: finding their tables, reading columns as text, reading labels, saying what is wrong in which row.

A reader returns a frame with `path` (relative to the root), `image_id`, as far as known `subject_id`, `study_id`, `view`, `prompt` and
`split`, then findings (1, 0, -1, NaN) and extra columns; and `row` (from 1, in the file `source`) and `problem` (empty where all is well).
"""

import csv
import gzip
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
import pandas as pd

from bench_core.errors import InputError, TableError
from bench_core.intake.labels import read_label

PACKED = ("", ".gz")
VIEWS: Mapping[str, tuple[str, ...]] = {
    "PA": ("PA", "PA LLD", "PA RLD"),
    "AP": ("AP", "AP AXIAL", "AP LLD", "AP RLD"),
    "frontal": ("PA", "PA LLD", "PA RLD", "AP", "AP AXIAL", "AP LLD", "AP RLD", "FRONTAL"),
    "lateral": ("LATERAL", "LL", "RL", "XTABLE LATERAL", "SWIMMERS"),
}
"""What `--view` chooses, in the words of the column `view`; an unknown view is in none of them."""


@dataclass(frozen=True)
class Selection:
    """Which part of a data set is imported, and which of its tables are read; None: all of it, and the usual ones.

    Attributes:
        split: in the data set's own words.
        view: one of `VIEWS`.
        labels: which label table, where there are several.
        annotations: a table of texts for the images.
    """

    split: str | None = None
    view: str | None = None
    labels: str | None = None
    annotations: Path | None = None


class SelectionFields(TypedDict, total=False):
    """The fields of `Selection`, as the facade takes them: by keyword."""

    split: str | None
    view: str | None
    labels: str | None
    annotations: Path | None


def find_table(root: Path, *names: str) -> Path | None:
    """The first of those files in the data set's folder, packed (.gz) or not."""
    return next((root / (name + end) for name in names for end in PACKED if (root / (name + end)).is_file()), None)


def need_table(root: Path, *names: str) -> Path:
    """The first of those files.

    Raises:
        InputError: none is there; names what was looked for.
    """
    found = find_table(root, *names)
    if found is None:
        raise InputError(
            f"There is no {' or '.join(names)} (or .gz of it) in {str(root)!r}.",
            "Give --root the folder that holds it, or choose another --layout.",
        )
    return found


def header_of(table: Path) -> list[str]:
    """The column names of a CSV.

    Raises:
        TableError: it cannot be read.
    """
    try:
        with gzip.open(table) if table.suffix == ".gz" else table.open("rb") as file:
            return next(csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline="")), [])
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{table.name} cannot be read as CSV: {error}.", []) from None


def read_columns(table: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> pd.DataFrame:
    """Those columns of a CSV as text (blank where empty), with `row`, `source` and an empty `problem`.

    Raises:
        TableError: a needed column is missing (names it and those that are there), or the table cannot be read.
    """
    header = header_of(table)
    absent = [c for c in needed if c not in header]
    if absent:
        raise TableError(
            f"{table.name} has no column {absent[0]!r}.",
            [f"column {c!r} is missing" for c in absent],
            f"Columns are: {', '.join(header)[:300]}.",
        )
    wanted = [c for c in header if c in {*needed, *optional}]
    try:
        frame = pd.read_csv(table, dtype=str, keep_default_na=False, encoding="utf-8-sig", usecols=wanted)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError, EOFError, OSError, ValueError) as error:
        raise TableError(
            f"{table.name} cannot be read as a table: {str(error).strip()[:200]}.", [], "Is it cut off? Fetch it again."
        ) from None
    if not len(frame):
        raise TableError(f"{table.name} has no rows.", [])
    frame["row"] = np.arange(1, len(frame) + 1)
    return frame.assign(source=table.name, problem="")


def note(frame: pd.DataFrame, wrong: pd.Series | np.ndarray, text: pd.Series | str) -> None:
    """Adds a problem to the rows that are wrong and have none yet."""
    rows = np.asarray(wrong, bool) & (frame["problem"] == "").to_numpy()
    if rows.any():
        frame.loc[rows, "problem"] = text if isinstance(text, str) else text[rows]


def read_labels(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Label columns (finding by column name) as floats: 1, 0, -1, NaN for blank; bad ones become problems of their row."""
    found = {}
    for column, finding in columns.items():
        values: dict[str, float] = {}
        bad = []
        for text in frame[column].dropna().unique():
            try:
                label = read_label(text)
            except ValueError:
                bad.append(text)
                label = None
            values[text] = np.nan if label is None else label
        if bad:
            note(
                frame,
                frame[column].isin(bad),
                f"label {column!r} is " + frame[column].str.slice(0, 40).fillna("") + ", none of 1, 0, -1 and blank",
            )
        found[finding] = frame[column].map(values).astype(float)
    return pd.DataFrame(found, index=frame.index)


def present(parts: Sequence[frozenset[str]], words: Sequence[str]) -> np.ndarray:  # (N,) bool
    """For each image whether its labels hold any of those words."""
    wanted = frozenset(words)
    known: dict[frozenset[str], bool] = {}
    return np.array([known.setdefault(p, not wanted.isdisjoint(p)) for p in parts], bool)


def files_below(root: Path, suffixes: Sequence[str], depth: int = 3) -> dict[str, str]:
    """Path relative to the root of every file with such a suffix, by file name; the first in alphabetical order of folders wins."""
    found: dict[str, str] = {}
    folders = [("", 0)]
    while folders:
        relative, level = folders.pop(0)
        below = []
        try:
            with os.scandir(root / relative) as entries:
                for entry in entries:
                    path = f"{relative}/{entry.name}" if relative else entry.name
                    if entry.name.lower().endswith(tuple(suffixes)):
                        found.setdefault(entry.name, path)
                    elif level < depth and "." not in entry.name and entry.is_dir():
                        below.append((path, level + 1))
        except OSError as error:
            raise InputError(f"The folder {str(root / relative)!r} cannot be read: {error.strerror}.") from None
        folders += sorted(below)
    return found
