"""Marks of pairs: checked before they are kept, and read as a table."""

from typing import Literal, get_args

import pandas as pd

from bench_core.errors import InputError
from bench_core.frames import MARKS
from bench_core.store.marks import TAKEN_BACK
from bench_core.store.workspace import Workspace

Mark = Literal["copy", "same patient", "harmless"]
KNOWN = get_args(Mark)
PAIR = ["synthetic", "image_id", "train", "train_image_id"]


def mark_pair(workspace: Workspace, synthetic: str, train: str, pair: tuple[str, str], mark: str | None, author: str) -> None:
    """Keeps what somebody says of a pair; None takes back what is said of it.

    Args:
        pair: ids of the synthetic and of the training image.

    Raises:
        UnknownName: there is no such set or image.
        InputError: there is no such mark, the set is none of synthetic images, or nobody says it.
    """
    if mark is not None and mark not in KNOWN:
        raise InputError(f"There is no mark {mark!r}.", f"Choose {', '.join(KNOWN)}, or none.")
    if not author.strip():
        raise InputError("A mark needs somebody who says so, and the name is empty.", "Give a name.")
    sets = [workspace.sets.open(name) for name in (synthetic, train)]
    if sets[0].kind != "synthetic":
        raise InputError(f"Set {sets[0].name!r} is of {sets[0].kind} images.", "Marks are about synthetic images beside training images.")
    for images, image_id in zip(sets, pair, strict=True):
        workspace.sets.row_of(images, image_id)
    workspace.marks.add(sets[0].id, pair[0], sets[1].id, pair[1], mark=mark or TAKEN_BACK, author=author.strip())


def marks_table(workspace: Workspace, synthetic: str | None, train: str | None, history: bool) -> pd.DataFrame:
    """`frames.MARKS`: the marks that stand; with `history` every entry, also those that a later one changed or took back.

    Raises:
        UnknownName: there is no such set.
    """
    ids = [None if name is None else workspace.sets.find(name) for name in (synthetic, train)]
    rows = workspace.marks.rows(*ids)
    last = {tuple(row[name] for name in PAIR): row["id"] for row in rows}
    standing = set(last.values())
    names = {set_id: _name(workspace, set_id) for row in rows for set_id in (row["synthetic"], row["train"])}
    told = [
        {**row, "set_name": names[row["synthetic"]], "train_name": names[row["train"]], "stands": row["id"] in standing}
        for row in rows
        if history or (row["id"] in standing and row["mark"] != TAKEN_BACK)
    ]
    return MARKS.of(told)


def _name(workspace: Workspace, set_id: str) -> str:
    return next(iter(workspace.sets.names_of(set_id)), set_id)
