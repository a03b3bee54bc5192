"""Whole films for a viewer, and what can be laid over them: masks of the simulated cohort, and imported ones."""

from contextlib import suppress

import numpy as np

from bench_core.data import FINDINGS, ImageSet
from bench_core.dicom.film import Film, plain_film
from bench_core.errors import BenchError, UnknownName
from bench_core.store.workspace import Workspace

ORGANS = ("heart", "lung_left", "lung_right")
ALIKE = "alike"
"""The layer that is a map of a pair: where an image shows the same as the one beside it (see `likeness`)."""
MASKS, MAPS = "-masks", "-maps"
"""Ends of the names of sets that lie over the images of the same ids in the set whose name comes before: in a mask is what is above 0;
a map (of attention, of occlusion) is the stronger the brighter it is."""


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
    return found + [over.name for over in _imported(workspace, images) if image_id in over.rows_by_id]


def layer_of(workspace: Workspace, images: ImageSet, image_id: str, layer: str) -> Film:
    """A mask as a film of 0 and 255, or a map as it is.

    Raises:
        UnknownName: there is no such image or layer.
    """
    if layer not in layers_of(workspace, images, image_id):
        raise UnknownName(f"layer over image {image_id!r}", layer, layers_of(workspace, images, image_id))
    over = next((over for over in _imported(workspace, images) if over.name == layer), None)
    if over is not None:
        grey = over.read(over.rows_by_id[image_id])
        return plain_film(np.where(grey > 0, 255, 0).astype(np.uint8) if layer.endswith(MASKS) else grey)
    from bench_core import phantom

    drawn = phantom.render(image_id).masks
    if layer not in drawn:
        raise UnknownName(f"mask of film {image_id!r}", layer, drawn)
    return plain_film(np.where(drawn[layer], 255, 0).astype(np.uint8))


def _imported(workspace: Workspace, images: ImageSet) -> list[ImageSet]:
    """The sets that lie over this one, as far as there are any."""
    found = []
    for end in (MASKS, MAPS):
        with suppress(BenchError):
            found.append(workspace.sets.open(f"{images.name}{end}"))
    return found
