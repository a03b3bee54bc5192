"""Radiomic features of images, through the optional package pyradiomics; kept by the content of the image."""

import hashlib
import logging
from typing import Any

import numpy as np
import pandas as pd

from bench_core.errors import BenchError, MissingPackage
from bench_core.features import FeatureSet

SETTINGS: dict[str, Any] = {
    "imageType": {"Original": {}, "LoG": {"sigma": [2.0, 3.0, 4.0, 5.0]}, "Wavelet": {}},
    "featureClass": {
        "firstorder": None,
        "glcm": [
            "Autocorrelation", "JointAverage", "ClusterProminence", "ClusterShade", "ClusterTendency", "Contrast", "Correlation",
            "DifferenceAverage", "DifferenceEntropy", "DifferenceVariance", "JointEnergy", "JointEntropy", "Imc1", "Imc2", "Idm", "Idmn",
            "Id", "Idn", "InverseVariance", "MaximumProbability", "SumEntropy", "SumSquares",
        ],
        "glrlm": None, "glszm": None, "ngtdm": None,
    },
    "setting": {
        "normalize": True, "normalizeScale": 100, "interpolator": "sitkBSpline", "resampledPixelSpacing": [2, 2, 0], "padDistance": 10,
        "preCrop": True, "force2D": True, "force2Ddimension": 0, "binWidth": 5, "voxelArrayShift": 300, "label": 1,
    },
}  # fmt: skip
"""Version 1 of the Fréchet radiomics distance for flat images. pyradiomics skips the LoG filter where an image has no depth."""
MOST_KEPT = 100_000
"""Images whose features are kept in this process (3 kB each)."""
INSTALL = 'pip install "setuptools<81" wheel versioneer numpy && pip install --no-build-isolation pyradiomics==3.0.1'

_kept: dict[str, dict[str, float]] = {}


def radiomics(features: FeatureSet) -> pd.DataFrame:  # (N, about 385)
    """Radiomic features of each image of a set, one column a feature; an image is measured once in a process.

    Raises:
        MissingPackage: pyradiomics is not installed; the hint has the commands.
        InputError: a set without images.
        BenchError: an image has none, because it is uniform or too small; names it.
    """
    extractor = _extractor()
    names: dict[int, str] = features.whole.remember("picture digests", dict)  # row of the whole set to digest
    rows = []
    for i, row in enumerate(features.rows.tolist()):
        digest = names.get(row)
        if digest is None or digest not in _kept:
            pixels = features.picture(i)
            digest = names[row] = hashlib.sha256(f"{pixels.shape}".encode() + np.ascontiguousarray(pixels).tobytes()).hexdigest()
            if digest not in _kept:
                if len(_kept) >= MOST_KEPT:
                    del _kept[next(iter(_kept))]
                try:
                    _kept[digest] = _measure(extractor, pixels)
                except ValueError as error:
                    raise BenchError(f"{features.kind or 'set'}: {_name(features, row)} has no radiomic features: {error}") from error
        rows.append(_kept[digest])
    return pd.DataFrame(rows)


def _name(features: FeatureSet, row: int) -> str:
    return f"image {features.images.table['image_id'].iat[row]!r}" if features.images is not None else f"row {row}"


def _extractor() -> Any:
    try:
        from radiomics import featureextractor
    except ImportError as error:
        raise MissingPackage(f"Radiomic features need pyradiomics, which cannot be imported ({error}).", INSTALL) from None
    logging.getLogger("radiomics").setLevel(logging.ERROR)
    return featureextractor.RadiomicsFeatureExtractor(SETTINGS)


def _measure(extractor: Any, pixels: np.ndarray) -> dict[str, float]:  # (H, W) uint8
    """All features of one image; ValueError where it has none."""
    if pixels.min() == pixels.max():
        raise ValueError(f"all its pixels are {pixels.min()}.")
    import SimpleITK

    mask = np.ones((1, *pixels.shape), np.uint8)
    mask[0, 0, 0] = 0  # a mask without background is refused
    image = SimpleITK.GetImageFromArray(pixels[None].astype(np.float32))
    found = extractor.execute(image, SimpleITK.GetImageFromArray(mask))
    return {name: float(value) for name, value in found.items() if not name.startswith("diagnostics")}
