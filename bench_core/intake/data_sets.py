"""Import of a public data set by the name of its layout: which of its images are wanted, which are there, what is wrong with the others."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench_core.cells import view_word
from bench_core.data import FINDINGS
from bench_core.errors import InputError, TableError
from bench_core.intake.columns import LEFT_OUT, VIEWS, Selection, note
from bench_core.intake.film_files import NOT_FETCHED, leads_nowhere
from bench_core.intake.images import import_rows
from bench_core.intake.in_place import import_in_place, states_of
from bench_core.intake.omissions import Omissions
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
    frame, left_out = read_layout(layout, root, selection)
    order.tell(0, len(frame), "Looking for the image files")
    states = states_of(root, frame["path"].fillna("").tolist(), order.on_progress)
    gone = (states["size"].to_numpy() < 0) & (frame["problem"] == "").to_numpy()
    note(frame, gone, _missing(frame, gone, root, left_out))
    problems = [_place(row) + row["problem"] for row in frame[frame["problem"] != ""][["line", "source", "problem"]].to_dict("records")]
    good = (frame["problem"] == "").to_numpy()
    left_out.add("row(s) that are wrong", len(frame) - int(good.sum()) - int(gone.sum()))
    table = frame[good].drop(columns=["problem"]).reset_index(drop=True)
    listing = Listing(_rows(table, root) if order.copy else [], problems, left_out, _unlabelled(table))
    if order.copy:
        return import_rows(order, listing)
    table = table.drop(columns=["line", "source"])
    return import_in_place(order, root, table, states[good].reset_index(drop=True), listing, {"layout": layout})


def _missing(frame: pd.DataFrame, gone: np.ndarray, root: Path, left_out: Omissions) -> pd.Series:
    """What is said of rows whose file is not there; counts them. Dead links are told from files that are missing."""
    said = [""] * len(frame)
    for row, path in zip(np.flatnonzero(gone), frame["path"].to_numpy()[gone], strict=True):
        try:
            dead = (root / path).is_symlink()
        except (OSError, ValueError):
            dead = False
        said[row] = f"{path} {leads_nowhere(root / path)}" if dead else f"there is no file {path} in the data set's folder"
        left_out.add("dead link(s)" if dead else "missing file(s)", advice=NOT_FETCHED if dead else "")
    return pd.Series(said, frame.index, dtype=object)


def _unlabelled(table: pd.DataFrame) -> list[str]:
    """What is said where some images have labels and others none at all."""
    labels = [c for c in FINDINGS if c in table]
    without = int(table[labels].isna().all(axis=1).sum()) if labels else len(table)
    return [f"{without:,} of the {len(table):,} images have no label of any finding."] if 0 < without < len(table) else []


def read_layout(layout: str, root: Path, selection: Selection) -> tuple[pd.DataFrame, Omissions]:
    """The selected rows of a data set and how many were not, without looking at its images; see `columns.py` for what they hold.

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
    why_not = frame.pop(LEFT_OUT) if LEFT_OUT in frame else pd.Series("", frame.index, dtype=object)
    for choice in (_other_views(frame, selection.view), _other_splits(frame, selection.split, found.title)):
        if choice is not None:
            why_not = choice.where(choice != "", why_not)
    left_out = Omissions()
    left_out.add_each(why_not[why_not != ""])
    frame = frame[why_not == ""].reset_index(drop=True)
    if not len(frame):
        there = ImportReport(None, 0, [], [], left_out.counts).sentence()
        raise TableError(
            f"{found.title} in {str(root)!r} has no image of what is asked ({there}).", [], "Ask for another --split or --view."
        )  # fmt: skip
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
    return frame, left_out


def _other_views(frame: pd.DataFrame, view: str | None) -> pd.Series | None:
    """For each row why it is not of that view; empty where it is. A row that is wrong may lack its view: it is told of."""
    if view is None:
        return None
    chosen = next((v for v in VIEWS if v.lower() == view.lower()), None)
    if chosen is None:
        raise InputError(f"There is no view {view!r}.", f"Choose one of {', '.join(VIEWS)}.")
    if frame["view"].isna().all():
        raise InputError("This data set does not say which view its images are.", "Leave --view out.")
    words = frame["view"].map(view_word, na_action="ignore").fillna("")
    reason = ("with view " + words).where(words != "", "without a view")
    return reason.where(~words.isin(VIEWS[chosen]) & ((words != "") | (frame["problem"] == "")), "")


def _other_splits(frame: pd.DataFrame, split: str | None, title: str) -> pd.Series | None:
    """For each row why it is not of that split; empty where it is."""
    if split is None:
        return None
    known = sorted(frame["split"].dropna().unique()) if "split" in frame else []
    if split not in known:
        hint = f"Its splits are: {', '.join(known)}." if known else "It has none here; leave --split out."
        raise InputError(f"{title} has no split {split!r}.", hint)
    other = (frame["split"] != split) & (frame["split"].notna() | (frame["problem"] == ""))
    return pd.Series(np.where(other, "of other splits", ""), frame.index, dtype=object)


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
