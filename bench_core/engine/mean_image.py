"""The mean image of a set: what `mean_image_size` measures, to be looked at."""

import base64

import numpy as np

from bench_core.data import ImageSet, content_key
from bench_core.engine.neighbours import set_key
from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.metrics.pictures import SIDE
from bench_core.metrics.variety.mean_image_size import mean_picture, png_of
from bench_core.store.workspace import Workspace

MOST = 2_000
"""Images that are averaged; of larger sets an even part, which no eye can tell from the whole."""


def mean_image(workspace: Workspace, images: ImageSet) -> bytes:
    """See `api.mean_image`."""
    if not len(images):
        raise NotPossible(f"Set {images.name!r} has no images.")
    key = content_key("mean image", set_key(images), SIDE, MOST)
    stored = workspace.derived.value(key)
    if stored is not None:
        return base64.b64decode(stored)
    rows = np.unique(np.linspace(0, len(images) - 1, min(MOST, len(images))).astype(int))
    side = min(SIDE, *images.read(int(rows[0])).shape)
    part = images.take(rows)
    png = png_of(mean_picture(FeatureSet(np.zeros((len(rows), 1)), images=part, kind=images.name), side))
    workspace.derived.write_value(key, "mean image", base64.b64encode(png).decode(), [images.id])
    return png
