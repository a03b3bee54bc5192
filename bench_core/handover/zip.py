"""Images as a ZIP with a table; how much they say of their making is the user's choice."""

import io
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from bench_core.data import ImageSet
from bench_core.handover.disclosure import Disclosure, Level, disclosure
from bench_core.handover.forms import FORMS, Form, file_of, find_form
from bench_core.spreadsheets import csv_of
from bench_core.store.set_parts import read_log
from bench_core.store.workspace import Workspace

CARD = "card.md"
TABLE = "table.csv"
ABOUT = "set.json"


def zip_of(
    workspace: Workspace, told: Disclosure, image_ids: Sequence[str] | None = None, form: str = "png", card: str | None = None
) -> bytes:
    """A ZIP of one folder with `000000.png`, ..., and what `papers` writes.

    The folder has the name of the set, or `images` where not all may be told. Films that are withheld are blurred, and called so.

    Raises:
        UnknownName: the set has no such image, or there is no such form.
    """
    chosen = find_form(form)
    rows = list(range(len(told.images))) if image_ids is None else [workspace.sets.row_of(told.images, i) for i in image_ids]
    buffer = io.BytesIO()
    pack(workspace, told, chosen, rows, buffer, card)
    return buffer.getvalue()


def pack(workspace: Workspace, told: Disclosure, form: Form, rows: Sequence[int], target: BinaryIO, card: str | None) -> None:
    """Writes the ZIP into an open file."""
    folder = folder_name(told.images.name) if told.level == "full" else "images"
    facts = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # image files do not get smaller
        for number, row in enumerate(rows):
            name, data, about = file_of(told, form, row, number)
            archive.writestr(f"{folder}/{name}", data)
            facts.append(about)
        for name, data in papers(workspace, told, rows, facts, card).items():
            archive.writestr(f"{folder}/{name}", data)


def papers(
    workspace: Workspace, told: Disclosure, rows: Sequence[int], facts: Sequence[dict[str, Any]], card: str | None, more: Any = None
) -> dict[str, bytes]:
    """The files beside the images: the table, the log of a set that a filter left, the card, and what is told of the set."""
    found = {TABLE: csv_of(told.table(rows, facts), read_back=True)}
    if told.level == "none":
        return found
    log = read_log(workspace.sets, told.images.id)
    if log is not None:
        full = told.level == "full"
        found["filter_log.csv"] = csv_of(log if full else log[["kept", "value", "threshold"]])  # reasons name training images and patients
    if card is not None:
        found[CARD] = card.encode()
    found[ABOUT] = json.dumps({**told.about(), **(more or {})}, indent=1, default=str).encode()
    return found


def folder_name(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.-]+", "_", name).strip("._")[:80] or "images"


def png_of(workspace: Workspace, images: ImageSet, image_id: str, provenance: Level | None, real_pixels: bool) -> bytes:
    """One image as a PNG with as much provenance as `disclosure` allows; blurred where it is withheld.

    Raises:
        UnknownName: the set has no such image.
        InputError: there is no such provenance.
    """
    told = disclosure(workspace, images, provenance, real_pixels)
    return file_of(told, FORMS["png"], workspace.sets.row_of(images, image_id), 0)[1]


def write_zip(workspace: Workspace, told: Disclosure, form: Form, rows: Sequence[int], path: Path, card: str | None) -> None:
    """Writes the ZIP to a file."""
    with path.open("wb") as file:
        pack(workspace, told, form, rows, file, card)
