"""The loader's faults: what makes a film bad, put in on purpose and told to the network; and what should not matter, told to nobody."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

FAULTS = ("blur", "noise", "compression", "contrast", "lost lines")
CHANCE = (0.30, 0.25, 0.22, 0.08, 0.15)  # which fault, where there is one
SPOILED, TWICE = 0.4, 0.3  # share of films with a fault, and of these with two


@dataclass(frozen=True)
class Faults:
    """Strengths of the faults of one film, 0 for none.

    Attributes:
        blur: Gaussian, standard deviation in pixels.
        noise: Gaussian, standard deviation in grey levels of 255.
        quality: of JPEG, 1 to 95; 0 for no compression.
        contrast: natural logarithm of the factor about the film's mean.
        lines: how many rows or columns are black or repeat their neighbour.
    """

    blur: float = 0.0
    noise: float = 0.0
    quality: int = 0
    contrast: float = 0.0
    lines: int = 0

    def told(self, own_blur: float) -> np.ndarray:  # (5,) float32
        """What the network is to say: logarithms, 0 for a film without the fault; the blur is the film's own and the added one."""
        total = np.hypot(own_blur, self.blur)
        compression = np.log(100 / self.quality) if self.quality else 0.0
        return np.asarray(
            [np.log(total / 0.3), np.log1p(self.noise / 2), compression, 2 * self.contrast, np.log1p(self.lines) / 2], np.float32
        )


def draw_faults(rng: np.random.Generator) -> Faults:
    """None for most films, else one or two, mild ones as often as strong ones."""
    if rng.random() >= SPOILED:
        return Faults()
    count = 2 if rng.random() < TWICE else 1
    chosen = {FAULTS[k] for k in rng.choice(len(FAULTS), count, replace=False, p=CHANCE)}

    def drawn(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    return Faults(
        blur=drawn(0.35, 4.0) if "blur" in chosen else 0.0,
        noise=drawn(1.0, 25.0) if "noise" in chosen else 0.0,
        quality=round(drawn(5, 90)) if "compression" in chosen else 0,
        contrast=float(rng.uniform(-0.5, 0.5)) if "contrast" in chosen else 0.0,
        lines=round(drawn(1, 24)) if "lost lines" in chosen else 0,
    )


def spoil(film: np.ndarray, faults: Faults, rng: np.random.Generator) -> np.ndarray:
    """The film with these faults, again in 8 bits: contrast, blur and noise first, then lost lines, then compression."""
    if faults == Faults():
        return film
    grey = film.astype(np.float32)
    if faults.contrast:
        middle = grey.mean()
        grey = middle + np.float32(np.exp(faults.contrast)) * (grey - middle)
    if faults.blur:
        grey = ndimage.gaussian_filter(grey, faults.blur)
    if faults.noise:
        grey = grey + np.float32(faults.noise) * rng.standard_normal(grey.shape, dtype=np.float32)
    out = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    if faults.lines:
        out = lose_lines(out, faults.lines, rng)
    return compress(out, faults.quality) if faults.quality else out


def lose_lines(film: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` rows, or columns, that are black or repeat the line before."""
    turned = rng.random() < 0.5
    out = film.T.copy() if turned else film.copy()
    where = rng.choice(len(out) - 1, count, replace=False) + 1
    out[where] = 0 if rng.random() < 0.5 else out[where - 1]
    return np.ascontiguousarray(out.T) if turned else out


def compress(film: np.ndarray, quality: int) -> np.ndarray:
    """The film through JPEG."""
    file = io.BytesIO()
    Image.fromarray(film).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def jitter(film: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # float32, grey levels
    """What should not matter: a shift by up to four pixels, six per cent of exposure, a few grey levels of offset."""
    moved = np.roll(film, tuple(int(step) for step in rng.integers(-4, 5, 2)), (0, 1)).astype(np.float32)
    return moved * np.float32(rng.uniform(0.94, 1.06)) + np.float32(rng.uniform(-8, 8))
