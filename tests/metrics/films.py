"""Sets whose pictures are held in memory."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.ndimage import correlate1d, gaussian_filter

from bench_core.data import ImageSet
from bench_core.features import FeatureSet
from bench_core.metrics.pictures import SIDE


class Held(ImageSet):
    """Pictures that are held in memory."""

    def read(self, row: int) -> np.ndarray:
        """The picture of that row."""
        return self.meta["stack"][row]


def pictured(stack: Any, kind: str = "synthetic", **more: Any) -> FeatureSet:
    """A set of those pictures."""
    images = Held("", "", "synthetic", Path(), pd.DataFrame(index=range(len(stack))), meta={"stack": stack})
    return FeatureSet(np.arange(len(stack))[:, None], kind=kind, images=images, **more)


def films(n: int, seed: int = 0, side: int = SIDE, spread: float = 1.0) -> np.ndarray:  # (n, side, side) uint8
    """One scene with `spread` times as much of its own in each picture."""
    rng = np.random.default_rng(seed)
    scene = gaussian_filter(np.random.default_rng(99).normal(size=(side, side)), 15) * 1500
    own = np.stack([gaussian_filter(rng.normal(size=(side, side)), 4) * 250 for _ in range(n)])
    return np.clip(128 + scene + spread * own, 0, 255).astype(np.uint8)


def slow_ms_ssim(x: np.ndarray, y: np.ndarray) -> float:
    """Wang 2003 in float64, written another way."""
    window = np.exp(-(np.arange(-5.0, 6) ** 2) / (2 * 1.5**2))
    window /= window.sum()

    def blur(z: np.ndarray) -> np.ndarray:
        return correlate1d(correlate1d(z, window, axis=0), window, axis=1)[5:-5, 5:-5]

    x, y, value = x.astype(float), y.astype(float), 1.0
    for scale, weight in enumerate((0.0448, 0.2856, 0.3001, 0.2363, 0.1333)):
        mx, my = blur(x), blur(y)
        vx, vy, vxy = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
        term = (2 * vxy + 7.65**2) / (vx + vy + 7.65**2)
        if scale == 4:
            term = term * (2 * mx * my + 2.55**2) / (mx**2 + my**2 + 2.55**2)
        value *= max(0.0, term.mean()) ** weight
        x, y = (z.reshape(len(z) // 2, 2, -1, 2).mean(axis=(1, 3)) for z in (x, y))
    return value
