"""Import of a public data set by the name of its layout: which of its images are wanted, which are there, what is wrong with the others."""

from pathlib import Path
from typing import Any

import pandas as pd

from bench_core.errors import InputError, TableError
from bench_core.intake.columns import VIEWS, Selection, note
from bench_core.intake.images import import_rows
from bench_core.intake.in_place import import_in_place, states_of
from bench_core.intake.outcome import Import
from bench_core.intake.tables import Listing, Row
from bench_core.pixels.grey import STORED_AS, Storage
from bench_core.records import ImportReport
from bench_core.registry import find_layout


def import_data_set(order: Import, layout: str, root: Path, selection: Selection) -> ImportReport:
    """Imports that part of a data set which lies in `root` as it was published.

    Raises:
        UnknownName: there is no such layout.
        TableError: something is wrong and is not to be skipped; `problems` lists each with its row.
        NameTaken: the name belongs to a set with other content.
    """
    frame = read_layout(layout, root, selection)
    order.tell(0, len(frame), "Looking for the image files")
    states = states_of(root, frame["path"].fillna("").tolist(), order.on_progress)
    note(frame, states["size"].to_numpy() < 0, "there is no file " + frame["path"].fillna("") + " in the data set's folder")
    problems = [_place(row) + row["problem"] for row in frame[frame["problem"] != ""][["line", "source", "problem"]].to_dict("records")]
    good = (frame["problem"] == "").to_numpy()
    table = frame[good].drop(columns=["problem"]).reset_index(drop=True)
    if order.copy:
        return import_rows(order, Listing(_rows(table, root), problems))
    table = table.drop(columns=["line", "source"])
    return import_in_place(order, root, table, states[good].reset_index(drop=True), problems, {"layout": layout})


def read_layout(layout: str, root: Path, selection: Selection) -> pd.DataFrame:
    """The selected rows of a data set, without looking at its images; see `columns.py` for what they hold.

    Raises:
        UnknownName: there is no such layout.
        InputError: a table is missing, or what is selected is not in this data set.
        TableError: a table cannot be read, or holds no row of what is selected.
    """
    found = find_layout(layout)
    if not root.is_dir():
        raise InputError(f"{str(root)!r} is not a folder.", f"Give the folder of {found.title}: {found.looks_like}.")
    for option in ("labels", "annotations"):
        if getattr(selection, option) is not None and option not in found.takes:
            raise InputError(f"{found.title} takes no {option}.", f"Leave --{option} out.")
    frame = found.read(root, selection)
    for column in ("image_id", "path", "view"):
        if column not in frame:
            frame[column] = None
    frame = _of_split(_of_view(frame, selection.view), selection.split, found.title).reset_index(drop=True)
    if not len(frame):
        raise TableError(f"{found.title} in {str(root)!r} has no image of what is asked.", [], "Ask for another --split or --view.")
    path = frame["path"].fillna("").astype(str)
    note(frame, path == "", "names no image file")
    note(
        frame,
        path.str.startswith(("/", "\\")) | path.str.contains(r"(?:^|/)\.\.(?:/|$)|\x00", regex=True),
        "path " + path + " leaves the folder",
    )
    note(
        frame,
        frame["image_id"].duplicated() & frame["image_id"].notna(),
        "image_id " + frame["image_id"].fillna("") + " stands in an earlier line too",
    )
    return frame


def _of_view(frame: pd.DataFrame, view: str | None) -> pd.DataFrame:
    if view is None:
        return frame
    chosen = next((v for v in VIEWS if v.lower() == view.lower()), None)
    if chosen is None:
        raise InputError(f"There is no view {view!r}.", f"Choose one of {', '.join(VIEWS)}.")
    if frame["view"].isna().all():
        raise InputError("This data set does not say which view its images are.", "Leave --view out.")
    # A row that is wrong may lack its view; it is told of, not silently left out.
    return frame[frame["view"].isin(VIEWS[chosen]) | (frame["view"].isna() & (frame["problem"] != ""))]


def _of_split(frame: pd.DataFrame, split: str | None, title: str) -> pd.DataFrame:
    if split is None:
        return frame
    known = sorted(frame["split"].dropna().unique()) if "split" in frame else []
    if split not in known:
        hint = f"Its splits are: {', '.join(known)}." if known else "It has none here; leave --split out."
        raise InputError(f"{title} has no split {split!r}.", hint)
    return frame[(frame["split"] == split) | (frame["split"].isna() & (frame["problem"] != ""))]


def _place(row: dict[str, Any]) -> str:
    source = str(row["source"])
    return f"{source}: " if source.endswith(".xml") else f"{source} line {row['line']}: "


def _rows(table: pd.DataFrame, root: Path) -> list[Row]:
    """The rows as the import by copying takes them: blanks left out."""
    rows = []
    for record in table.to_dict("records"):
        number, source, path = record.pop("line"), record.pop("source"), record.pop("path")
        storage = Storage.of(record.pop(STORED_AS, None))
        columns = {str(k): v for k, v in record.items() if v is not None and v == v and v != ""}
        place = _place({"source": source, "line": number}).rstrip(": ")
        rows.append(Row(number, root / path, {**columns, "source_path": path}, place, storage=storage))
    return rows
