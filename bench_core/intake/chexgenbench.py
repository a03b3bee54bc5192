"""Reads the result files of CheXGenBench as they are: fidelity, alignment and privacy CSVs, overall and by finding.

Nothing is computed again but the means of a privacy file, whose prompts and paths stem from patients and are not kept.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath
from statistics import fmean

from bench_core.cells import blank, finding_of, number_advice
from bench_core.data import FINDINGS
from bench_core.errors import TableError
from bench_core.published import MEANINGS, SHARDS
from bench_core.table_files import TableFile, read_table_bytes

FIDELITY = ("FID", "FID (RadDino)", "Inception Score", "KID", "KID (RadDino)", "Precision", "Recall", "Density", "Coverage", "FRD")
ALIGNMENT, MODEL, FINDING, CAPTION = "Alignment_score", "Extra Info", "Pathology", "Caption Type"
PRINTED = {ALIGNMENT: "Alignment score (BioViL-T)"}
PRIVACY: Mapping[str, tuple[str, Callable[[Sequence[float]], float]]] = {
    "Mean_reid_scores": ("Avg. Re-ID score", fmean),
    "Max_reid_scores": ("Max. Re-ID score", max),
    "Mean_latent_distance": ("Avg. latent distance", fmean),
    "Mean_pixel_distance": ("Avg. pixel distance", fmean),
}
"""Column of a privacy file to the number that the paper prints of it."""
PRIVACY_COLUMNS = ("Real Path", "Prompt", *PRIVACY, "Min_pixel_distance", "Min_latent_distance")
PRIVACY_FILE = re.compile(r"privacy_metrics_(.+?)(?:_shard_(\w+))?\.csv", re.IGNORECASE)
WARNINGS = {
    "Inception Score": "Taken from pool features instead of class logits: not an Inception Score.",
    "FRD": "CheXGenBench writes it into the last row of its file, whichever model that row is about.",
    "Avg. pixel distance": "Differences of 8-bit values that wrap at 256, of one image only: not a distance.",
}
SMALL = "A Frechet distance rises as the number of images falls, and the file does not say how many there were: findings do not compare."
ONE_SHARD = "One shard of several; they overwrite each other's file."
LARGEST_BYTES = 200 * 2**20


@dataclass(frozen=True)
class ResultNumber:
    """One number of a result file, with the columns of the store.

    Attributes:
        row: how many lines below the header it stands, from 1; None: it is about the whole file.
    """

    file: str
    row: int | None
    model: str
    metric: str
    metric_id: str
    encoder: str
    better: str
    mode: str
    subgroup: str
    caption: str
    value: float
    n: int | None
    warning: str


@dataclass(frozen=True)
class Entry:
    """What a row of a result file, or a whole file (`row` is None), is about; `finding` and `caption` are empty where it is about all."""

    file: str
    row: int | None
    model: str
    finding: str = ""
    caption: str = ""

    def number(self, metric: str, value: float, warnings: Sequence[str], n: int | None = None) -> ResultNumber:
        """A number that it gives, with what the metric is called here; `n` counts the rows behind a mean."""
        known = MEANINGS[metric]
        return ResultNumber(
            self.file[:255], self.row, self.model, metric, known.metric_id, known.encoder, known.better,
            "compatible" if known.metric_id else "", f"finding={self.finding}" if self.finding else "all", self.caption, value, n,
            " ".join(w for w in warnings if w),
        )  # fmt: skip


def read_results(files: Sequence[tuple[str, bytes]]) -> tuple[list[dict[str, object]], list[str]]:
    """The numbers of some files, and one line for each thing that is wrong, which names file, line and column.

    Raises:
        TableError: a file is no table at all or none of the known ones.
    """
    found: list[ResultNumber] = []
    problems: list[str] = []
    seen: dict[tuple[str, ...], str] = {}
    for path, data in files:
        file = PurePosixPath(path.replace("\\", "/")).name
        told = f"{file}, " if len(files) > 1 else ""
        table = _table(file, data)
        wrong: list[str] = []
        read = _privacy if set(PRIVACY) & set(table.header) else _by_model
        for one in read(file, table, wrong):
            key = (one.model, one.metric, one.subgroup, one.caption)
            place = f"line {one.row + 1}" if one.row else ""
            here = told + place if place else file
            if key in seen:
                wrong.append(f"{place or 'file'}: {one.metric} of {one.model!r} is in {seen[key]} too")
            else:
                seen[key] = here
                found.append(one)
        problems += [told + w for w in wrong]
    return [asdict(one) for one in found], problems


def _table(file: str, data: bytes) -> TableFile:
    """A result file; rows that do not fit its header are among its misfits."""
    if len(data) > LARGEST_BYTES:
        raise TableError(f"{file} has {len(data):,} bytes; no result file is that large.", [])
    known = {*FIDELITY, ALIGNMENT, *PRIVACY}
    read = read_table_bytes(file, data) if data.strip() else None
    if read is None or not known & set(read.header):
        columns = ", ".join(read.header)[:300] if read else "none"
        raise TableError(
            f"{file} is none of CheXGenBench's result files.", [f"columns are: {columns}"],
            f"At least one of these is needed: {', '.join(sorted(known))}.",
        )  # fmt: skip
    if not len(read.frame) and not read.misfits:
        raise TableError(f"{file} has no rows.", [])
    return read


def _rows(read: TableFile, known: Sequence[str], wrong: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells of the known columns, row by row; what is wrong with columns and lengths is told."""
    for column in read.header:
        if column not in known and not column.startswith("Unnamed:"):
            close = get_close_matches(column, known, n=1)
            wrong.append(f"column {column[:60]!r} is not known" + (f"; is {close[0]!r} meant?" if close else ""))
    wrong += read.problems()
    kept = [c for c in read.header if c in known]
    for line, cells in zip(read.lines.tolist(), read.frame[kept].itertuples(index=False, name=None), strict=True):
        yield line, dict(zip(kept, map(str.strip, cells), strict=True))


def _by_model(file: str, table: TableFile, wrong: list[str]) -> Iterator[ResultNumber]:
    """Fidelity and alignment files: one row per model, or per model and finding."""
    if MODEL not in table.header:
        raise TableError(f"{file} has no column {MODEL!r}, which names the model.", [f"columns are: {', '.join(table.header)[:300]}"])
    last = max([*table.lines.tolist(), *table.misfits])
    for line, cells in _rows(table, (*FIDELITY, ALIGNMENT, MODEL, FINDING, CAPTION), wrong):
        faults: list[str] = []
        model, finding, caption = cells[MODEL], _said(cells.get(FINDING, "")), _said(cells.get(CAPTION, ""))
        faults += _name_faults(MODEL, model, needed=True) + _name_faults(CAPTION, caption)
        known = finding_of(finding)
        if finding and known is None:
            close = get_close_matches(finding, FINDINGS, n=1)
            faults.append(f"column {FINDING!r}: {finding[:60]!r} is no finding" + (f"; is {close[0]!r} meant?" if close else ""))
        finding = known or ""
        sharded = ALIGNMENT in cells and not caption and any(_said(cells.get(c, "")) for c in FIDELITY)
        values = {c: _number(cells[c], c, faults) for c in (*FIDELITY, ALIGNMENT) if c in cells}
        wrong += [f"line {line}, {f}" for f in faults]
        if faults:
            continue
        if not any(v is not None for v in values.values()):
            wrong.append(f"line {line}: has no number")
        for column, value in values.items():
            if value is not None:
                metric = PRINTED.get(column, column)
                warnings = [WARNINGS.get(metric, ""), SHARDS if sharded else "", SMALL if finding and column.startswith("FID") else ""]
                if column == "FRD" and line != last:
                    warnings.append("It is not in the last row, so more was appended later.")
                yield Entry(file, line - 1, model, finding, caption).number(metric, value, warnings)


def _privacy(file: str, table: TableFile, wrong: list[str]) -> Iterator[ResultNumber]:
    """Privacy files: one row per prompt; the model is in the name of the file."""
    named = PRIVACY_FILE.fullmatch(file)
    if named is None:
        raise TableError(
            f"The name {file!r} tells no model.", [], "Privacy files are named privacy_metrics_MODEL.csv: name it like that."
        )  # fmt: skip
    for fault in _name_faults("file name", named[1], needed=True):
        wrong.append(fault)
        return
    values: dict[str, list[float]] = {c: [] for c in PRIVACY if c in table.header}
    for line, cells in _rows(table, PRIVACY_COLUMNS, wrong):
        faults: list[str] = []
        numbers = {c: _number(cells[c], c, faults) for c in values}
        faults += [f"column {c!r}: is empty" for c, v in numbers.items() if v is None and not any(f"{c!r}" in f for f in faults)]
        wrong += [f"line {line}, {f}" for f in faults]
        for column, value in numbers.items() if not faults else ():
            assert value is not None
            values[column].append(value)
    shard = ONE_SHARD if named[2] not in (None, "None") else ""
    for column, (metric, mean) in PRIVACY.items():
        if values.get(column):
            warnings = [WARNINGS.get(metric, ""), shard]
            yield Entry(file, None, named[1]).number(metric, mean(values[column]), warnings, n=len(values[column]))


def _said(text: str) -> str:
    """The cell, or nothing where it is a word for nothing."""
    return "" if blank(text) else text


def _number(text: str, column: str, faults: list[str]) -> float | None:
    """The number of a cell; None where it is blank, or where it is wrong, which is told."""
    if not _said(text):
        return None
    try:
        value = float(text)
    except ValueError:
        faults.append(f"column {column!r}: {text[:60]!r} is no number{number_advice(text)}")
        return None
    low, high = MEANINGS[PRIVACY[column][0] if column in PRIVACY else PRINTED.get(column, column)].bounds
    if not math.isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
        span = f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"
        faults.append(f"column {column!r}: {text[:60]} is not a finite number in its range ({span})")
        return None
    return value


def _name_faults(column: str, text: str, *, needed: bool = False) -> list[str]:
    if needed and not _said(text):
        return [f"column {column!r}: is empty"]
    if len(text) > 300 or not text.isprintable():
        return [f"column {column!r}: {text[:60]!r} is too long or has control characters"]
    return []
