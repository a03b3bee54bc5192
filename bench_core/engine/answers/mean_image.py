"""The mean image of a set: what `mean_image_size` measures, to be looked at."""

import base64

import numpy as np

from bench_core.data import ImageSet, content_key
from bench_core.engine.keys import set_key
from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.metrics.pictures import SIDE
from bench_core.metrics.variety.mean_image_size import mean_picture, png_of
from bench_core.store.workspace import Workspace

MOST = 2_000
"""Images that are averaged; of larger sets an even part, which no eye can tell from the whole."""
AT_ONCE = 200
"""Images that are averaged while a page waits."""


def mean_image(workspace: Workspace, images: ImageSet) -> bytes:
    """The mean of up to MOST images as a small grey PNG, kept by content; made where there is none.

    Raises:
        NotPossible: the set has no images yet.
        TooSmallImages: some images are smaller than others.
    """
    if not len(images):
        raise NotPossible(f"Set {images.name!r} has no images.")
    found = stored_mean_image(workspace, images)
    if found is not None:
        return found
    rows = np.unique(np.linspace(0, len(images) - 1, min(MOST, len(images))).astype(int))
    side = min(SIDE, *images.read(int(rows[0])).shape)
    part = images.take(rows)
    png = png_of(mean_picture(FeatureSet(np.zeros((len(rows), 1)), images=part, kind=images.name), side))
    workspace.derived.write_value(_key(images), "mean image", base64.b64encode(png).decode(), [images.id])
    return png


def stored_mean_image(workspace: Workspace, images: ImageSet) -> bytes | None:
    """The mean image if it was made before."""
    stored = workspace.derived.value(_key(images))
    return None if stored is None else base64.b64decode(stored)


def quick_mean_image(workspace: Workspace, images: ImageSet) -> bytes | None:
    """The mean image, but None where it would have to be made of more than AT_ONCE images."""
    return mean_image(workspace, images) if len(images) <= AT_ONCE else stored_mean_image(workspace, images)


def _key(images: ImageSet) -> str:
    return content_key("mean image", set_key(images), SIDE, MOST)
