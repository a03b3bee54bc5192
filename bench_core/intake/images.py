"""Copies the images of an import into a set. Unreadable ones are listed and left out, never substituted."""

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from bench_core.data import Kind, content_key, read_grey
from bench_core.dicom.reading import is_dicom
from bench_core.errors import ImageUnreadable, InputError, MissingPackage
from bench_core.intake.outcome import KINDS, refused, take_name
from bench_core.intake.tables import Found, Row, read_rows
from bench_core.store.files import write_whole
from bench_core.store.names import checked_name
from bench_core.store.pictures import digest_of, read_provenance, save_png
from bench_core.store.workspace import Workspace

FORMATS = ("PNG", "JPEG")
LARGEST_PIXELS = 100_000_000
SMALLEST_SIDE = 8


def import_set(
    workspace: Workspace,
    name: str,
    images: Path,
    table: Path | None,
    kind: Kind,
    skip_bad: bool,
    on_progress: Callable[[int, int, str], None] | None,
    in_place: bool = False,
) -> tuple[str, int, list[str]]:
    """Imports; returns set id, number of images and problems. See `api.import_images`."""
    if kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of set.", f"Choose one of {', '.join(KINDS)}.")
    name = checked_name(name)
    found = read_rows(images, table, kind)
    if in_place:
        from bench_core.intake.in_place import import_found_in_place

        return import_found_in_place(workspace, name, images, found, kind, skip_bad)
    return import_found(workspace, name, found, kind, skip_bad, on_progress)


def import_found(
    workspace: Workspace, name: str, found: Found, kind: Kind, skip_bad: bool, on_progress: Callable[[int, int, str], None] | None
) -> tuple[str, int, list[str]]:
    """Decodes and copies the images of those rows; returns set id, number of images and problems."""
    problems = list(found.problems)
    if problems and not skip_bad:
        raise refused(problems, len(found.rows))
    good: list[tuple[Row, str]] = []
    for number, row in enumerate(found.rows):
        try:
            good.append((row, _check_image(row.file)))
        except ValueError as error:
            problems.append(f"{row.place or f'row {row.number}'}: {row.columns['source_path']}: {error}")
        if on_progress:
            on_progress(number + 1, 2 * len(found.rows), "Reading images")
    if problems and (not skip_bad or not good):
        raise refused(problems, len(good))
    set_id = content_key("imported", kind, [[digest, _described(row)] for row, digest in good])
    take_name(workspace, name, set_id)
    _copy(workspace, set_id, kind, good, on_progress)
    return set_id, len(good), problems


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


def _copy(
    workspace: Workspace, set_id: str, kind: Kind, good: list[tuple[Row, str]], on_progress: Callable[[int, int, str], None] | None
) -> None:
    with workspace.sets.draft(set_id, kind, _meta(good, kind), total=len(good)) as draft:
        for row_number in draft.missing:
            row, digest = good[row_number]
            path = _copy_image(row.file, draft.home / "images", row_number)
            columns = dict(row.columns)
            if columns.get("prompt") and not columns.get("prompt_id"):
                columns["prompt_id"] = content_key("prompt", columns["prompt"])
            draft.add_stored([(row_number, {**columns, "path": path, "digest": digest})])
            if on_progress:
                on_progress(len(good) + row_number + 1, 2 * len(good), "Copying images")
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
