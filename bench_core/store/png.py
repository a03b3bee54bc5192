"""PNG files: with provenance in a text chunk, without it, and the digest of what an image shows."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

from bench_core.files import write_whole

CHUNK = "triadcxr"
"""Keyword of the iTXt chunk that holds the provenance as JSON."""


def digest_of(pixels: np.ndarray) -> str:
    """Content digest of a grey image (H, W) uint8: what encoders see, so neither file format nor provenance matter."""
    return hashlib.sha256(f"{pixels.shape}".encode() + np.ascontiguousarray(pixels).tobytes()).hexdigest()[:32]


def png_bytes(pixels: np.ndarray, provenance: dict[str, Any] | None = None) -> bytes:
    """An image (H, W) or (H, W, 3) uint8 as a PNG that says how it was made."""
    info = PngImagePlugin.PngInfo()
    if provenance is not None:
        info.add_itxt(CHUNK, json.dumps(provenance, ensure_ascii=False, sort_keys=True))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", pnginfo=info)
    return buffer.getvalue()


def plain_png(pixels: np.ndarray) -> bytes:
    """An image as a PNG that says nothing but its pixels."""
    return png_bytes(pixels)


def save_png(path: Path, pixels: np.ndarray, provenance: dict[str, Any] | None) -> int:
    """Writes a PNG whole or not at all; returns its bytes."""
    data = png_bytes(pixels, provenance)
    write_whole(path, lambda part: part.write_bytes(data))
    return len(data)


def read_png_provenance(data: bytes) -> dict[str, Any] | None:
    """The provenance in a PNG of ours, None where there is none (no PNG, another program's, damaged)."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            image.load()
            found = json.loads(getattr(image, "text", {}).get(CHUNK, "null"))
    except (OSError, ValueError, SyntaxError, RecursionError, Image.DecompressionBombError):
        return None
    return found if isinstance(found, dict) else None
