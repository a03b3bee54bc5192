"""Writes membership.json: the scores that the authors' codes of DOMIAS and GAN-Leaks give for the inputs below, which the tests make again.

Their codes are no part of this project. With checkouts of vanderschaarlab/DOMIAS (9527dab) and DingfanChen/GAN-Leaks (1cf1e20), torch,
scikit-learn and what the latter imports: `python -m tests.reference.membership DOMIAS_FOLDER GAN_LEAKS_FOLDER`.
"""

import json
import runpy
import sys
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np

FILE = Path(__file__).with_suffix(".json")


def features() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # (60, 3), (40, 3), (50, 3), (30, 3) float64
    """Records, released, reference and another generator's images, by formula; three records lie beside released images."""
    waves = [np.sin(np.arange(1, 3 * n + 1) ** 2 * pace).reshape(n, 3) for n, pace in ((60, 0.37), (40, 0.53), (50, 0.71), (30, 0.29))]
    records, released, reference, other = waves
    records[:3] = released[5:8] + 0.01
    return records, released, reference, other


def main() -> None:
    """Asks both."""
    domias, gan_leaks = map(Path, sys.argv[1:3])
    records, released, reference, other = features()
    found: dict[str, list[float]] = {}
    theirs = runpy.run_path(str(domias / "src" / "domias" / "baselines.py"))
    found["domias_gan_leaks"] = theirs["GAN_leaks"](records, released).tolist()
    found["domias_gan_leaks_cal"] = theirs["GAN_leaks_cal"](records, released, reference).tolist()
    found["domias_mc"] = theirs["MC"](records, released).tolist()
    found["domias_kde"] = theirs["kde_baseline"](records, released, reference)[1].tolist()
    for unused in ("matplotlib", "matplotlib.pyplot"):  # imported beside the search, not used by it
        sys.modules.setdefault(unused, MagicMock())
    nearest = runpy.run_path(str(gan_leaks / "attack_models" / "fbb.py"))
    from sklearn.neighbors import NearestNeighbors

    for name, images in (("gan_leaks_loss", released), ("gan_leaks_reference_loss", other)):
        distances, _ = nearest["find_knn"](NearestNeighbors(n_neighbors=nearest["K"]).fit(images), records)
        found[name] = distances[:, 0].tolist()
    FILE.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
