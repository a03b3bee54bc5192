"""Copies the images of an import into a set. Unreadable ones are listed and left out, never substituted."""

import shutil
import warnings
from pathlib import Path
from typing import Any

from PIL import Image

from bench_core.data import Kind, content_key, read_grey
from bench_core.dicom.reading import is_dicom
from bench_core.errors import ImageUnreadable, MissingPackage
from bench_core.intake.in_place import import_rows_in_place
from bench_core.intake.outcome import Import, refused, take_name
from bench_core.intake.tables import Listing, Row, read_rows
from bench_core.records import ImportReport
from bench_core.store.files import write_whole
from bench_core.store.png import digest_of, read_provenance, save_png

FORMATS = ("PNG", "JPEG")
LARGEST_PIXELS = 100_000_000
SMALLEST_SIDE = 8


def import_set(order: Import, images: Path, table: Path | None) -> ImportReport:
    """Imports a folder of images, or those that a table names.

    Raises:
        TableError: something is wrong and is not to be skipped; `problems` lists each with its row.
        InputError: the folder is not there.
        NameTaken: the name belongs to a set with other content.
    """
    listing = read_rows(images, table, order.kind)
    return import_rows(order, listing) if order.copy else import_rows_in_place(order, images, listing)


def import_rows(order: Import, listing: Listing) -> ImportReport:
    """Decodes and copies the images of those rows."""
    problems = list(listing.problems)
    if problems and not order.skip_bad:
        raise refused(problems, len(listing.rows))
    good: list[tuple[Row, str]] = []
    for number, row in enumerate(listing.rows):
        try:
            good.append((row, _check_image(row.file)))
        except ValueError as error:
            problems.append(f"{row.place or f'line {row.number}'}: {row.columns['source_path']}: {error}")
        order.tell(number + 1, 2 * len(listing.rows), "Reading images")
    if problems and (not order.skip_bad or not good):
        raise refused(problems, len(good))
    set_id = content_key("imported", order.kind, [[digest, _described(row)] for row, digest in good])
    take_name(order.workspace, order.name, set_id)
    _copy(order, set_id, good)
    return ImportReport(set_id, len(good), problems)


def _described(row: Row) -> dict[str, Any]:
    return {k: v for k, v in row.columns.items() if v is not None}


def _check_image(file: Path) -> str:
    """The digest of an image's pixels.

    Raises:
        ValueError: it cannot be read, or is too small or too large.
    """
    try:
        if is_dicom(file):
            return digest_of(read_grey(file))
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as image:
                width, height = image.size
                if width * height > LARGEST_PIXELS:
                    raise ValueError(f"{width} x {height} pixels are too many")
                if min(width, height) < SMALLEST_SIDE:
                    raise ValueError(f"{width} x {height} pixels are too few")
            return digest_of(read_grey(file))
    except (ImageUnreadable, MissingPackage) as error:
        raise ValueError(str(error)) from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ValueError("has too many pixels") from None
    except (OSError, SyntaxError, EOFError, OverflowError, MemoryError) as error:
        raise ValueError(f"cannot be read as PNG or JPEG ({type(error).__name__})") from None


def _copy(order: Import, set_id: str, good: list[tuple[Row, str]]) -> None:
    with order.workspace.sets.draft(set_id, order.kind, _meta(good, order.kind), total=len(good)) as draft:
        for row_number in draft.missing:
            row, digest = good[row_number]
            path = _copy_image(row.file, draft.home / "images", row_number)
            columns = dict(row.columns)
            if columns.get("prompt") and not columns.get("prompt_id"):
                columns["prompt_id"] = content_key("prompt", columns["prompt"])
            draft.add_stored([(row_number, {**columns, "path": path, "digest": digest})])
            order.tell(len(good) + row_number + 1, 2 * len(good), "Copying images")
        draft.finish()


def _copy_image(file: Path, folder: Path, number: int) -> str:
    """Copies a file; of DICOM only the pixels, for its header tells of a patient. Returns the name of the copy."""
    if is_dicom(file):
        name = f"{number:06d}.png"
        save_png(folder / name, read_grey(file), None)
        return name
    name = f"{number:06d}{'.png' if _is_png(file) else '.jpg'}"
    write_whole(folder / name, lambda part: shutil.copyfile(file, part))
    return name


def _is_png(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(4) == b"\x89PNG"


def _meta(good: list[tuple[Row, str]], kind: Kind) -> dict[str, Any]:
    """An imported prompt is taken for a report: exports leave it out unless the user says otherwise."""
    meta: dict[str, Any] = {"imported": True, "prompts_are_reports": any(row.columns.get("prompt") for row, _ in good)}
    made = [read_provenance(row.file.read_bytes()) for row, _ in good[:5]] if kind == "synthetic" else []
    if made and made[0] and all(m and m.get("generator") == made[0].get("generator") for m in made):
        meta |= {k: made[0].get(k) for k in ("generator", "generator_title", "repo_id", "revision")}
    return meta
