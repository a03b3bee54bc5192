"""CheXpert labels in every form that tables hold them: dict literal, JSON, separate columns; 1, 0, -1, None, NaN, blank."""

import ast
import json
import math
import re
from typing import Any

from bench_core.data import FINDINGS

_NAN = re.compile(r"\b(?:nan|NaN|null)\b")
_BY_WORD = {re.sub(r"[^a-z]", "", f.lower()): f for f in FINDINGS}
_LONGEST = 20_000
_BLANK = ("", "nan", "none", "null", "na", "n/a")


def finding_of(column: str) -> str | None:
    """The finding that a column name or key stands for (case, spaces, underscores do not matter), None if it is none."""
    return _BY_WORD.get(re.sub(r"[^a-z]", "", column.lower()))


def read_label(value: Any) -> float | None:
    """One label: 1, 0, -1, or None where it is blank.

    Raises:
        ValueError: it is something else.
    """
    if value is None or (isinstance(value, str) and value.strip().lower() in _BLANK):
        return None
    if isinstance(value, str):
        value = {"true": 1, "false": 0}.get(value.strip().lower(), value)
    if isinstance(value, str | int | float):
        number = float(value)
        if math.isnan(number):
            return None
        if number in (1.0, 0.0, -1.0):
            return number
    raise ValueError(f"{value!r} is none of 1, 0, -1 and blank")


def read_label_cell(cell: str) -> dict[str, float]:
    """A `chexpert_labels` cell: a Python dict literal or JSON; findings that are blank or absent are left out.

    Raises:
        ValueError: it cannot be read; says why.
    """
    if cell.strip().lower() in _BLANK:
        return {}
    if len(cell) > _LONGEST:
        raise ValueError(f"{len(cell)} characters are too long for labels")
    labels = {}
    for key, value in _parsed(cell).items():
        finding = finding_of(str(key))
        if finding is None:
            raise ValueError(f"{str(key)[:60]!r} is no CheXpert finding")
        try:
            label = read_label(value)
        except ValueError as error:
            raise ValueError(f"{finding} = {error}") from None
        if label is not None:
            labels[finding] = label
    return labels


def _parsed(cell: str) -> dict[Any, Any]:
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        try:
            found = ast.literal_eval(_NAN.sub("None", cell.strip()))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            raise ValueError(f"{cell[:60]!r} is neither a dict nor JSON") from None
    if not isinstance(found, dict):
        raise ValueError(f"{cell[:60]!r} is no dict")
    return found
