"""Classical augmentation: a film moved a little and in other contrast, and its masks moved along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench_core.alterations.grey import as_film, resized
from bench_core.alterations.moving import moved

TURN, MOVE, SCALE, FLATTER, BRIGHTER = 5.0, 0.04, 0.05, 0.1, 10.0
"""Each drawn evenly from minus to plus: degrees, share of the side, share, share of contrast, grey levels. A film is never mirrored: the
heart would change sides."""


@dataclass(frozen=True)
class Alteration:
    """One film's share of chance.

    Attributes:
        degrees: clockwise. scale: larger than 1 enlarges. shift: down and right, in shares of height and width.
        contrast: about the film's own mean. brightness: grey levels added.
    """

    degrees: float
    scale: float
    shift: tuple[float, float]
    contrast: float
    brightness: float

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Alteration:
        """By chance."""
        degrees, scale = rng.uniform(-TURN, TURN), 1 + rng.uniform(-SCALE, SCALE)
        down, right = rng.uniform(-MOVE, MOVE, 2)
        return cls(degrees, scale, (down, right), 1 + rng.uniform(-FLATTER, FLATTER), rng.uniform(-BRIGHTER, BRIGHTER))

    def of_film(self, film: np.ndarray) -> np.ndarray:  # (H, W) uint8
        """What comes in at the edge repeats it."""
        grey = self._moved(film)
        return as_film(grey.mean() + self.contrast * (grey - grey.mean()) + self.brightness)

    def of_mask(self, mask: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:  # (H, W) bool
        """The mask of a film of that height and width, moved as the film is; contrast and brightness move nothing."""
        return self._moved(resized(np.where(mask, 255, 0).astype(np.uint8), shape)) > 127.5

    def _moved(self, film: np.ndarray) -> np.ndarray:  # (H, W) float32
        height, width = film.shape
        return moved(film, self.degrees, self.scale, (self.shift[0] * height, self.shift[1] * width))
