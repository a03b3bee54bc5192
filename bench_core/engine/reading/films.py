"""Films as readers get them: nothing of the bytes, their number or their name says which set they are from.

All films of a study are squares of one size, cut from the middle and drawn to it by area, in grey levels of 8 bits as encoders read them.
Each level is then spread evenly over its own width in 16 bits, from noise that the film's address decides: equal pixels have other bytes on
every page and for every reader, gaps in a histogram and exact black are gone, and no eye sees it.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bench_core.dicom.film import Film
from bench_core.dicom.reading import Window
from bench_core.pixels.films import packed
from bench_core.store.workspace import Workspace

LARGEST = 1024
"""Pixels a side at most."""
ABOUT = {
    "word": "", "caption": "", "alt": "Film", "edge": "#555555", "kind": "", "image": "", "png": "film.png", "facts": [], "layers": [],
    "simulated": False,
}  # fmt: skip
"""All that a film says of itself: the same for all."""


def side_of(workspace: Workspace, cases: Sequence[Mapping[str, Any]]) -> int:
    """The side that all films of a study can be drawn to without enlarging one; every film is read once.

    Raises:
        StoreError, ImageUnreadable: a film is gone or cannot be decoded.
    """
    films = {(film["set"], film["image"]) for case in cases for film in case["films"]}
    return min([LARGEST, *(int(min(_grey(workspace, *film).shape)) for film in films)])


def slot_name(secret: str, reader: int, position: int) -> str:
    """What a case is called in the addresses of a reader: it has nothing to do with set, image, case or place."""
    return hmac.new(bytes.fromhex(secret), f"{reader}.{position}".encode(), hashlib.sha256).hexdigest()[:20]


def blinded(workspace: Workspace, film: Mapping[str, str], side: int, slot: str, number: int) -> bytes:
    """A film in the format of the viewer; all films of a study have equally many bytes.

    Raises:
        StoreError, ImageUnreadable: it is gone or cannot be decoded.
    """
    return packed(_spread(_drawn(workspace, film, side), slot, number), ABOUT)


def _drawn(workspace: Workspace, film: Mapping[str, str], side: int) -> np.ndarray:  # (side, side) uint8
    grey = _grey(workspace, film["set"], film["image"])
    edge = min(grey.shape)
    top, left = (grey.shape[0] - edge) // 2, (grey.shape[1] - edge) // 2
    square: np.ndarray = grey[top : top + edge, left : left + edge]
    if edge == side:
        return square
    ends = np.arange(side + 1) * (edge / side)
    before = np.arange(edge)[None]
    share = np.clip(np.minimum(ends[1:, None], before + 1) - np.maximum(ends[:-1, None], before), 0, 1) * (side / edge)  # (side, edge)
    drawn: np.ndarray = np.rint(share @ square @ share.T).astype(np.uint8)
    return drawn


def _grey(workspace: Workspace, set_id: str, image_id: str) -> np.ndarray:
    images = workspace.sets.open(set_id)
    return images.read(workspace.sets.row_of(images, image_id))


def _spread(grey: np.ndarray, slot: str, number: int) -> Film:
    noise = np.random.default_rng(list(hashlib.sha256(f"{slot}.{number}".encode()).digest()[:16]))
    values = grey.astype(np.uint16) * 256 + noise.integers(0, 256, grey.shape, np.uint16)
    return Film(values, slope=1 / 256, windows=(Window("LINEAR_EXACT", 128.0, 256.0),), bits=8)
