"""Numbers that are not ours: printed in papers, or imported from other tools' result files. No metric reads them."""

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from bench_core.errors import InputError, TableError
from bench_core.frames import IMPORTED_RESULTS, PUBLISHED, STATEMENTS
from bench_core.intake.chexgenbench import read_results
from bench_core.published import numbers, statements
from bench_core.store.names import checked_name
from bench_core.store.workspace import Workspace


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
    return IMPORTED_RESULTS.of(workspace.imports.rows())


def published_frame() -> pd.DataFrame:
    """See `api.published`."""
    return PUBLISHED.of([asdict(n) for n in numbers()])


def statements_frame() -> pd.DataFrame:
    """See `api.published_statements`."""
    return STATEMENTS.of([asdict(s) for s in statements()])
