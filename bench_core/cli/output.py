"""What verbs print and write: tables, JSON without NaN, a progress bar on a terminal."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def write_json(path: str | None, data: dict[str, Any]) -> None:
    """Writes what a verb found to a file or, for `-`, to standard output; None: not asked for.

    Raises:
        InputError: the file cannot be written.
    """
    if path is None:
        return
    text = json.dumps(plain(data), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if path == "-":
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path!r} cannot be written: {error.strerror}.") from None


def show_frame(frame: pd.DataFrame, noun: str, csv: str | None, json_path: str | None) -> None:
    """Shows all of a frame: as CSV in a file or on standard output (`-`), else as a table; as JSON, too, where that was asked for.

    Raises:
        InputError: a file cannot be written.
    """
    from bench_core import api

    rows = frame.to_dict("records")
    if csv == "-":
        sys.stdout.write(api.csv_of(frame).decode())
    elif csv:
        try:
            Path(csv).write_bytes(api.csv_of(frame))
        except OSError as error:
            raise InputError(f"{csv!r} cannot be written: {error.strerror}.") from None
        print(f"{len(rows)} {noun} in {csv}")
    elif json_path != "-":
        print_table([{str(name): value for name, value in row.items()} for row in rows], list(frame.columns))
    write_json(json_path, {noun: rows})


def plain(value: Any) -> Any:
    """What JSON can hold: no NaN, no NumPy or pandas scalars."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if hasattr(value, "isoformat"):
        return None if str(value) == "NaT" else value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float | bool) else (None if str(value) == "<NA>" else str(value))


def print_table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    """Prints those columns, each as wide as its widest cell."""
    cells = [[cell(row.get(c)) for c in columns] for row in rows]
    widths = [max([len(c), *(len(r[i]) for r in cells)]) for i, c in enumerate(columns)]
    for line in [list(columns), *cells]:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def cell(value: Any) -> str:
    """A value on one line of at most 80 characters; four digits of a number, nothing for what is missing."""
    value = plain(value)
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value).replace("\n", " ")[:80]


class Bar:
    """A progress bar, on a terminal only."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, done: int, total: int, label: str) -> None:
        """Shows how far it is; the label says what is being done."""
        if not sys.stderr.isatty():
            return
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(total=total, file=sys.stderr, dynamic_ncols=True)
        self._bar.total = total
        self._bar.n = done
        self._bar.set_description_str(label[:50], refresh=False)
        self._bar.refresh()

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
