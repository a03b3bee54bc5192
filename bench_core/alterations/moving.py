"""Changes of place: what a registration undoes. What lies beyond the edge is the edge, repeated."""

import numpy as np

from bench_core.alterations.grey import as_film


def shifted(film: np.ndarray, down: int, right: int) -> np.ndarray:  # (H, W) uint8
    """By whole pixels."""
    by = max(abs(down), abs(right)) + 1
    height, width = film.shape
    padded = np.pad(film, by, mode="edge")
    return padded[by - down : by - down + height, by - right : by - right + width].copy()


def shifted_anywhere(film: np.ndarray, pixels: float, rng: np.random.Generator) -> np.ndarray:  # (H, W) uint8
    """By so many pixels, in a direction of its own."""
    angle = rng.uniform(0, 2 * np.pi)
    return shifted(film, round(pixels * np.sin(angle)), round(pixels * np.cos(angle)))


def turned(film: np.ndarray, degrees: float, scale: float = 1.0) -> np.ndarray:  # (H, W) uint8
    """Rotated clockwise about its middle, and enlarged by a factor."""
    return as_film(moved(film, degrees, scale))


def moved(film: np.ndarray, degrees: float, scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:  # (H, W) float32
    """Rotated clockwise about its middle and enlarged by a factor, then shifted by so many pixels down and right; not rounded."""
    from scipy.ndimage import affine_transform

    turn, middle = np.deg2rad(degrees), (np.array(film.shape) - 1) / 2
    back = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) / scale
    made: np.ndarray = affine_transform(film.astype(np.float32), back, middle - back @ (middle + shift), order=1, mode="nearest")
    return made


def cropped(film: np.ndarray, pixels: float) -> np.ndarray:  # (H, W) uint8
    """Without so many pixels at each edge, enlarged to its size again."""
    side = min(film.shape)
    return turned(film, 0.0, side / (side - 2 * pixels))


def mirrored(film: np.ndarray) -> np.ndarray:  # (H, W) uint8
    """Left and right exchanged."""
    return np.ascontiguousarray(film[:, ::-1])
