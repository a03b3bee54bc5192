"""What comes in: images, data sets, result files, the simulated cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from bench_core.api.workspace import open_workspace
from bench_core.data import Kind
from bench_core.records import ImportReport, Progress
from bench_core.registry import Layout

if TYPE_CHECKING:
    import pandas as pd

    from bench_core.intake.columns import SelectionFields


def import_upload(
    name: str, files: Sequence[tuple[str, bytes]], kind: Kind, skip_bad: bool = False, on_progress: Progress | None = None
) -> ImportReport:
    """Imports uploaded files, given as (name, content): images, one CSV, or ZIPs of them. What was uploaded is deleted then.

    Raises:
        InputError: a ZIP leaves its folder or is too large, there are two tables, or two files of one name.
        TableError, NameTaken: see `import_images`.
    """
    from bench_core.intake.uploads import received

    with received(open_workspace(), files) as upload:
        return import_images(name, upload.images, upload.table, kind, skip_bad, on_progress, copy=True)


def import_images(
    name: str,
    images: Path,
    table: Path | None,
    kind: Kind,
    skip_bad: bool = False,
    on_progress: Progress | None = None,
    copy: bool | None = None,
) -> ImportReport:
    """Imports a folder of PNG, JPEG and DICOM files, or those that a CSV names, as a set of that name.

    The same name and content again returns the set that is there.

    Args:
        copy: True: every image is decoded now and copied into the workspace (of DICOM files the pixels only). False: the images stay where
            they are and are not opened yet; each is known by its place, size and time of last change, which are checked whenever it is
            read. None: True here, and False in `import_data_set`, whose images are many and stay.

    Raises:
        TableError: something is wrong and `skip_bad` is not set; `problems` lists each with its row.
        NameTaken: the name belongs to a set with other content.
    """
    from bench_core.intake.images import import_set
    from bench_core.intake.outcome import Import

    order = Import(open_workspace(), name, kind, copy is not False, skip_bad, on_progress)
    return import_set(order, Path(images), Path(table) if table else None)


def layouts() -> Mapping[str, Layout]:
    """The public data sets that can be imported by name, by id."""
    from bench_core import registry

    return registry.layouts()


def import_data_set(
    name: str,
    layout: str,
    root: Path,
    kind: Kind,
    *,
    copy: bool | None = None,
    skip_bad: bool = False,
    on_progress: Progress | None = None,
    **selection: Unpack[SelectionFields],
) -> ImportReport:
    """Imports a public data set that lies in `root` as it was published; see `layouts`.

    Args:
        copy: see `import_images`; None: the images stay where they are.
        selection: which part, all of it unless said: `split` (in the data set's words) and `view` (frontal, PA, AP or lateral); and which
            `labels`, and a table of texts, `annotations`, where the layout takes them.

    Raises:
        UnknownName: there is no such layout.
        TableError: something is wrong and `skip_bad` is not set; `problems` lists each with its row.
        NameTaken: the name belongs to a set with other content.
    """
    from bench_core.intake.columns import Selection
    from bench_core.intake.data_sets import import_data_set
    from bench_core.intake.outcome import Import

    order = Import(open_workspace(), name, kind, copy is True, skip_bad, on_progress)
    return import_data_set(order, layout, Path(root), Selection(**selection))


def import_results(name: str, files: Sequence[tuple[str, bytes]], skip_bad: bool = False) -> ImportReport:
    """Imports CheXGenBench's result files, given as (file name, content), under a name; see `imported_results`.

    Raises:
        TableError: something is wrong and `skip_bad` is not set; `problems` lists each with its file, row and column.
        NameTaken: the name belongs to an import of other numbers.
    """
    from bench_core.engine.answers.external_numbers import import_results

    return import_results(open_workspace(), name, files, skip_bad)


def imported_results() -> pd.DataFrame:
    """`frames.IMPORTED_RESULTS`: numbers from other tools' result files, shown beside ours, read by no metric, without interval or null."""
    from bench_core.engine.answers.external_numbers import imported_frame

    return imported_frame(open_workspace())


def delete_import(name: str) -> None:
    """Deletes the numbers of an import.

    Raises:
        UnknownName: there is none of that name.
    """
    open_workspace().imports.remove(name)


def simulate(subjects: int, seed: int, out: Path, on_progress: Progress | None = None) -> int:
    """Renders a simulated cohort into a folder: images, masks and `table.csv` that import reads; returns the number of films."""
    from bench_core.handover.cohort import export_cohort

    return export_cohort(subjects, seed, out, on_progress)
