"""Writes variety.json: what pytorch-msssim 1.0.0 and vendi-score 0.0.3 give for the inputs below, which the tests make again.

Neither package is a requirement of the tests. In an environment that has both and torch: `python -m tests.reference.variety`.
"""

import json
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_suffix(".json")
PAIRS = ((0, 1), (0, 2), (1, 2), (2, 3), (0, 3), (0, 4), (3, 3))
ORDERS = (0.5, 1.0, 2.0)


def pictures(side: int) -> np.ndarray:  # (5, side, side) uint8
    """Pictures by formula, so that no version of a random generator decides them: waves, grain, a disc, saturated ones, a negative."""
    y, x = np.mgrid[:side, :side] / side
    waves = 128 + 60 * np.sin(17 * x + 5 * y) + 30 * np.cos(40 * x * y)
    grain = (np.arange(side * side).reshape(side, side) * 7919 % 251) / 251 * 40
    disc = 200.0 * ((x - 0.5) ** 2 + (y - 0.4) ** 2 < 0.09)
    return np.clip([waves, waves + grain - 20, 0.6 * waves + 0.3 * disc, 1.6 * waves - 60, 255 - waves], 0, 255).astype(np.uint8)


def features() -> np.ndarray:  # (40, 6) float32
    """Rows by formula; more rows than columns, as the package's dual form wants."""
    return (np.sin(np.arange(240) ** 2 * 0.37).reshape(40, 6) + 0.5).astype(np.float32)


def main() -> None:
    """Asks the two packages."""
    import torch
    from pytorch_msssim import ms_ssim
    from vendi_score import vendi

    found: dict[str, dict[str, list[float] | float]] = {"ms_ssim": {}, "vendi": {}}
    for side in (176, 192, 256):
        stack = torch.tensor(pictures(side)[:, None], dtype=torch.float64)
        one, two = (stack[[pair[i] for pair in PAIRS]] for i in (0, 1))
        found["ms_ssim"][str(side)] = ms_ssim(one, two, data_range=255, size_average=False).tolist()
    for q in ORDERS:
        found["vendi"][str(q)] = float(vendi.score_dual(features().astype(np.float64), q=q))
    FILE.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
