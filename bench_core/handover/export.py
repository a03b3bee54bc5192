"""A set as files: a folder of images with their table, or a ZIP. Whole or unfinished, never mixed with what is there.

A folder that is being written holds a journal: its first line says of what, and each further line one file that is whole. The same request
goes on after it; any other is refused. The table comes last, and then the journal goes.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench_core import __version__
from bench_core.data import content_key
from bench_core.errors import ImageUnreadable, InputError, NotAllowed, StoreError
from bench_core.files import PARTS, sweep_parts, write_whole, writing
from bench_core.handover.disclosure import Disclosure
from bench_core.handover.forms import Form, file_of, find_form
from bench_core.handover.zip import folder_name, papers, write_zip
from bench_core.records import ExportReport
from bench_core.store.workspace import Workspace

JOURNAL = ".export.jsonl"
ZIP = "zip"
"""The form that is one file: PNGs, packed."""
_WHAT_IS_WRONG = {ImageUnreadable: "unreadable", StoreError: "gone or changed"}


@dataclass(frozen=True)
class Export:
    """What is asked for.

    Attributes:
        out: an empty folder, one that is not there yet, or one in which the same export was begun. Of a ZIP any folder.
        patients: whether films of patients may leave.
        skip_bad: whether images that cannot be read are left out and counted; else they stop the export.
        card: the card of the set, which goes beside the images.
        tell: told of the progress.
    """

    workspace: Workspace
    told: Disclosure
    form: str
    out: Path
    patients: bool = False
    skip_bad: bool = False
    card: str | None = None
    tell: Callable[[int, int, str], None] = lambda done, total, what: None


def export_set(order: Export) -> ExportReport:
    """Writes the files.

    Raises:
        NotAllowed: the set shows films of patients, and they were not asked for.
        InputError: the folder holds something else; the set has no images.
        UnknownName: there is no such form.
        ImageUnreadable, StoreError: of an image that cannot be read, unless such are to be left out.
    """
    told = order.told
    form = find_form("png" if order.form == ZIP else order.form)
    if told.patients and not order.patients:
        what = "hands on films of patients" if told.synthetic is None else f"holds films of patients (imported as {told.images.kind})"
        raise NotAllowed(
            f"Set {told.images.name!r} {what}.",
            "Such sets leave only where that is asked for: add --patients, if those who get the files may have them. They are never called "
            "synthetic.",
        )
    if not len(told.images):
        raise InputError(f"Set {told.images.name!r} has no images.")
    rows, problems, left_out = _readable(order)
    report = _packed(order, form, rows) if order.form == ZIP else _in_folder(order, form, rows, left_out)
    return replace(report, problems=problems, left_out=left_out)


def _readable(order: Export) -> tuple[list[int], list[str], dict[str, int]]:
    """Rows to write; where bad ones may be left out, each is decoded to know, and what is wrong with them is said."""
    images = order.told.images
    if not order.skip_bad:
        return list(range(len(images))), [], {}
    rows, problems, reasons = [], [], Counter[str]()
    for row in range(len(images)):
        try:
            images.read(row)
            rows.append(row)
        except (ImageUnreadable, StoreError) as error:
            problems.append(f"image {images.table['image_id'].iat[row]}: {error.message}")
            reasons[next(words for kind, words in _WHAT_IS_WRONG.items() if isinstance(error, kind))] += 1
        order.tell(row + 1, 2 * len(images), "Reading images")
    if not rows:
        raise ImageUnreadable(f"No image of set {images.name!r} can be read.", problems[0])
    return rows, problems, dict(reasons)


def _packed(order: Export, form: Form, rows: list[int]) -> ExportReport:
    target = order.out / f"{folder_name(order.told.images.name) if order.told.level == 'full' else 'images'}.zip"
    if target.exists():
        raise InputError(f"{str(target)!r} is there already.", "Name another folder, or take that file away.")
    write_whole(target, lambda part: write_zip(order.workspace, order.told, form, rows, part, order.card))
    return ExportReport(str(target), len(rows), target.stat().st_size)


def _in_folder(order: Export, form: Form, rows: list[int], left_out: dict[str, int]) -> ExportReport:
    told, out = order.told, order.out
    written = _open_folder(order, rows)
    already, facts, size = len(written), [], 0
    with _Journal(out / JOURNAL) as journal:
        for number, row in enumerate(rows):
            if number not in written:
                name, data, about = file_of(told, form, row, number)
                write_whole(out / name, _writer(data))
                journal.add({"number": number, **about})
                written[number] = about
            facts.append(written[number])
            size += (out / written[number]["file"]).stat().st_size
            order.tell(len(rows) + number + 1, 2 * len(rows), "Writing files")
    more = {"form": order.form, "exported": len(rows), "left_out": left_out}
    beside = papers(order.workspace, told, rows, facts, order.card, more)
    for name in sorted(beside, key=lambda name: name == "table.csv"):  # last
        write_whole(out / name, _writer(beside[name]))
        size += len(beside[name])
    shutil.rmtree(out / PARTS, ignore_errors=True)
    (out / JOURNAL).unlink()
    return ExportReport(str(out), len(rows), size, already)


def _writer(data: bytes) -> Callable[[Path], object]:
    return lambda part: part.write_bytes(data)


def _open_folder(order: Export, rows: list[int]) -> dict[int, dict[str, Any]]:
    """Makes or takes up the folder; returns the files that are whole in it, by number.

    Raises:
        InputError: it holds something else.
    """
    out, told = order.out, order.told
    key = content_key("export", 1, told.images.id, told.images.fingerprint, order.form, told.level, told.withheld, rows, __version__)
    if out.exists() and not out.is_dir():
        raise InputError(f"{str(out)!r} is a file.", "Name a folder that is empty or not there yet.")
    lines = _lines(out / JOURNAL)
    if not lines:
        if out.exists() and any(one.name not in (JOURNAL, PARTS) for one in out.iterdir()):
            raise InputError(f"{str(out)!r} is not empty; nothing in it is overwritten.", "Name a folder that is empty or not there yet.")
        with writing(out):
            (out / PARTS).mkdir(parents=True, exist_ok=True)
        write_whole(out / JOURNAL, _writer(json.dumps({"key": key}).encode() + b"\n"))
        return {}
    if lines[0].get("key") != key:
        raise InputError(
            f"{str(out)!r} holds an unfinished export of something else (another set, form or provenance, or images that changed).",
            "Finish that one, or name another folder.",
        )
    sweep_parts(out)
    (out / PARTS).mkdir(exist_ok=True)
    found = {line.pop("number"): line for line in lines[1:]}
    return {number: line for number, line in found.items() if (out / line["file"]).is_file()}


def _lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a journal; one that was cut by a kill is left out."""
    found = []
    try:
        for line in path.read_bytes().split(b"\n"):
            try:
                found.append(dict(json.loads(line)))
            except (ValueError, TypeError):
                continue
    except FileNotFoundError:
        return []
    return found


class _Journal:
    """Takes a line for each file that is whole; begins on a line of its own, also after one that was cut."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "_Journal":
        with writing(self._path):
            self._file = self._path.open("ab")
            if self._path.read_bytes()[-1:] != b"\n":
                self._file.write(b"\n")
        return self

    def add(self, line: dict[str, Any]) -> None:
        with writing(self._path):
            self._file.write(json.dumps(line).encode() + b"\n")
            self._file.flush()

    def __exit__(self, *_: object) -> None:
        os.fsync(self._file.fileno())
        self._file.close()
