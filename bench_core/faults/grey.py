"""Grey levels between a change and a film."""

import numpy as np


def as_film(grey: np.ndarray) -> np.ndarray:  # (H, W) float -> uint8
    """Whole grey levels from 0 to 255, as a film is stored."""
    film: np.ndarray = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return film
