"""What readers of layouts share: finding their tables, reading columns as text, reading labels, saying what is wrong in which line.

A reader returns a frame with `path` (relative to the root), `image_id`, as far as known `subject_id`, `study_id`, `view`, `prompt` and
`split`, then findings (1, 0, -1, NaN) and extra columns; and `line` (from 1, of the file `source`) and `problem` (empty where all is well).
A row that is no image of the set by the data set's own word stays in the frame, with the reason in `left_out`: it is counted, not lost.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
import pandas as pd

from bench_core.cells import blank, identifier, number_advice, read_label
from bench_core.errors import InputError, TableError
from bench_core.table_files import read_table_file

PACKED = ("", ".gz")
_PLAIN_ID = r"^[A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]*$"
"""Ids that `cells.identifier` leaves as they are: nearly all, and asking it for each of 400,000 takes seconds."""
ADDED = ("line", "source", "problem")
"""What `read_columns` adds to the columns of a table."""
LEFT_OUT = "left_out"
"""Column of a reader's frame: why a row is not imported though nothing is wrong with it, in the words of `Omissions`; else empty."""
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


def read_columns(table: Path, needed: Sequence[str], optional: Sequence[str] | None = ()) -> pd.DataFrame:
    """Those columns of a CSV as text (empty where it says nothing), with `line`, `source` and an empty `problem`.

    Args:
        optional: columns that are taken where they are there; None: all.

    Raises:
        TableError: a needed column is missing (names it and those that are there), or a row does not fit the header.
    """
    read = read_table_file(table, None if optional is None else {*needed, *optional})
    absent = [c for c in needed if c not in read.header]
    if absent:
        raise TableError(
            f"{table.name} has no column {absent[0]!r}.",
            [f"column {c!r} is missing" for c in absent],
            f"Columns are: {', '.join(read.header)[:300]}.",
        )
    return read.whole().frame.assign(line=read.lines, source=table.name, problem="")


def without_words_for_nothing(column: pd.Series) -> pd.Series:
    """A column in which nan, None, NA and the like are empty; every other cell as it stands."""
    return column.map({text: "" if blank(text) else text for text in column.unique()})


def read_identifiers(frame: pd.DataFrame, *columns: str) -> None:
    """Makes ids of those columns as `cells.identifier` reads them, so that tables join; what is none becomes a problem of its row."""
    for column in columns:
        ids: dict[str, str] = {}
        bad: dict[str, str] = {}
        odd = ~frame[column].str.contains(_PLAIN_ID, regex=True).to_numpy(bool)
        for text in frame.loc[odd, column].unique():
            try:
                ids[text] = identifier(text)
            except ValueError as error:
                ids[text], bad[text] = "", f"{column} {error}"
        if bad:
            note(frame, frame[column].isin(list(bad)), frame[column].map(bad).fillna(""))
        if ids:
            frame.loc[odd, column] = frame.loc[odd, column].map(ids)


def note(frame: pd.DataFrame, wrong: pd.Series | np.ndarray, text: pd.Series | str) -> None:
    """Adds a problem to the rows that are wrong and have none yet."""
    rows = np.asarray(wrong, bool) & (frame["problem"] == "").to_numpy()
    if rows.any():
        frame.loc[rows, "problem"] = text if isinstance(text, str) else text[rows]


def leave_out(frame: pd.DataFrame, rows: pd.Series | np.ndarray, reason: str) -> None:
    """Marks rows that are not imported though nothing is wrong with them; a reason given before stays."""
    if LEFT_OUT not in frame:
        frame[LEFT_OUT] = ""
    frame.loc[np.asarray(rows, bool) & (frame[LEFT_OUT] == "").to_numpy(), LEFT_OUT] = reason


def check_join(ours: pd.Series, theirs: Iterable[str], what: str, table: str) -> None:
    """Refuses a join that finds nothing: it would leave every image without what was to be joined.

    Args:
        ours: the ids of the images, or of their studies.
        theirs: those of the table.
        what: which ids these are.

    Raises:
        TableError: none of the ids stands in the table; shows one of each.
    """
    known = set(theirs)
    if len(ours) and not ours.isin(known).any():
        example = f" ({next(iter(sorted(known)))!r} is one)" if known else ""
        raise TableError(
            f"None of the {len(ours):,} rows has a {what} that stands in {table}{example}; {str(ours.iat[0])!r} is the first.", [],
            "Are both tables of one version of the data set, and is that column whole?",
        )  # fmt: skip


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
                f"label {column!r} is "
                + frame[column].str.slice(0, 40).fillna("")
                + ", none of 1, 0, -1 and blank"
                + number_advice(bad[0]),
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
