"""The one reader of tables (CSV, TSV) that people hand in: strict, and what does not fit is named by its line in the file.

It never mends: a row whose cells do not fit the header is told and left out, for no reader can know which comma was meant. What separates
the columns is seen in the header: commas, semicolons or tabs. Every cell is text; what it means, `cells.py` says.
"""

import csv
import gzip
import io
import re
import zlib
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bench_core.errors import TableError
from bench_core.spreadsheets import MARK, as_written

if TYPE_CHECKING:
    from _csv import Reader

AS_CSV = "Save it as CSV, UTF-8 (in Excel: Save As, 'CSV UTF-8')."
LARGEST_BYTES = 2**30
"""Of a table, unpacked. The largest one of a public data set (reports of MIMIC-CXR) has a fifth of it."""
MOST_COLUMNS = 10_000
_SEPARATORS = {".tsv": "\t,;"}
_NEIGHBOURS = 20
"""Rows before a cell of several lines that show what the first cell of a row looks like here."""


@dataclass(frozen=True)
class TableFile:
    """What a table holds.

    Attributes:
        name: of the file, for messages.
        header: the names of its columns, stripped; unnamed ones are left out.
        frame: every cell as text, one row per row that fits the header; blank rows are left out.
        lines: the line of the file that each row begins in, from 1.
        misfits: the rows that do not fit the header: what is wrong, by line.
        separator: what stands between the cells.
    """

    name: str
    header: tuple[str, ...]
    frame: pd.DataFrame
    lines: np.ndarray  # (N,) int64
    misfits: dict[int, str]
    separator: str

    def problems(self) -> list[str]:
        """What is wrong, one sentence for each row that does not fit; each starts with its line."""
        return [f"line {line}: {fault}" for line, fault in self.misfits.items()]

    def whole(self) -> "TableFile":
        """The table, where every row fits.

        Raises:
            TableError: one does not.
        """
        problems = [f"{self.name} {problem}" for problem in self.problems()]
        if problems:
            more = f"; and {len(problems) - 1} more lines" if len(problems) > 1 else ""
            raise TableError(f"{problems[0]}{more}.", problems, "Mend the table.")
        if not len(self.frame):
            raise TableError(f"{self.name} has no rows.", [])
        return self


def read_table_file(path: Path, columns: Collection[str] | None = None) -> TableFile:
    """A table on disk, packed (gzip) or not.

    Args:
        columns: the only ones to keep, by name; None: all.

    Raises:
        TableError: it is not there, empty, no text, or its header cannot be used.
    """
    if not path.is_file():
        raise TableError(f"There is no table {str(path)!r}.", [])
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path.name} cannot be read: {error.strerror}.", []) from None
    return read_table_bytes(path.name, data, columns)


def read_table_bytes(name: str, data: bytes, columns: Collection[str] | None = None) -> TableFile:
    """A table in memory; see `read_table_file`."""
    text = _decoded(name, _unpacked(name, data))
    _check_kind(name, text)
    start, separator = _start_and_separator(name, text)
    source = io.StringIO(text, newline="")
    for _ in range(start):
        source.readline()
    reader = csv.reader(source, delimiter=separator, strict=True)
    try:
        header = next((cells for cells in reader if any(map(str.strip, cells))), [])
    except csv.Error as error:
        raise _unreadable(name, start + 1, error) from None
    if not header:
        raise TableError(f"{name} is empty.", [])
    header = [cell.strip() for cell in header]
    _check_header(name, header)
    kept = {c: i for i, c in enumerate(header) if c and (columns is None or c in columns or c == MARK)}
    named = tuple(c for c in header if c and c != MARK)
    even = _even_rows(text, separator, header, kept) if not start else None
    if even is not None:
        return TableFile(name, named, as_written(even), np.arange(2, len(even) + 2), {}, separator)
    rows, lines, misfits = _Rows(name, reader, start, header, separator).read(list(kept.values()))
    cells = zip(*rows, strict=True) if rows else ([] for _ in kept)
    frame = pd.DataFrame({c: pd.Series(list(values), dtype="str") for c, values in zip(kept, cells, strict=True)}, columns=list(kept))
    return TableFile(name, named, as_written(frame), np.array(lines, np.int64), misfits, separator)


def _even_rows(text: str, separator: str, header: Sequence[str], kept: Mapping[str, int]) -> pd.DataFrame | None:
    """The cells of a table without quotes and blank rows in which every line has as many cells as the header; None for any other.

    Most large tables are such, and pandas reads these several times as fast as rows can be looked at one by one.
    """
    if '"' in text or "\0" in text or text.count("\r") != text.count("\r\n") or not kept or not all(header[1:]):
        return None
    raw = text.encode()
    data = np.frombuffer(raw, np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    if not raw.endswith(b"\n"):
        ends = np.append(ends, len(data))
    cells = np.diff(np.searchsorted(np.flatnonzero(data == ord(separator)), ends), prepend=0) + 1
    blank_line = len(header)  # its separators and a carriage return
    if len(ends) < 2 or (cells != len(header)).any() or (np.diff(ends, prepend=-1) - 1 <= blank_line).any():
        return None
    frame = pd.read_csv(
        io.BytesIO(raw), sep=separator, header=None, skiprows=1, names=list(range(len(header))), usecols=sorted(kept.values()), dtype=str,
        na_filter=False, quoting=csv.QUOTE_NONE, index_col=False, encoding="utf-8",
    )  # fmt: skip
    frame = frame.set_axis(list(kept), axis=1)
    empty = frame[frame.iloc[:, 0].str.strip() == ""]
    return None if len(frame) != len(ends) - 1 or (len(empty) and (empty.map(str.strip) == "").all(axis=1).any()) else frame


def _unpacked(name: str, data: bytes) -> bytes:
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(LARGEST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise TableError(f"{name} cannot be unpacked: {error}.", [], "Is it cut off? Fetch it again.") from None
    if len(data) > LARGEST_BYTES:
        raise TableError(f"{name} has more than {LARGEST_BYTES:,} bytes; no table is that large.", [])
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise TableError(f"{name} is a spreadsheet or another archive, not UTF-8 text.", [], AS_CSV)
    return data


def _decoded(name: str, data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[1:4:2] == b"\0\0" or data[0:3:2] == b"\0\0":
        raise TableError(f"{name} is UTF-16 text ('Unicode text'), not UTF-8.", [], AS_CSV)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = data.count(b"\n", 0, error.start) + 1, data[error.start : error.start + 1]
        meant = byte.decode("cp1252", "ignore")
        what = f" ({meant!r} in Windows-1252)" if meant else ""
        raise TableError(
            f"{name} is not UTF-8 text: line {line} has byte 0x{byte.hex().upper()}{what}.", [f"line {line}: is not UTF-8"], AS_CSV
        ) from None


def _check_kind(name: str, text: str) -> None:
    """Refuses text that is no table, whatever its name."""
    head = text[:2000].lstrip()
    if head[:1] in ("{", "[") and ('":' in head or head[:2] == "[{" or '": ' in head):
        lines = ", lines=True" if head.startswith("{") else ""
        raise TableError(
            f"{name} is JSON, not a CSV.", [], f"Make a CSV of it: pandas.read_json({name!r}{lines}).to_csv('table.csv', index=False)."
        )
    if head[:15].lower().startswith(("<!doctype", "<html")):
        raise TableError(f"{name} is a web page, not a CSV.", [], "Was it fetched without logging in? Fetch it again.")


def _start_and_separator(name: str, text: str) -> tuple[int, str]:
    """How many lines stand before the header (Excel's `sep=;`), and what separates the cells of the header."""
    first, _, rest = text[:100_000].partition("\n")
    said = re.fullmatch(r'"?sep=([,;\t])"?\r?', first.strip(" "))
    if said:
        return 1, said[1]
    heads = (line for line in (first, *rest.splitlines()) if line.strip())
    head = re.sub(r'"[^"]*"', "", next(heads, ""))
    suffix = Path(name.lower().removesuffix(".gz")).suffix
    return 0, next((s for s in _SEPARATORS.get(suffix, ",;\t") if s in head), ",")


def _check_header(name: str, header: Sequence[str]) -> None:
    """Refuses columns that cannot be told apart, and more of them than a table has."""
    if len(header) > MOST_COLUMNS:
        raise TableError(f"{name} has {len(header):,} columns; no table has more than {MOST_COLUMNS:,}.", [], "Is it turned on its side?")
    spellings: dict[str, list[str]] = {}
    for column in header:
        spellings.setdefault(column.lower(), []).append(column)
    problems = []
    for word, same in spellings.items():
        if word and len(same) > 1:
            apart = len(set(same)) > 1
            problems.append(
                f"columns {same[0]!r} and {same[-1]!r} differ by case only" if apart else f"column {same[0]!r} is there more than once"
            )
    if problems:
        raise TableError(f"{name}: {problems[0]}.", problems, "Rename or remove one of them.")


@dataclass
class _Rows:
    """The rows below a header, as csv takes them apart."""

    name: str
    reader: "Reader"
    start: int
    header: Sequence[str]
    separator: str

    def read(self, wanted: Sequence[int]) -> tuple[list[tuple[str, ...]], list[int], dict[int, str]]:
        """The cells of the wanted columns, the line that each row begins in, and what is wrong with the other rows."""
        width, unnamed = len(self.header), [i for i, c in enumerate(self.header) if not c and i]  # an unnamed first column is pandas' index
        pick = itemgetter(*wanted) if len(wanted) > 1 else lambda cells: tuple(cells[i] for i in wanted)
        rows: list[tuple[str, ...]] = []
        lines: list[int] = []
        misfits: dict[int, str] = {}
        firsts: deque[str] = deque(maxlen=_NEIGHBOURS)
        before = self.reader.line_num
        try:
            for cells in self.reader:
                line, taken, before = self.start + before + 1, self.reader.line_num - before, self.reader.line_num
                if len(cells) == width and not (unnamed and any(cells[i].strip() for i in unnamed)):
                    firsts.append(cells[0])
                    if taken > 1 and (swallowed := self._swallowed(cells, firsts)):
                        misfits[line] = swallowed
                    elif cells[0].strip() or any(map(str.strip, cells)):
                        rows.append(pick(cells))
                        lines.append(line)
                elif any(map(str.strip, cells)):
                    misfits[line] = _misfit(cells, self.header, unnamed)
        except csv.Error as error:
            raise _unreadable(self.name, self.start + before + 1, error) from None
        return rows, lines, misfits

    def _swallowed(self, cells: Sequence[str], firsts: Collection[str]) -> str:
        """What is said of a cell whose lines look like rows of their own: the quote of one row was closed by that of a later one."""
        shapes = {shape for first in firsts if _TELLING.search(shape := _shape(first))}
        for place, cell in enumerate(cells if shapes and len(cells) > 1 else ()):
            for number, part in enumerate(cell.splitlines()[1:], start=1):
                inside = part.split(self.separator)
                after = len(cells) - place - 1 if number == len(cell.splitlines()) - 1 else 0
                if len(inside) + after == len(cells) and _shape(inside[0]) in shapes:
                    return (
                        f"the cell under {self.header[place]!r} goes on over a line that looks like a row of its own ({part[:60]!r}): "
                        "its quote is not closed where it should be. Close it"
                    )
        return ""


_TELLING = re.compile(r"[0-9/]|\.a$")


def _shape(text: str) -> str:
    """What first cells of rows have in common: `f000.png` and `f017.png`, `10000032` and `11000011`."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"[0-9]", "9", text.strip()))


def _misfit(cells: Sequence[str], header: Sequence[str], unnamed: Sequence[int]) -> str:
    """What is wrong with a row that does not fit, and what to do."""
    width = len(header)
    counts = f"{len(cells)} {'cell' if len(cells) == 1 else 'cells'} for {width} {'column' if width == 1 else 'columns'}"
    if len(cells) == width:
        under = next(i for i in unnamed if cells[i].strip())
        return (
            f"cell {under + 1} is {cells[under][:40]!r}, under no column name. Name that column; a cell with a separator inside needs "
            'quotes: "a, b"'
        )
    if len(cells) < width:
        return f"{counts}; it ends at {cells[-1][:40]!r}, before column {header[len(cells)]!r}. Complete it; blank cells count too"
    if not any(cell.strip() for cell in cells[width:]):
        return f'{counts}; it ends in a separator after column {header[-1]!r}. Take it off; a cell with one inside needs quotes: "a, b"'
    return f'{counts}; {cells[-1][:40]!r} stands beyond column {header[-1]!r}. A cell with a separator inside needs quotes: "a, b"'


def _unreadable(name: str, line: int, error: csv.Error) -> TableError:
    """The error of a row that csv cannot take apart; mostly a quote that is not closed, which swallows lines."""
    quote = any(word in str(error) for word in ("unexpected end", "field larger", "expected after"))
    what = "a quote is not closed, or a quote inside of a cell is not doubled" if quote else str(error)
    return TableError(
        f"{name} cannot be read as a CSV: line {line}: {what}.",
        [f"line {line}: {what}"],
        'Write "a ""quoted"" word" and close every quote.',
    )
