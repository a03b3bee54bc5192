"""The pictures behind a feature set, at one size: what metrics on pixels share. Each is decoded once for all metrics and repeats."""

import tempfile
import time

import numpy as np
from PIL import Image

from bench_core.errors import TooSmallImages
from bench_core.features import FeatureSet
from bench_core.features.origin import of_each_image
from bench_core.features.place import tell

SIDE = 192
"""Default side: metrics of one side share one reading; the smallest round one on which MS-SSIM has its five scales."""
EVERY_SECONDS = 0.5
"""Time between two words about how far the reading is; films of a simulated cohort may have to be rendered first."""
IN_MEMORY = 1 << 29
"""Bytes of pictures that are kept in memory; more lie in a temporary file, which the operating system caches."""


def pictures(features: FeatureSet, side: int = SIDE) -> np.ndarray:  # (N of the whole set, side, side) uint8
    """Pictures of the **whole** set, shrunk to one square size; `features.rows` are those of a view.

    Larger pictures are shrunk with an antialiased bicubic filter and lose their aspect, as in most published protocols.

    Raises:
        InputError: the set has no pictures.
        TooSmallImages: a picture is smaller; enlarged ones would look smooth and alike.
    """
    return of_each_image(features, ("pictures", side), lambda whole: _read(whole, side))


def _read(features: FeatureSet, side: int) -> np.ndarray:
    shape = (len(features), side, side)
    if np.prod(shape) <= IN_MEMORY:
        out = np.empty(shape, np.uint8)
    else:
        with tempfile.TemporaryFile() as file:  # the mapping outlives the closed file
            out = np.memmap(file, np.uint8, "w+", shape=shape)
    told = -EVERY_SECONDS
    for row in range(len(features)):
        if time.monotonic() - told >= EVERY_SECONDS:
            told = time.monotonic()
            tell(row / len(features), f"reading {features.kind or 'the'} images")
        picture = features.picture(row)
        if min(picture.shape) < side:
            raise TooSmallImages(
                f"{features.kind or 'set'}: image {row} is {picture.shape[1]} x {picture.shape[0]} pixels, side is {side}.",
                "Generate larger images, or choose a smaller side where the metric allows it.",
            )
        if picture.shape != (side, side):
            picture = np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC))
        out[row] = picture
    out.setflags(write=False)
    return out
