"""What is left of a film for those who may not see it: grey levels of a dozen cells, enough to tell a chest from a blank."""

import io

import numpy as np
from PIL import Image

CELLS = 12
"""Cells along the longer side. Nothing else of the film reaches the picture."""


def blurred(film: np.ndarray, side: int = 192) -> np.ndarray:  # (H, W) uint8 -> (h, w) uint8
    """The film as so few cells, drawn smoothly with its longer side at `side` pixels."""
    height, width = film.shape
    scale = CELLS / max(height, width)
    cells = Image.fromarray(film).resize((max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.BOX)
    scale = side / max(cells.size)
    drawn = cells.resize((max(1, round(cells.width * scale)), max(1, round(cells.height * scale))), Image.Resampling.BICUBIC)
    return np.asarray(drawn, np.uint8)


def blurred_file(picture: bytes, kind: str) -> bytes:
    """The same of an image file, as a file of that kind (`PNG`, `WEBP`) with nothing else in it."""
    with Image.open(io.BytesIO(picture)) as image:
        pixels = blurred(np.asarray(image.convert("L")), max(image.size))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format=kind, **({"quality": 80} if kind == "WEBP" else {}))
    return buffer.getvalue()
