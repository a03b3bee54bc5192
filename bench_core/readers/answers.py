"""Answers of readers from a table that anybody may have made: checked row by row, with what is left out of it filled in as documented.

The columns are those of `frames.ANSWERS`, of which most may be left out, and two more: `modality` (a treatment under which the same readers
read, where the study compares such) and `prompt` (the text that a film was made from: films of one prompt are pairs).
"""

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from bench_core.cells import blank, identifier
from bench_core.errors import TableError
from bench_core.frames import ANSWERS
from bench_core.frames.column import TEXT, Column
from bench_core.table_files import TableFile, read_table_file

READ_ANSWERS = ANSWERS.with_columns(
    Column("modality", TEXT, "treatment under which the film was read, in a study that compares such; else empty"),
    Column("prompt", TEXT, "prompt that the film was made from; films of one prompt are compared in pairs; else empty"),
)
"""`ANSWERS` with what only the statistics of studies made elsewhere know."""

QUESTIONS = ("real_or_synthetic", "which_is_real", "quality", "shows_prompt", "marks", "text")
BLOCKS = ("training", "main", "repeat")
RATED = ("real_or_synthetic", "quality", "shows_prompt")
OTHER_NAMES = {
    "case": "case_id", "caseid": "case_id", "readerid": "reader", "treatment": "modality", "modalityid": "modality", "score": "rating",
    "time": "seconds", "order": "position",
}  # fmt: skip
"""How other programs name some columns; read where the table has none of the right name."""
TRUTHS = {
    "real": "real", "0": "real", "negative": "real", "normal": "real", "no": "real", "false": "real",
    "synthetic": "synthetic", "1": "synthetic", "positive": "synthetic", "abnormal": "synthetic", "yes": "synthetic", "true": "synthetic",
}  # fmt: skip
_CHOICES = {"real": "real", "synthetic": "synthetic", "unsure": "unsure", "0": "real", "1": "synthetic"}
_IDS = ("reader", "case_id", "repeat_of", "modality")
"""Names that pandas may have made fractions of: 7.0 is 7."""
_NUMBERS = ("rating", "position", "options", "scale", "seconds")


def read_answers(path: Path) -> pd.DataFrame:
    """`READ_ANSWERS` from a CSV.

    Raises:
        TableError: a column is missing, or a row says what it cannot mean; every such row is named by its line.
    """
    return answers_of(read_table_file(path).whole())


def answers_of(table: TableFile) -> pd.DataFrame:
    """The same from a table that was read."""
    names = {column: OTHER_NAMES.get(column.lower(), column.lower()) for column in table.header}
    present = {name.lower() for name in table.header}
    kept = [c for c in table.header if names[c] == c.lower() or names[c] not in present]
    frame = table.frame[kept].rename(columns=names)
    _check_columns(table.name, frame)
    problems: list[str] = []
    rows = [
        row
        for line, cells in zip(table.lines, frame.to_dict("records"), strict=True)
        if (row := _row(f"{table.name} line {line}", {str(k): str(v) for k, v in cells.items()}, problems)) is not None
    ]
    answers = pd.DataFrame(rows)
    if not problems:
        lines = [int(line) for line in table.lines]
        problems = _clashes(answers, [f"{table.name} line {line}" for line in lines])
    if problems:
        more = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
        raise TableError(f"{problems[0]}{more}.", problems, "Mend these rows; docs/reader_statistics.md lists the columns.")
    return READ_ANSWERS.of(_filled(answers))


def _check_columns(name: str, frame: pd.DataFrame) -> None:
    for column in ("reader", "case_id"):
        if column not in frame:
            raise TableError(
                f"{name} has no column {column!r}; it has {', '.join(map(str, frame.columns))}.", [],
                "Name it so; docs/reader_statistics.md lists the columns.",
            )  # fmt: skip
    if "rating" not in frame and "choice" not in frame:
        raise TableError(f"{name} has neither a column 'rating' nor 'choice': there is no answer in it.", [], "Add one of them.")


def _row(where: str, cells: Mapping[str, str], problems: list[str]) -> dict[str, object] | None:
    """One answer, or None with what is wrong with it."""
    text = {name: "" if blank(value) else value.strip() for name, value in cells.items()}
    for name in _IDS:
        try:
            text[name] = identifier(text.get(name))
        except ValueError as error:
            problems.append(f"{where}: {name}: {error}")
            return None
    row: dict[str, object] = {c: text.get(c, "") for c in READ_ANSWERS.names if c not in _NUMBERS}
    for column in _NUMBERS:
        row[column] = math.nan
        if text.get(column):
            try:
                row[column] = float(text[column])
            except ValueError:
                problems.append(f"{where}: {column} is {text[column]!r}, not a number")
                return None
    row["question"] = row["question"] or "real_or_synthetic"
    row["block"] = row["block"] or "main"
    fault = _fault(row)
    if fault:
        problems.append(f"{where}: {fault}")
        return None
    return row


def _fault(row: dict[str, object]) -> str:
    """What is wrong with an answer; words for truth and choice become ours on the way."""
    for column in ("reader", "case_id"):
        if not row[column]:
            return f"{column} is empty"
    for column, known in (("question", QUESTIONS), ("block", BLOCKS)):
        if row[column] not in known:
            return f"{column} is {row[column]!r}; known are {', '.join(known)}"
    numbers: dict[str, float] = {column: float(str(row[column])) for column in _NUMBERS}
    for column, low in (("seconds", 0.0), ("position", 1.0), ("options", 1.0), ("scale", 0.0), ("rating", -math.inf)):
        if not math.isnan(numbers[column]) and (numbers[column] < low or math.isinf(numbers[column])):
            return f"{column} is {numbers[column]:g}; it is at least {low:g}" if math.isfinite(low) else f"{column} is not finite"
    for column in ("position", "options", "scale"):
        if not math.isnan(numbers[column]) and numbers[column] % 1:
            return f"{column} is {numbers[column]:g}, not a whole number"
    if numbers["scale"] > 0 and numbers["rating"] > numbers["scale"] and row["question"] in RATED:
        return f"rating is {numbers['rating']:g}, above its scale of {numbers['scale']:g}"
    check = _FAULTS.get(str(row["question"]))
    return check(row) if check else ""


def _fault_of_real_or_synthetic(row: dict[str, object]) -> str:
    for column, words in (("truth", TRUTHS), ("choice", _CHOICES)):
        said = str(row[column]).lower().removesuffix(".0")
        if said and said not in words:
            return f"{column} is {row[column]!r}; known are {', '.join(words)}"
        row[column] = words.get(said, "")
    if not row["choice"] and math.isnan(float(str(row["rating"]))):
        return "it has neither rating nor choice"
    return ""


def _fault_of_which_is_real(row: dict[str, object]) -> str:
    options = float(str(row["options"]))
    if math.isnan(options) or options < 2:
        return "options is missing or less than 2: among how many films was chosen?"
    for column in ("choice", "truth"):
        said = str(row[column]).removesuffix(".0")
        if said and (not said.isdigit() or not 1 <= int(said) <= options):
            return f"{column} is {row[column]!r}; it is the place of a film, 1 to {options:g}"
        row[column] = said
    return "" if row["choice"] else "choice is empty"


def _fault_of_quality(row: dict[str, object]) -> str:
    return "rating is empty" if math.isnan(float(str(row["rating"]))) else ""


_FAULTS: dict[str, Callable[[dict[str, object]], str]] = {
    "real_or_synthetic": _fault_of_real_or_synthetic, "which_is_real": _fault_of_which_is_real, "quality": _fault_of_quality,
}  # fmt: skip


def _clashes(answers: pd.DataFrame, places: list[str]) -> list[str]:
    """Answers that were given twice, and cases that are said to be both real and synthetic."""
    problems = []
    key = ["study", "reader", "case_id", "question", "part", "modality", "block"]
    first: dict[tuple[object, ...], str] = {}
    truths: dict[tuple[object, ...], tuple[str, str]] = {}
    for place, row in zip(places, answers.to_dict("records"), strict=True):
        one = tuple(row[c] for c in key)
        if one in first:
            under = f" under {row['modality']}" if row["modality"] else ""
            problems.append(f"{place}: {row['reader']} answered {row['question']} of case {row['case_id']}{under} before, in {first[one]}")
        first.setdefault(one, place)
        case = (row["study"], row["case_id"], row["question"], row["part"])
        if row["truth"] and truths.setdefault(case, (str(row["truth"]), place))[0] != row["truth"]:
            problems.append(f"{place}: case {row['case_id']} is {row['truth']!r} here and {truths[case][0]!r} in {truths[case][1]}")
    return problems


def _filled(answers: pd.DataFrame) -> pd.DataFrame:
    """With the order of the rows where no position is given, and the choice that a rating on a known scale means."""
    rows = answers.copy()
    order = rows.groupby(["study", "reader"]).cumcount() + 1
    whole = rows.groupby(["study", "reader"])["position"].transform(lambda column: bool(column.notna().all()))
    rows["position"] = rows["position"].where(whole.astype(bool), order)
    rows["options"], rows["scale"] = rows["options"].fillna(1), rows["scale"].fillna(0)
    rows["answered_at"] = pd.to_datetime(rows["answered_at"].replace("", None), utc=True, errors="coerce").astype("datetime64[ns, UTC]")
    asked = (rows["question"] == "real_or_synthetic") & (rows["choice"] == "") & (rows["scale"] > 0)
    middle = middle_of(rows["scale"])
    said = pd.Series("unsure", rows.index).where(rows["rating"] == middle, "synthetic").where(rows["rating"] >= middle, "real")
    rows["choice"] = rows["choice"].where(~asked, said)
    return rows


def middle_of(scale: pd.Series) -> pd.Series:
    """The rating between the two ends: a scale goes from 1, one of 100 from 0."""
    return ((1 + scale) / 2).where(scale != 100, 50.0)
