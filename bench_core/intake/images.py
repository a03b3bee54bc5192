"""Copies the images of an import into a set. Unreadable ones are listed and left out, never substituted."""

import shutil
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench_core.data import FLAT, Kind, content_key
from bench_core.dicom.reading import LARGEST_PIXELS
from bench_core.errors import ImageUnreadable, MissingPackage
from bench_core.files import write_whole
from bench_core.intake.dicom_headers import fill_from_headers
from bench_core.intake.grey_scale import far_below, flat_count, flat_films, highest_values, is_flat, scale_of
from bench_core.intake.in_place import import_rows_in_place
from bench_core.intake.outcome import Import, refused, reported, take_name, uploads_of
from bench_core.intake.tables import Listing, Row, count_unnamed, read_rows
from bench_core.pixels.films import keep_values
from bench_core.pixels.formats import format_of
from bench_core.pixels.grey import check_format, read_grey, says_all
from bench_core.records import ImportReport
from bench_core.store.png import digest_of, save_png
from bench_core.store.provenance import read_provenance

FORMATS = ("PNG", "JPEG")
SMALLEST_SIDE = 8


def import_set(order: Import, images: Path, table: Path | None) -> ImportReport:
    """Imports a folder of images, or those that a table names.

    Raises:
        TableError: something is wrong and is not to be skipped; `problems` lists each with its row.
        InputError: the folder is not there.
        NameTaken: the name belongs to a set with other content.
    """
    listing = read_rows(images, table, order.kind)
    if table is not None and images.is_relative_to(uploads_of(order.workspace)):
        count_unnamed(images, listing)
    fill_from_headers(order.workspace, listing)
    return import_rows(order, listing) if order.copy else import_rows_in_place(order, images, listing)


def import_rows(order: Import, listing: Listing) -> ImportReport:
    """Decodes and copies the images of those rows."""
    problems = listing.problems
    if problems and not order.skip_bad:
        raise refused(problems, len(listing.rows), listing.left_out.advised())
    names = [row.columns["source_path"] for row in listing.rows]
    notes = _agree_on_scale(listing.rows, names)
    good: list[tuple[Row, str]] = []
    flat: list[bool] = []
    for number, row in enumerate(listing.rows):
        try:
            pixels = _read_image(row)
            good.append((row, digest_of(pixels)))
            flat.append(is_flat(pixels))
        except ValueError as error:
            listing.refuse_file(row, str(error))
        order.tell(number + 1, 2 * len(listing.rows), "Reading images")
    if problems and (not order.skip_bad or not good):
        raise refused(problems, len(good), listing.left_out.advised())
    set_id = content_key("imported", order.kind, [[digest, _described(row)] for row, digest in good])
    take_name(order.workspace, order.name, set_id)
    _copy(order, set_id, good, flat_count(flat))
    notes += flat_films([row.columns["source_path"] for row, _ in good], flat)
    return reported(order, set_id, len(good), listing, notes)


def _agree_on_scale(rows: list[Row], names: list[str]) -> list[str]:
    """Gives one grey scale to the 16-bit files whose bits nobody said; returns what is to be said of it."""
    highest = highest_values([row.file for row in rows])
    highest = [None if row.storage.bits else value for row, value in zip(rows, highest, strict=True)]
    bits = scale_of(highest)
    for row, value in zip(rows, highest, strict=True):
        if value is not None:
            row.storage = replace(row.storage, bits=bits)
    return far_below(names, highest, bits)


def _described(row: Row) -> dict[str, Any]:
    return {k: v for k, v in row.columns.items() if v is not None}


def _read_image(row: Row) -> np.ndarray:  # (H, W) uint8
    """The pixels of an image.

    Raises:
        ValueError: it cannot be read, or is too small or too large.
    """
    file = row.file
    try:
        if check_format(file) == "DICOM":
            return read_grey(file)
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as image:
                width, height = image.size
                if width * height > LARGEST_PIXELS:
                    raise ValueError(f"{width} x {height} pixels are too many")
                if min(width, height) < SMALLEST_SIDE:
                    raise ValueError(f"{width} x {height} pixels are too few")
            return read_grey(file, row.storage)
    except (ImageUnreadable, MissingPackage) as error:
        raise ValueError(str(error)) from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ValueError("has too many pixels") from None
    except (OSError, SyntaxError, EOFError, OverflowError, MemoryError) as error:
        raise ValueError(f"cannot be read as PNG or JPEG ({type(error).__name__})") from None


def _copy(order: Import, set_id: str, good: list[tuple[Row, str]], flat: dict[str, int]) -> None:
    with order.workspace.sets.draft(set_id, order.kind, {**_meta(good, order.kind), FLAT: flat}, total=len(good)) as draft:
        for row_number in draft.missing:
            row, digest = good[row_number]
            path = _copy_image(row, draft.home / "images", row_number)
            columns = dict(row.columns)
            if columns.get("prompt") and not columns.get("prompt_id"):
                columns["prompt_id"] = content_key("prompt", columns["prompt"])
            draft.add_stored([(row_number, {**columns, "path": path, "digest": digest})])
            order.tell(len(good) + row_number + 1, 2 * len(good), "Copying images")
        draft.finish()


def _copy_image(row: Row, folder: Path, number: int) -> str:
    """Copies a file; only its pixels where other programs would see others, and of DICOM, which tells of a patient. Returns its name.

    Values of more than 8 bits are kept beside the copy, for looking at them.
    """
    if row.storage.inverted or not says_all(row.file):
        name = f"{number:06d}.png"
        save_png(folder / name, read_grey(row.file, row.storage), None)
        keep_values(row.file, row.storage, folder / name)
        return name
    name = f"{number:06d}{'.png' if format_of(row.file) == 'PNG' else '.jpg'}"
    write_whole(folder / name, lambda part: shutil.copyfile(row.file, part))
    return name


def _meta(good: list[tuple[Row, str]], kind: Kind) -> dict[str, Any]:
    """An imported prompt is taken for a report: exports leave it out unless the user says otherwise."""
    meta: dict[str, Any] = {"imported": True, "prompts_are_reports": any(row.columns.get("prompt") for row, _ in good)}
    made = [read_provenance(row.file.read_bytes()) for row, _ in good[:5]] if kind == "synthetic" else []
    if made and made[0] and all(m and m.get("generator") == made[0].get("generator") for m in made):
        meta |= {k: made[0].get(k) for k in ("generator", "generator_title", "repo_id", "revision")}
    return meta
