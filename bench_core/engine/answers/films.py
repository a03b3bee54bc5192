"""Whole films for a viewer, and what can be laid over them: masks of the simulated cohort, and imported ones."""

import numpy as np

from bench_core.data import FINDINGS, ImageSet
from bench_core.dicom.film import Film, plain_film
from bench_core.errors import BenchError, UnknownName
from bench_core.store.workspace import Workspace

ORGANS = ("heart", "lung_left", "lung_right")
MASKS = "-masks"
"""A set of this name after that of another set has masks for the images of the same ids; what is above 0 is in the mask."""


def film_of(workspace: Workspace, images: ImageSet, image_id: str) -> Film:
    """One film of a set, its values as its file holds them.

    Raises:
        UnknownName: the set has no such image.
        StoreError, ImageUnreadable: it is gone, or cannot be decoded.
    """
    return images.film(workspace.sets.row_of(images, image_id))


def layers_of(workspace: Workspace, images: ImageSet, image_id: str) -> list[str]:
    """Names of what can be laid over an image."""
    row = images.table.iloc[workspace.sets.row_of(images, image_id)]
    found = [*ORGANS, *(f for f in FINDINGS[1:] if row.get(f) == 1)] if images.render is not None else []
    masks = _imported(workspace, images)
    return found + ([masks.name] if masks is not None and image_id in masks.rows_by_id else [])


def layer_of(workspace: Workspace, images: ImageSet, image_id: str, layer: str) -> Film:
    """A mask as a film of 0 and 255.

    Raises:
        UnknownName: there is no such image or layer.
    """
    if layer not in layers_of(workspace, images, image_id):
        raise UnknownName(f"layer over image {image_id!r}", layer, layers_of(workspace, images, image_id))
    masks = _imported(workspace, images)
    if masks is not None and layer == masks.name:
        return plain_film(np.where(masks.read(masks.rows_by_id[image_id]) > 0, 255, 0).astype(np.uint8))
    from bench_core import phantom

    drawn = phantom.render(image_id).masks
    if layer not in drawn:
        raise UnknownName(f"mask of film {image_id!r}", layer, drawn)
    return plain_film(np.where(drawn[layer], 255, 0).astype(np.uint8))


def _imported(workspace: Workspace, images: ImageSet) -> ImageSet | None:
    try:
        return workspace.sets.open(f"{images.name}{MASKS}")
    except BenchError:
        return None
