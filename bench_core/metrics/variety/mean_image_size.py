import io
from typing import Annotated

import numpy as np
from PIL import Image
from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.pictures import SIDE, pictures
from bench_core.registry import metric

BLOCK = 500
"""Pictures that are summed at once."""


@metric(
    title="Size of the mean image",
    family="variety",
    goal="minimize",
    bounds=(0, None),
    paper="arXiv:2305.18337",
    heavy=True,
    min_samples=2,
    needs=("images",),
    unit="bytes",
    formula=r"\left|\operatorname{PNG}\left(\left\lfloor \frac{1}{M} \sum_s s \right\rfloor\right)\right|",
)
def mean_image_size(
    synthetic: FeatureSet,
    *,
    side: Annotated[int, Field(ge=16, le=1024, description="Images are shrunk to this side before they are averaged.")] = SIDE,
) -> Score:
    """Bytes of the mean of all images as a PNG file: images that differ average to a blur, which is a small file.

    Depends on side, positioning, grey levels and, through the blur, on n: compare only with the null or at equal sizes. Blurred films
    have a smaller file and so look better here: read it with the spectral distance, and look at the mean image itself.

    Raises:
        TooSmallImages: images smaller than `side`.

    References:
        Xing 2023, arXiv:2305.18337, as in the authors' MedSynAnalyzer: mean, cut (not rounded) to 8 bit, saved losslessly. Differs in that
        images are shrunk to one side first; that the size is in bytes, not in whole kB; that it is not turned round by min-max over
        the compared sets (1 minus that is their variety), which would make a score depend on its rivals; and that the mean is over all
        images of the set, not over class means: subgroups are classes. The encoder is Pillow's PNG at compression level 6, 8-bit grey;
        another zlib may differ by a few bytes.
    """
    return Score(float(len(png_of(mean_picture(synthetic, side)))))


def mean_picture(features: FeatureSet, side: int) -> np.ndarray:  # (side, side) uint8
    """The mean of all pictures of a set."""
    stack, rows = pictures(features, side), features.rows
    total = np.zeros((side, side), np.int64)  # whole numbers: the order of images cannot matter
    for start in range(0, len(rows), BLOCK):
        total += stack[rows[start : start + BLOCK]].sum(axis=0, dtype=np.uint32)
    return (total // len(rows)).astype(np.uint8)


def png_of(picture: np.ndarray) -> bytes:
    """The file whose size counts."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG", compress_level=6)
    return buffer.getvalue()
