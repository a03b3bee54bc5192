"""Numbers that are not ours: printed in papers, or imported from other tools' result files. No metric reads them."""

from collections.abc import Sequence
from dataclasses import asdict, fields

import pandas as pd

from bench_core.errors import InputError, TableError
from bench_core.intake.chexgenbench import read_results
from bench_core.published import PrintedNumber, Statement, numbers, statements
from bench_core.store.names import checked_name
from bench_core.store.workspace import Workspace

IMPORTED = [
    "name", "file", "row", "model", "metric", "metric_id", "encoder", "better", "mode", "subgroup", "caption", "value", "n", "warning",
    "created",
]  # fmt: skip


def import_results(workspace: Workspace, name: str, files: Sequence[tuple[str, bytes]], skip_bad: bool) -> tuple[int, list[str]]:
    """See `api.import_results`; returns how many numbers, and what was left out."""
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
    return len(rows), problems


def imported_frame(workspace: Workspace) -> pd.DataFrame:
    """See `api.imported_results`."""
    frame = pd.DataFrame(workspace.imports.rows(), columns=IMPORTED)
    frame["created"] = pd.to_datetime(frame["created"].astype(float), unit="s", utc=True)
    for column in ("row", "n"):
        frame[column] = frame[column].astype("Int64")
    return frame.astype({"value": float})


def published_frame() -> pd.DataFrame:
    """See `api.published`."""
    return pd.DataFrame([asdict(n) for n in numbers()], columns=[f.name for f in fields(PrintedNumber)])


def statements_frame() -> pd.DataFrame:
    """See `api.published_statements`."""
    return pd.DataFrame([asdict(s) for s in statements()], columns=[f.name for f in fields(Statement)])
