"""Numbers that are not ours: printed in papers, or imported from other tools' result files. No metric reads them."""

from collections.abc import Sequence
from dataclasses import asdict, fields

import pandas as pd

from bench_core.errors import InputError, TableError
from bench_core.intake.chexgenbench import read_results
from bench_core.published import PrintedNumber, Statement, numbers, statements
from bench_core.records import ImportReport
from bench_core.store.names import checked_name
from bench_core.store.workspace import Workspace

IMPORTED = [
    "name", "file", "row", "model", "metric", "metric_id", "encoder", "better", "mode", "subgroup", "caption", "value", "n", "warning",
    "created",
]  # fmt: skip


def import_results(workspace: Workspace, name: str, files: Sequence[tuple[str, bytes]], skip_bad: bool) -> ImportReport:
    """Stores the numbers of CheXGenBench's result files, given as (file name, content), under a name; with `skip_bad` those that are right.

    Raises:
        InputError: no file was given.
        TableError: something is wrong and `skip_bad` is not set, or there is no number.
        NameTaken: an import of that name has other numbers.
    """
    name = checked_name(name)
    if not files:
        raise InputError("No file was given.", "Name at least one CSV.")
    rows, problems = read_results(files)
    if problems and not skip_bad:
        raise TableError(
            f"{len(problems)} thing{'s are' if len(problems) > 1 else ' is'} wrong; nothing was imported.", problems,
            "Mend them, or leave out what is wrong (--skip-bad).",
        )  # fmt: skip
    if not rows:
        raise TableError("There is no number that can be imported.", problems)
    workspace.imports.add(name, rows)
    return ImportReport(None, len(rows), problems)


def imported_frame(workspace: Workspace) -> pd.DataFrame:
    """All imported numbers as `IMPORTED`, in the order in which they were imported."""
    frame = pd.DataFrame(workspace.imports.rows(), columns=IMPORTED)
    frame["created"] = pd.to_datetime(frame["created"].astype(float), unit="s", utc=True)
    for column in ("row", "n"):
        frame[column] = frame[column].astype("Int64")
    return frame.astype({"value": float})


def published_frame() -> pd.DataFrame:
    """All printed numbers, one row per cell, with the fields of `PrintedNumber` as columns."""
    return pd.DataFrame([asdict(n) for n in numbers()], columns=[f.name for f in fields(PrintedNumber)])


def statements_frame() -> pd.DataFrame:
    """What papers say in words, one row per statement, with the fields of `Statement` as columns."""
    return pd.DataFrame([asdict(s) for s in statements()], columns=[f.name for f in fields(Statement)])
