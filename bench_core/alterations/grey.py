"""Changes of grey levels: films stay where they are."""

import numpy as np


def as_film(grey: np.ndarray) -> np.ndarray:  # (H, W) float -> uint8
    """Whole grey levels from 0 to 255, as a film is stored."""
    film: np.ndarray = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return film


def blurred(film: np.ndarray, pixels: float) -> np.ndarray:  # (H, W) uint8
    """By a Gaussian of so many pixels (its standard deviation)."""
    from scipy.ndimage import gaussian_filter

    return as_film(gaussian_filter(film.astype(np.float32), pixels, mode="nearest"))


def noisy(film: np.ndarray, levels: float, rng: np.random.Generator) -> np.ndarray:  # (H, W) uint8
    """Every pixel gets Gaussian noise of so many grey levels of 255 (its standard deviation)."""
    return as_film(film + levels * rng.standard_normal(film.shape, dtype=np.float32))


def flatter(film: np.ndarray, percent: float) -> np.ndarray:  # (H, W) uint8
    """So much less contrast about its own mean."""
    middle = film.mean()
    return as_film(middle + (1 - percent / 100) * (film - middle))


def blended(film: np.ndarray, other: np.ndarray, percent: float) -> np.ndarray:  # (H, W) uint8 twice
    """So much of it is another film, which is brought to its size."""
    return as_film(film + percent / 100 * (resized(other, film.shape).astype(np.float32) - film))


def transplanted(film: np.ndarray, host: np.ndarray, *, left: bool) -> np.ndarray:  # (H, W) uint8 twice
    """Another film with one half of this one, the left or the right of the picture, seam of an eighth of the width."""
    width = film.shape[1]
    ramp = np.clip((np.arange(width) + 0.5 - width / 2) / (width / 8) + 0.5, 0, 1)
    share = 1 - ramp if left else ramp
    return as_film(resized(host, film.shape) * (1 - share) + film * share)


def resized(film: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:  # (H, W) uint8
    """Of that height and width."""
    if film.shape == shape:
        return film
    from PIL import Image

    return np.asarray(Image.fromarray(film).resize((shape[1], shape[0]), Image.Resampling.BICUBIC))
