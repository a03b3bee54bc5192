"""Numbers that are not ours: printed in papers, or imported from other tools' result files. No metric reads them."""

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from bench_core.errors import InputError, TableError
from bench_core.frames import IMPORTED_RESULTS, PUBLISHED, STATEMENTS
from bench_core.intake.chexgenbench import read_results
from bench_core.published import numbers, statements
from bench_core.records import ImportReport
from bench_core.store.names import checked_name
from bench_core.store.workspace import Workspace


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
    return ImportReport(None, len(rows), problems, [], {"wrong cell(s), row(s) or column(s)": len(problems)} if problems else {})


def imported_frame(workspace: Workspace) -> pd.DataFrame:
    """All imported numbers, in the order in which they were imported."""
    return IMPORTED_RESULTS.of(workspace.imports.rows())


def published_frame() -> pd.DataFrame:
    """All printed numbers, one row per cell."""
    return PUBLISHED.of([asdict(n) for n in numbers()])


def statements_frame() -> pd.DataFrame:
    """What papers say in words, one row per statement."""
    return STATEMENTS.of([asdict(s) for s in statements()])
