"""From path lengths to an 8-bit film: Beer-Lambert, scatter, Poisson noise, logarithm, local contrast, tone curve."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

MU = 0.0185  # effective attenuation of water at 120 kV, 1/mm


@dataclass(frozen=True)
class Exposure:
    """How one film was exposed and processed."""

    scatter: float  # of the smoothed primary beam
    photons: float  # a pixel without patient
    low: float  # share of the coarse contrast that is kept
    detail: float  # gain of the fine contrast
    gamma: float
    dark: float  # grey of the lungs, shift
    blur: float  # pixels


def draw_exposure(view: str, rng: np.random.Generator) -> Exposure:
    """Portable AP films are greyer, noisier and more scattered."""
    portable = view == "AP"
    return Exposure(
        scatter=float(rng.uniform(0.10, 0.22) if portable else rng.uniform(0.06, 0.14)),
        photons=float(np.exp(rng.normal(11.6 if portable else 12.2, 0.35))),
        low=float(rng.uniform(0.50, 0.72)),
        detail=float(rng.uniform(1.15, 1.6)),
        gamma=float(np.exp(rng.normal(0.0, 0.10))),
        dark=float(rng.normal(0.0, 0.022)),
        blur=float(rng.uniform(0.35, 0.6) if portable else rng.uniform(0.3, 0.45)),
    )


def _wide(image: np.ndarray, sigma: float) -> np.ndarray:
    """A wide Gaussian, computed on every fourth pixel."""
    size = image.shape[0] // 4
    small = image.reshape(size, 4, size, 4).mean((1, 3))
    small = ndimage.gaussian_filter(small, sigma / 4, mode="nearest")
    wide: np.ndarray = ndimage.zoom(small, 4, order=1, mode="nearest", grid_mode=True)
    return wide


def expose(water: np.ndarray, exposure: Exposure, rng: np.random.Generator) -> np.ndarray:
    """Film of mm of water along each beam."""  # (S, S) -> uint8 (S, S)
    primary = np.exp(-MU * np.maximum(ndimage.gaussian_filter(water, exposure.blur), 0)).astype(np.float32)
    beam = primary + exposure.scatter * _wide(np.minimum(primary, 0.35), 26)
    counts = beam * exposure.photons
    noisy = counts + np.sqrt(counts) * rng.standard_normal(counts.shape, dtype=np.float32)
    density = -np.log(np.maximum(noisy, 4.0) / exposure.photons)
    coarse = _wide(density, 20)
    fine = density - ndimage.gaussian_filter(density, 2.2)
    view = exposure.low * coarse + exposure.detail * (density - coarse) + 0.5 * fine
    inner = view[24:232:3, 24:232:3]
    low, high = np.percentile(inner, (4.0, 95.5))
    tone = (view - low) / max(high - low, 0.95)
    tone = np.clip(0.08 + exposure.dark + 0.76 * tone, 0, None) ** exposure.gamma
    curve = np.where(tone < 0.8, tone, 0.8 + 0.2 * np.tanh((tone - 0.8) / 0.2))  # soft shoulder, no burnt-out spine
    film: np.ndarray = np.clip(np.rint(255 * curve), 0, 255).astype(np.uint8)
    return film
