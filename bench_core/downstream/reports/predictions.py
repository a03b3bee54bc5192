"""Predicted reports beside their references: what a JSONL file of another program holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench_core.errors import InputError, TableError

PREDICTION, REFERENCE = "prediction", "reference"
IDS, PATIENTS = ("id", "image_id", "study_id"), ("patient", "subject_id", "patient_id")
"""What these columns may be called; the first that is there is read."""
FEWEST = 2


@dataclass(frozen=True)
class Predictions:
    """Pairs of reports.

    Attributes:
        ids: the film of each pair. patients: who it is of; None where nobody says it, so that every pair counts as a patient.
        not_read: columns that mean nothing here.
    """

    predictions: Sequence[str]
    references: Sequence[str]
    ids: Sequence[str]
    patients: Sequence[str] | None = None
    not_read: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.predictions)

    @property
    def units(self) -> np.ndarray:  # (N,) int
        """Pairs that are drawn together: those of one patient."""
        if self.patients is None:
            return np.arange(len(self))
        return np.unique(np.asarray(self.patients), return_inverse=True)[1]


def read_predictions(path: Path) -> Predictions:
    """Those of a file; see `predictions_in`."""
    try:
        return predictions_in(path.read_bytes(), path.name)
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read: {error.strerror}.") from None


def predictions_in(data: bytes, name: str) -> Predictions:
    """Pairs in JSONL: one object a line with `prediction`, `reference` and, if known, `id` and `patient`. Blank lines are passed over.

    An empty prediction is one: a model may have said nothing, and is scored so. An empty reference is none.

    Raises:
        TableError: what is wrong, line by line; nothing is left out.
    """
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise TableError(f"{name} is no UTF-8 text: byte {error.start} is {data[error.start]:#x}.", [], "Save it as UTF-8.") from None
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            row, fault = _row(line)
            problems += [f"line {number}: {fault}"] if fault else []
            rows.append(row)
    problems = problems or _faults_together(rows)
    if problems:
        more = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
        raise TableError(
            f"{name} {problems[0]}{more}.", problems, 'Each line is one object: {"prediction": "...", "reference": "...", "id": "..."}.'
        )
    if len(rows) < FEWEST:
        raise TableError(f"{name} has {len(rows)} pairs of reports; intervals need at least {FEWEST}.", [])
    id_column, patient_column = (next((c for c in names if c in rows[0]), None) for names in (IDS, PATIENTS))
    known = {PREDICTION, REFERENCE, id_column, patient_column}
    return Predictions(
        [row[PREDICTION] for row in rows],
        [row[REFERENCE] for row in rows],
        [str(row[id_column]) for row in rows] if id_column else [str(i + 1) for i in range(len(rows))],
        [str(row[patient_column]) for row in rows] if patient_column else None,
        sorted({column for row in rows for column in row} - {str(c) for c in known}),
    )


def _row(line: str) -> tuple[dict[str, Any], str]:
    """The object of a line, and what is wrong with it."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return {}, f"this is no JSON ({error.msg} at column {error.colno})"
    if not isinstance(row, dict):
        return {}, f"an object is needed, and this is {json.dumps(row)[:60]}"
    for column in (PREDICTION, REFERENCE):
        if column not in row:
            return row, f"there is no {column!r}; its columns are {', '.join(map(str, row)) or 'none'}"
        if not isinstance(row[column], str):
            return row, f"{column} is {json.dumps(row[column])[:60]}, and text is needed"
    return row, "" if row[REFERENCE].strip() else f"{REFERENCE} is empty"


def _faults_together(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Ids that are there twice, and columns that some lines have and others have not."""
    faults = []
    for what, names in (("id", IDS), ("patient", PATIENTS)):
        column = next((c for c in names if any(c in row for row in rows)), None)
        if column is None:
            continue
        lacking = [i for i, row in enumerate(rows, 1) if row.get(column) in (None, "")]
        if lacking:
            faults.append(f"row {lacking[0]}: there is no {column!r}, which other rows have ({len(lacking)} rows lack it)")
        elif what == "id":
            seen: set[str] = set()
            twice = [str(row[column]) for row in rows if str(row[column]) in seen or seen.add(str(row[column]))]  # type: ignore[func-returns-value]
            faults += [f"{column} {twice[0]!r} is there more than once ({len(twice)} rows too many)"] if twice else []
    return faults
