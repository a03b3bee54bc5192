"""How many films of a set are nearly one grey, for sets whose import did not count them: generated ones, and those of earlier versions."""

from dataclasses import replace

import numpy as np

from bench_core.data import FLAT, ImageSet, content_key
from bench_core.engine.keys import set_key
from bench_core.errors import BenchError
from bench_core.intake.grey_scale import flat_count, is_flat
from bench_core.store.workspace import Workspace

LOOKED_AT, LOOKED_AT_IN_PLACE = 256, 64
"""Films that are read for it, evenly over the set, once; fewer where they stay in place: those may be large, and far away."""


def with_flat_films(workspace: Workspace, images: ImageSet) -> ImageSet:
    """The set with the count in its meta. Simulated films are never flat, and rendering them takes long: they are not looked at."""
    if FLAT in images.meta or images.render is not None or not len(images):
        return images
    most = LOOKED_AT_IN_PLACE if images.meta.get("in_place") else LOOKED_AT
    key = content_key("flat films", set_key(images), most)
    found = workspace.derived.value(key)
    if found is None:
        rows = np.unique(np.linspace(0, len(images) - 1, min(most, len(images))).astype(int))
        try:
            found = flat_count([is_flat(images.read(int(row))) for row in rows])
        except BenchError:  # an image that cannot be read is told of where it is needed
            return images
        workspace.derived.write_value(key, "flat films", found, [images.id])
    return replace(images, meta={**images.meta, FLAT: found})
