"""Pictures that look like films, drawn from a seed."""

import io
import zlib

import numpy as np
from PIL import Image


def seed_of(*parts: str) -> int:
    """The same seed for the same words, in every process."""
    return zlib.crc32("/".join(parts).encode())


def film(seed: int, side: int = 128) -> np.ndarray:  # (side, side) uint8
    """Something with lungs, a heart and ribs."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    body = np.exp(-((x / 0.95) ** 6 + (y / 1.3) ** 6)) * 170
    for centre in (-0.42, 0.42):
        cx, cy, w, h = centre + rng.normal(0, 0.03), rng.normal(-0.08, 0.04), 0.3 + rng.normal(0, 0.02), 0.6 + rng.normal(0, 0.04)
        body -= 130 * np.exp(-((((x - cx) / w) ** 2 + ((y - cy) / h) ** 2) ** 3))
    body += 60 * np.exp(-(((x - 0.12) / (0.28 + rng.normal(0, 0.03))) ** 2 + ((y - 0.25) / 0.25) ** 2))
    body += 12 * np.cos(y * 26 + 3 * np.abs(x) + rng.normal()) * np.exp(-((x / 0.8) ** 4)) + rng.normal(0, 5, x.shape)
    return np.clip(body, 0, 255).astype(np.uint8)


def encode(pixels: np.ndarray, kind: str = "PNG") -> bytes:
    """Image file bytes."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()
