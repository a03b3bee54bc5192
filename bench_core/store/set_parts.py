"""A set that is a part of another one: its own files and table, what was left out and why beside them.

Files are hard links where the disk allows it, so that a part costs no space and outlives the set that it was taken from. Images that stay
where the user keeps them stay there.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench_core.data import FLAT, ImageSet, as_stored
from bench_core.errors import StoreError
from bench_core.files import write_whole
from bench_core.pixels.films import SUFFIX
from bench_core.store.bundled import BUNDLED
from bench_core.store.image_folders import PLACE, LocalFolder, folder_of
from bench_core.store.image_sets import SetStore

LOG = "filter_log.parquet"
FILTERED = "filter"
"""Key of a set's meta: the filter that left it, the threshold, the set that it is a part of."""
_OF_THE_WHOLE = (BUNDLED, "simulated", PLACE, FLAT, "imports")
"""What the meta of a set says of its own files or of its import."""


def write_part(
    sets: SetStore, parent: ImageSet, rows: np.ndarray, set_id: str, log: pd.DataFrame, more: dict[str, Any], tell: Callable[[int], None]
) -> None:
    """Writes the set of those rows (see `Draft` for one that is made image by image); its table comes last.

    Args:
        log: one row for each image of the parent.
        more: what is added to the parent's meta; `PLACE` where image files shall lie below a URL.
        tell: told how many files are in place.
    """
    home = sets.home_of(set_id)
    table = parent.table.iloc[rows].reset_index(drop=True)
    meta = {key: value for key, value in parent.meta.items() if key not in _OF_THE_WHOLE} | more
    (home / "images").mkdir(parents=True, exist_ok=True)
    if parent.meta.get("in_place"):
        meta.pop(PLACE, None)
        table = table.assign(digest=table["digest"].map(as_stored))
    else:
        folder = folder_of(home, meta)
        names = [f"{number:06d}{Path(name).suffix or '.png'}" for number, name in enumerate(table["path"])]
        for number, (row, name) in enumerate(zip(rows, names, strict=True)):
            source = parent.path(int(row))
            if isinstance(folder, LocalFolder):
                _link(source, folder.root / name)
                if source.with_suffix(SUFFIX).exists():
                    _link(source.with_suffix(SUFFIX), (folder.root / name).with_suffix(SUFFIX))
            else:
                folder.write(name, source.read_bytes())
            tell(number + 1)
        table = table.assign(path=names)
    write_whole(home / LOG, lambda part: log.to_parquet(part, index=False))
    sets.write(set_id, parent.kind, table, meta)


def read_log(sets: SetStore, set_id: str) -> pd.DataFrame | None:
    """What was left out of a part and why, one row per image of the set that it was taken from; None: it is no part.

    Raises:
        StoreError: it was, and the log is gone.
    """
    images = sets.open(set_id)
    if FILTERED not in images.meta:
        return None
    try:
        return pd.read_parquet(sets.home_of(images.id) / LOG)
    except (OSError, ValueError) as error:
        raise StoreError(f"The log of set {images.name!r} cannot be read: {error}.", "Delete the set and filter again.") from error


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with suppress(OSError):  # another disk, or one without links
        os.link(source, target)
        return
    write_whole(target, lambda part: shutil.copyfile(source, part))
