"""Import of a public data set by the name of its layout: which of its images are wanted, which are there, what is wrong with the others."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from bench_core.data import Kind
from bench_core.errors import InputError, TableError
from bench_core.intake.columns import VIEWS, Asked, note
from bench_core.intake.images import import_found
from bench_core.intake.in_place import import_in_place, states_of
from bench_core.intake.outcome import check_kind
from bench_core.intake.tables import Found, Row
from bench_core.registry import find_layout
from bench_core.store.names import checked_name
from bench_core.store.workspace import Workspace

OnProgress = Callable[[int, int, str], None] | None


@dataclass(frozen=True)
class Wanted:
    """What of a data set is to be imported; None: all."""

    split: str | None = None
    view: str | None = None
    labels: str | None = None
    annotations: Path | None = None


def import_data_set(
    workspace: Workspace,
    name: str,
    layout: str,
    root: Path,
    kind: Kind,
    wanted: Wanted,
    copy: bool,
    skip_bad: bool,
    on_progress: OnProgress,
) -> tuple[str, int, list[str]]:
    """Imports; returns set id, number of images and problems. See `api.import_data_set`."""
    check_kind(kind)
    name = checked_name(name)
    frame = read_layout(layout, root, wanted)
    if on_progress:
        on_progress(0, len(frame), "Looking for the image files")
    states = states_of(root, frame["path"].fillna("").tolist(), on_progress)
    note(frame, states["size"].to_numpy() < 0, "there is no file " + frame["path"].fillna("") + " in the data set's folder")
    problems = [_place(row) + row["problem"] for row in frame[frame["problem"] != ""][["row", "source", "problem"]].to_dict("records")]
    good = (frame["problem"] == "").to_numpy()
    table = frame[good].drop(columns=["problem"]).reset_index(drop=True)
    if copy:
        return import_found(workspace, name, Found(_rows(table, root), problems), kind, skip_bad, on_progress)
    table = table.drop(columns=["row", "source"])
    states = states[good].reset_index(drop=True)
    return import_in_place(workspace, name, root, table, states, problems, kind, skip_bad, {"layout": layout})


def read_layout(layout: str, root: Path, wanted: Wanted) -> pd.DataFrame:
    """The wanted rows of a data set, without looking at its images; see `columns.py` for what they hold.

    Raises:
        UnknownName: there is no such layout.
        InputError: a table is missing, or what is wanted is not in this data set.
        TableError: a table cannot be read, or holds no row of what is wanted.
    """
    found = find_layout(layout)
    if not root.is_dir():
        raise InputError(f"{str(root)!r} is not a folder.", f"Give the folder of {found.title}: {found.looks_like}.")
    for option in ("labels", "annotations"):
        if getattr(wanted, option) is not None and option not in found.takes:
            raise InputError(f"{found.title} takes no {option}.", f"Leave --{option} out.")
    frame = found.read(root, Asked(wanted.labels, wanted.annotations))
    for column in ("image_id", "path", "view"):
        if column not in frame:
            frame[column] = None
    frame = _of_split(_of_view(frame, wanted.view), wanted.split, found.title).reset_index(drop=True)
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
        "image_id " + frame["image_id"].fillna("") + " stands in an earlier row too",
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
    return f"{source}: " if source.endswith(".xml") else f"{source} row {row['row']}: "


def _rows(table: pd.DataFrame, root: Path) -> list[Row]:
    """The rows as the import by copying takes them: blanks left out."""
    rows = []
    for record in table.to_dict("records"):
        number, source, path = record.pop("row"), record.pop("source"), record.pop("path")
        columns = {str(k): v for k, v in record.items() if v is not None and v == v and v != ""}
        rows.append(
            Row(number, root / path, {**columns, "source_path": path}, place=_place({"source": source, "row": number}).rstrip(": "))
        )
    return rows
