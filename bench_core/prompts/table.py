"""Prompts from a user's CSV."""

import csv
from pathlib import Path

from pydantic import ValidationError

from bench_core.data import FINDINGS
from bench_core.errors import TableError
from bench_core.spec import PromptSpec

TEXT_COLUMNS = ("prompt", "text", "annotated_prompt", "report", "impression")
SOURCE_COLUMNS = ("source_image_id", "image_id", "dicom_id", "id")


def read_prompts(path: Path) -> list[PromptSpec]:
    """One prompt a row, with the labels, view and source image that other columns name.

    Raises:
        TableError: the file cannot be read, has no text column, or a row is wrong; lists the rows.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            header = list(reader.fieldnames or [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{str(path)!r} cannot be read as CSV: {error}.", []) from None
    column = next((c for c in TEXT_COLUMNS if c in header), None)
    if column is None:
        raise TableError(f"{path.name} has no column with prompts.", [], f"Name one of: {', '.join(TEXT_COLUMNS)}.")
    source = next((c for c in SOURCE_COLUMNS if c in header), None)
    prompts, problems = [], []
    for number, row in enumerate(rows, start=1):
        try:
            prompts.append(
                PromptSpec(text=(row[column] or "").strip(), labels=_labels(row), source_image_id=(row[source] or None) if source else None)
            )
        except ValidationError:
            problems.append(f"row {number}: the prompt is empty or longer than 4000 characters")
        except ValueError as error:
            problems.append(f"row {number}: {error}")
    if problems or not prompts:
        raise TableError(f"{path.name}: {problems[0] if problems else 'there are no rows'}.", problems)
    return prompts


def _labels(row: dict[str, str]) -> dict[str, object]:
    labels: dict[str, object] = {}
    for finding in FINDINGS:
        text = (row.get(finding) or "").strip().lower()
        if text in ("", "nan", "none"):
            continue
        if text not in ("1", "0", "-1", "1.0", "0.0", "-1.0"):
            raise ValueError(f"label {finding!r} is {text[:40]!r}, none of 1, 0, -1 and blank")
        labels[finding] = int(float(text))
    if (row.get("view") or "").strip():
        labels["view"] = row["view"].strip()
    return labels
