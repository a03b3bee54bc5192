"""Image sets: listing, members, pictures, deletion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.data import ImageSet
from bench_core.records import Deletion, ImportReport, Progress, Reference

if TYPE_CHECKING:
    import pandas as pd


def sets(kind: str | None = None) -> pd.DataFrame:
    """`frames.SETS`: all finished sets (also of cancelled runs), newest first."""
    return open_workspace().sets.listing(kind)


def find_set(name_or_id: str) -> ImageSet:
    """The set of that name or id; one that is still being made has the rows that are finished.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    return open_workspace().sets.open(name_or_id)


def import_of(name: str) -> ImportReport | None:
    """What the import said that gave a set this name (without the lines of `problems`); None where it was not imported, or long ago.

    Raises:
        UnknownName: there is no such set.
    """
    images = find_set(name)
    said = images.meta.get("imports", {}).get(name)
    return said and ImportReport(images.id, said["imported"], [], said["notes"], said["left_out"])


def members(set_id: str, subgroup: str) -> list[str]:
    """Ids of the images of a set that belong to a subgroup: `finding=Pneumonia` or `view=AP` (also `PA`, `lateral`).

    Raises:
        UnknownName: there is no such set.
        InputError: no such grouping.
    """
    from bench_core.engine.scoring.subgroups import members

    return members(find_set(set_id), subgroup)


def deletion_of(name_or_id: str) -> Deletion:
    """What `delete_set` would delete now; nothing is deleted.

    Raises:
        UnknownName: there is no such set.
    """
    from bench_core.engine.requests.deletion import deletion_of

    return deletion_of(open_workspace(), name_or_id)


def delete_set(name_or_id: str) -> Deletion:
    """Deletes a name of a set; with its last name, or by its id, the set with images, thumbnails, features, neighbours, maps and results.

    Raises:
        UnknownName: there is none.
        InputError: a run that is queued or running uses it.
    """
    from bench_core.engine.requests.deletion import delete_set

    return delete_set(open_workspace(), name_or_id)


def image_png(set_id: str, image_id: str, real_pixels: bool = False) -> bytes:
    """One image as a PNG, 8-bit grey, without provenance (see `export_png`); blurred where it is withheld (see `sees_real`).

    Raises:
        UnknownName: no such set or image.
    """
    from bench_core.pixels.blur import blurred
    from bench_core.store.png import plain_png
    from bench_core.store.sight import is_withheld

    workspace, images = open_workspace(), find_set(set_id)
    pixels = images.read(workspace.sets.row_of(images, image_id))
    return plain_png(blurred(pixels) if is_withheld(workspace.config, images, real_pixels) else pixels)


def mean_image(set_id: str, real_pixels: bool = False) -> bytes:
    """The mean of the images of a set (of up to 2,000 of them) as a small grey PNG; made once and kept. A varied set has a blurred one.

    Of a set that is withheld (see `sees_real`) it is blurred too: the mean of a few films shows each of them.

    Raises:
        UnknownName: no such set.
        NotPossible: it has no images yet.
        TooSmallImages: some images are smaller than others.
    """
    from bench_core.engine.answers.mean_image import mean_image

    return _for_sight(find_set(set_id), mean_image(open_workspace(), find_set(set_id)), "PNG", real_pixels)


def quick_mean_image(set_id: str, real_pixels: bool = False) -> bytes | None:
    """As `mean_image`, but None where it would take long: a large set of which none was made yet. An evaluation makes one."""
    from bench_core.engine.answers.mean_image import quick_mean_image

    found = quick_mean_image(open_workspace(), find_set(set_id))
    return found and _for_sight(find_set(set_id), found, "PNG", real_pixels)


def _for_sight(images: ImageSet, picture: bytes, kind: str, real_pixels: bool) -> bytes:
    from bench_core.pixels.blur import blurred_file
    from bench_core.store.sight import is_withheld

    return blurred_file(picture, kind) if is_withheld(open_workspace().config, images, real_pixels) else picture


def sees_real(names: Sequence[str]) -> bool:
    """Whether somebody may see films of patients (`BENCH_ROLES`), by the names that a proxy or a login vouches for.

    What hands out pixels takes the answer as `real_pixels`; without it, films of patients, and what shows them, are blurred.
    """
    from bench_core.store.sight import sees_real

    return sees_real(open_workspace().config, names)


def is_withheld(set_id: str, real_pixels: bool = False) -> bool:
    """Whether the films of a set are blurred for somebody; see `sees_real`.

    Raises:
        UnknownName: there is no such set.
    """
    from bench_core.store.sight import is_withheld

    return is_withheld(open_workspace().config, find_set(set_id), real_pixels)


def thumbnails(set_id: str, image_ids: Sequence[str], side: int = 96, real_pixels: bool = False) -> list[bytes]:
    """Small grey WebP images in the order of `image_ids`; each is made once and kept. Blurred where the set is withheld (see `sees_real`).

    Raises:
        UnknownName: no such set or image.
    """
    workspace = open_workspace()
    images = find_set(set_id)
    found = [workspace.thumbnails.get(images, workspace.sets.row_of(images, i), side) for i in image_ids]
    return [_for_sight(images, picture, "WEBP", real_pixels) for picture in found]


def encode(name_or_id: str, encoder: str, on_progress: Progress | None = None) -> None:
    """Encodes those images of a set that are not encoded yet, in this process."""
    from bench_core.engine.encoding.encode import encode_set

    encode_set(open_workspace(), name_or_id, encoder, on_progress)


def references() -> list[Reference]:
    """What numbers exist against: sets (by id) and encoders, the embedded study first."""
    from bench_core.engine.answers.results import references

    return references(open_workspace())
