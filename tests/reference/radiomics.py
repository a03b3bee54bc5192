"""Writes radiomics.json: what frd-score 1.0.1 (with pyradiomics 3.0.1) gives for the inputs below, which the tests make again.

Neither package is a requirement of the tests. In an environment that has both: `python -m tests.reference.radiomics`.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

FILE = Path(__file__).with_suffix(".json")


def picture() -> np.ndarray:  # (48, 64) uint8
    """Waves and grain by formula, so that no version of a random generator decides them."""
    y, x = np.mgrid[:48, :64] / 64
    grain = (np.arange(48 * 64).reshape(48, 64) * 7919 % 251) / 251 * 40
    return np.clip(128 + 60 * np.sin(17 * x + 5 * y) + 30 * np.cos(40 * x * y) + grain - 20, 0, 255).astype(np.uint8)


def tables() -> tuple[np.ndarray, np.ndarray]:  # (40, 5), (30, 5)
    """Features of two sets by formula, in units of their own."""
    real = np.sin(np.arange(200) ** 2 * 0.37).reshape(40, 5)
    synthetic = 1.3 * np.sin(np.arange(150) ** 2 * 0.53 + 1).reshape(30, 5) + 0.2
    units = 10.0 ** np.arange(5)
    return real * units + units, synthetic * units + units


def main() -> None:
    """Asks the package: the features of the picture, and the distance of the tables by its own steps of version 1."""
    from frd_score import frd

    with TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        Image.fromarray(picture()).save(path)
        extractor = frd.get_feature_extractor(frd_version="v1", image_dim=2)
        _, found, _ = frd.compute_features([path], extractor, num_workers=1, frd_version="v1")
    features = {name: float(value) for name, value in found[0].items() if "diagnostics" not in name}
    real, synthetic = tables()
    scaled = [frd.z_score_normalize(t, base_distribution=real) for t in (real, synthetic)]
    moments = [part for t in scaled for part in (t.mean(axis=0), np.cov(t, rowvar=False))]
    distance = float(np.log(frd.calculate_frechet_distance(*moments)))
    FILE.write_text(json.dumps({"log_distance": distance, "features": features}, indent=1) + "\n")


if __name__ == "__main__":
    main()
