"""What the cell of a table means, the same at every door: nothing, an id, a label.

CheXpert labels come in every form that tables hold them: dict literal, JSON, separate columns; 1, 0, -1, None, NaN, blank.
"""

import ast
import json
import math
import re
from typing import Any

from bench_core.data import FINDINGS

_NAN = re.compile(r"\b(?:nan|NaN|null)\b")
_NUMPY = re.compile(r"\bnp\.(?:float|int|bool)\d*_?\(([^()]*)\)|\bnp\.(True|False)_")
"""How NumPy 2 writes its scalars: np.float64(1.0), np.True_."""
_BY_WORD = {re.sub(r"[^a-z]", "", f.lower()): f for f in FINDINGS}
_LONGEST = 20_000
BLANKS = frozenset(("", "nan", "-nan", "none", "null", "na", "n/a", "<na>", "nat", "#n/a", "#na", "#n/a n/a"))
"""What pandas, R, databases and spreadsheets write for nothing, in small letters."""
_WHOLE = re.compile(r"([+-]?[0-9]+)\.0*")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}")
_FAILED = re.compile(r"#(?:REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")


_LABEL_WORDS = {
    "1": ("yes", "y", "positive", "pos", "present", "t"),
    "0": ("no", "n", "negative", "neg", "absent", "f"),
    "-1": ("uncertain", "maybe", "possible", "u"),
}


def blank(text: str | None) -> bool:
    """Whether a cell says nothing: it is empty, or a word for nothing such as nan, None, NA, null, #N/A."""
    return text is None or text.strip().lower() in BLANKS


def identifier(text: str | None) -> str:
    """An id (of an image, patient, study, prompt) as it is stored and joined on; empty where the cell says nothing.

    A whole number that pandas made a fraction (10000032.0) is that number. Leading zeros stay: they tell 00017 from 17 in some data sets.

    Raises:
        ValueError: a spreadsheet replaced the id (1.2E+17, #REF!), which cannot be undone; says what to do.
    """
    text = "" if text is None else text.strip()
    if text.isalpha() or not text:
        return "" if text.lower() in BLANKS else text
    if _SHORTENED.fullmatch(text):
        raise ValueError(f"{text!r} is a number that a spreadsheet shortened, its last digits are lost: export the column as text")
    if _FAILED.fullmatch(text):
        raise ValueError(f"{text!r} is an error of a spreadsheet: export the table again from its source")
    if text.endswith("0") or text.endswith("."):
        whole = _WHOLE.fullmatch(text)
        return whole[1] if whole else text
    return "" if text.lower() in BLANKS else text


def view_word(text: object) -> str:
    """The view that a cell names, as views are compared everywhere: ` pa` is PA. Empty where it says nothing."""
    return "" if not isinstance(text, str) or blank(text) else text.strip().upper()


def likeness(name: str) -> str:
    """What look-alike ids have in common: 00017, 17 and 17.0; P10 and p10."""
    whole = _WHOLE.fullmatch(name.strip())
    return (whole[1] if whole else name.strip()).casefold().lstrip("0") or "0"


def number_advice(text: str) -> str:
    """What to do about a cell that is no number, where that can be seen from it; starts with a comma and a space."""
    return f", write {text.strip().replace(',', '.')} (a point for the decimal comma)" if _DECIMAL_COMMA.fullmatch(text.strip()) else ""


def finding_of(column: str) -> str | None:
    """The finding that a column name or key stands for (case, spaces, underscores do not matter), None if it is none."""
    return _BY_WORD.get(re.sub(r"[^a-z]", "", column.lower()))


def read_label(value: Any) -> float | None:
    """One label: 1, 0, -1, or None where it is blank.

    Raises:
        ValueError: it is something else.
    """
    if value is None or (isinstance(value, str) and blank(value)):
        return None
    if isinstance(value, str):
        value = {"true": 1, "false": 0}.get(value.strip().lower(), value)
    if isinstance(value, str | int | float):
        number = _float(value)
        if number is not None and math.isnan(number):
            return None
        if number in (1.0, 0.0, -1.0):
            return number
    raise ValueError(f"{str(value)[:40]!r} is none of 1, 0, -1 and blank{_label_advice(str(value))}")


def _label_advice(text: str) -> str:
    """What to write for a label in words; starts with a comma and a space."""
    meant = next((number for number, words in _LABEL_WORDS.items() if text.strip().lower() in words), None)
    return number_advice(text) if meant is None else f", write {meant}"


def _float(value: str | float) -> float | None:
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def read_label_cell(cell: str) -> dict[str, float]:
    """A `chexpert_labels` cell: a Python dict literal or JSON; findings that are blank or absent are left out.

    Raises:
        ValueError: it cannot be read; says why.
    """
    if blank(cell):
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
            plain = _NUMPY.sub(lambda scalar: scalar[1] or scalar[2], cell.strip())
            found = ast.literal_eval(_NAN.sub("None", plain))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            raise ValueError(f"{cell[:60]!r} is neither a dict nor JSON") from None
    if not isinstance(found, dict):
        raise ValueError(f"{cell[:60]!r} is no dict")
    return found
