"""Sets whose images stay where they are: nothing is copied and few films are decoded: 400,000 rows are imported within a minute.

The price: an image's digest is made of its place, size and time of last change, not of its pixels. So the same film at two places is
encoded twice, a file that cannot be decoded is noticed when it is first read (the run ends with an error that names it), and the set
needs its files: size and time are compared at every read, and a file that is gone or changed is an error, never another image under an
old number.
"""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench_core.data import FLAT, content_key, file_digest
from bench_core.errors import ImageUnreadable
from bench_core.intake.grey_scale import look_at
from bench_core.intake.outcome import Import, refused, reported, take_name
from bench_core.intake.tables import Listing, Row
from bench_core.pixels.grey import STORED_AS, Storage, check_format
from bench_core.records import ImportReport, Progress

CHUNK = 4_000
THREADS = 8
"""Looking at a file costs a round trip where the folder is on a network: several at once."""


def states_of(root: Path, paths: Sequence[str], on_progress: Progress | None = None) -> pd.DataFrame:
    """Size in bytes (-1: no such file) and time of last change in ns of every path below the root."""
    base = str(root.resolve())

    def look(start: int) -> list[tuple[int, int]]:
        return [_state(f"{base}/{path}") if path else (-1, 0) for path in paths[start : start + CHUNK]]

    found: list[tuple[int, int]] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for part in pool.map(look, range(0, len(paths), CHUNK)):
            found += part
            if on_progress:
                on_progress(len(found), len(paths), "Looking for the image files")
    return pd.DataFrame(found, columns=["size", "changed"], dtype="int64")


def _state(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - 400,000 Path objects cost more than the look itself
    except (OSError, ValueError):
        return -1, 0
    return (found.st_size, found.st_mtime_ns) if found.st_mode & 0o100000 else (-1, 0)


def import_rows_in_place(order: Import, root: Path, listing: Listing) -> ImportReport:
    """The rows of a user's own folder or table, their images left where they are."""
    listing = films_of(listing)
    base = root.resolve()
    start = len(str(base)) + 1  # relative_to() of 400,000 paths takes longer than all else
    records = [{**row.columns, "path": str(row.file if row.resolved else row.file.resolve())[start:]} for row in listing.rows]
    table = pd.DataFrame(records)
    states = states_of(base, table["path"].tolist() if records else [], order.on_progress)
    return import_in_place(order, base, table.drop(columns=["source_path"], errors="ignore"), states, listing, {})


def films_of(listing: Listing) -> Listing:
    """The rows whose files are PNG, JPEG or DICOM by their first bytes; the others become problems, in the words of a copying import."""

    def look(row: Row) -> str:
        try:
            check_format(row.file)
        except ImageUnreadable as error:
            return str(error)
        except OSError as error:
            return f"cannot be read ({error.strerror})"
        return ""

    with ThreadPoolExecutor(THREADS) as pool:
        wrong = list(pool.map(look, listing.rows))
    for row, why in zip(listing.rows, wrong, strict=True):
        if why:
            listing.refuse_file(row, why)
    return replace(listing, rows=[row for row, why in zip(listing.rows, wrong, strict=True) if not why])


def import_in_place(
    order: Import, root: Path, table: pd.DataFrame, states: pd.DataFrame, listing: Listing, meta: dict[str, Any]
) -> ImportReport:
    """Registers the rows as a set.

    Args:
        states: size and time of last change of each row's file, see `states_of`.
        listing: what is wrong or left out; its rows are those of the table.
        meta: what is kept of how the set came in, besides what every set in place keeps.
    """
    if listing.problems and (not order.skip_bad or not len(table)):
        raise refused(listing.problems, len(table), listing.left_out.advised())
    root = root.resolve()
    table = table.replace({"": None})
    paths = table["path"].tolist()
    said = [Storage.of(cell) for cell in table[STORED_AS]] if STORED_AS in table else []
    bits, notes, flat = look_at(root, paths, dict(zip(paths, said, strict=True)) if said else {})
    if bits is not None:
        table[STORED_AS] = str(Storage(bits))
    meant = [str(storage) for storage in said or [Storage(bits)] * len(table)]
    pairs = zip(paths, states["size"].tolist(), states["changed"].tolist(), meant, strict=True)
    table["digest"] = [file_digest(root, path, size, changed, storage) for path, size, changed, storage in pairs]
    reports = "prompt" in table and bool(table["prompt"].notna().any())
    if reports and "prompt_id" not in table:
        table["prompt_id"] = table["prompt"].map({t: content_key("prompt", t) for t in table["prompt"].dropna().unique()})
    set_id = content_key("imported in place", order.kind, str(root), table_key(table))
    take_name(order.workspace, order.name, set_id)
    if not order.workspace.sets.is_complete(set_id):
        more = {"imported": True, "in_place": True, "root": str(root), "prompts_are_reports": reports, FLAT: flat, **meta}
        order.workspace.sets.write(set_id, order.kind, table, more)
    return reported(order, set_id, len(table), listing, notes)


def table_key(table: pd.DataFrame) -> str:
    """A content key of all cells of a table, in their order."""
    digest = hashlib.sha256()
    for column in sorted(table.columns):
        values = table[column]
        digest.update(f"\n{column}\n".encode())
        if values.dtype.kind in "fiu":
            digest.update(values.to_numpy(np.float64, na_value=np.nan).tobytes())
        else:
            cells = values.fillna("").to_numpy(object)
            digest.update("\x1f".join(map(str, cells)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
