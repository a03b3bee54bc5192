"""CSV that a spreadsheet can be shown: text that it would run as a formula gets an apostrophe before it, which the readers here take off.

A table in which that was done says so in a column, so that nothing is taken off from a table that somebody else wrote.
"""

import re

import pandas as pd

MARK = "apostrophes_before"
"""The column that says it; it holds `formulas` in every row."""
_FORMULA = re.compile(r"[\s']*[=+\-@]|'*[\t\r\n]")
_NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?%?")


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it, or where one is there already."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def csv_of(frame: pd.DataFrame, *, read_back: bool = False) -> bytes:
    """The frame as CSV, UTF-8, with text guarded; numbers stay numbers, and so does text that is one.

    Args:
        read_back: whether the readers here shall take the apostrophes off again; then all such text is guarded, and the column says it.
    """
    safe = frame.rename(columns=lambda name: guarded(str(name)))
    changed = False
    for place in range(safe.shape[1]):
        column = safe.iloc[:, place]
        if column.dtype == object or str(column.dtype).startswith(("str", "string", "category")):
            cells = [guarded(v) if isinstance(v, str) and (read_back or not _NUMBER.fullmatch(v)) else v for v in column]
            changed = changed or any(isinstance(old, str) and new != old for new, old in zip(cells, column, strict=True))
            safe.isetitem(place, pd.Series(cells, index=safe.index, dtype=object))
    written: str = (safe.assign(**{MARK: "formulas"}) if read_back and changed else safe).to_csv(index=False)
    return written.encode()


def as_written(frame: pd.DataFrame) -> pd.DataFrame:
    """The cells of a table, all text, as they were before `csv_of`; a table that it did not write stays as it is."""
    if MARK not in frame or not (frame[MARK] == "formulas").all():
        return frame
    return frame.drop(columns=MARK).map(unguarded)
