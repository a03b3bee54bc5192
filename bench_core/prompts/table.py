"""Prompts from a user's CSV."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from bench_core.cells import blank, finding_of, identifier, read_label, read_label_cell
from bench_core.errors import TableError
from bench_core.spec import PromptSpec
from bench_core.table_columns import IMAGE_IDS, LABELS, SOURCES, TEXTS, VIEWS, Columns
from bench_core.table_files import read_table_file


def read_prompts(path: Path) -> list[PromptSpec]:
    """One prompt per row, with the labels, view and source image that other columns name.

    Columns and cells mean what they mean in an import (`bench_core/table_columns.py`, `bench_core/cells.py`).

    Raises:
        TableError: the file cannot be read, has no text column, or a row is wrong; lists the lines.
    """
    read = read_table_file(path)
    columns = Columns(path.name, read.header)
    column, source, view = columns.need(TEXTS, "prompts"), columns.find((*SOURCES, *IMAGE_IDS)), columns.find(VIEWS)
    cell = columns.find(LABELS)
    prompts, problems = [], read.problems()
    for line, cells in zip(read.lines.tolist(), read.frame.itertuples(index=False, name=None), strict=True):
        row = dict(zip(read.frame.columns, cells, strict=True))
        try:
            prompts.append(
                PromptSpec(
                    text="" if blank(row[column]) else row[column].strip(),
                    labels=_labels(row, cell, view),
                    source_image_id=(identifier(row[source]) or None) if source else None,
                )
            )
        except ValidationError:
            problems.append(f"line {line}: the prompt is empty or longer than 4000 characters")
        except ValueError as error:
            problems.append(f"line {line}: {error}")
    if problems or not prompts:
        raise TableError(f"{path.name}: {problems[0] if problems else 'there are no rows'}.", problems)
    return prompts


def _labels(row: Mapping[str, str], cell: str | None, view: str | None) -> dict[str, object]:
    """The labels of a row: those of its `chexpert_labels` cell, those of columns that findings name, and its view."""
    labels: dict[str, object] = {}
    if cell is not None:
        try:
            labels |= {finding: int(label) for finding, label in read_label_cell(row[cell]).items()}
        except ValueError as error:
            raise ValueError(f"{cell}: {error}") from None
    for column, text in row.items():
        finding = finding_of(column)
        if finding is None:
            continue
        try:
            label = read_label(text)
        except ValueError as error:
            raise ValueError(f"label {column!r}: {error}") from None
        if label is not None:
            labels[finding] = int(label)
    if view is not None and not blank(row[view]):
        labels["view"] = row[view].strip()
    return labels
