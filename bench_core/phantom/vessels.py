"""Lung vessels and lung texture: grown anew for every patient, so that no two patients share them."""

import numpy as np
from scipy import ndimage

from bench_core.phantom import basis

GENERATIONS, STEPS, STEP = 6, 15, 0.85  # STEP in basis pixels
HILA = {"lung_left": (98.0, 181.0), "lung_right": (103.0, 133.0)}  # row, column in the basis
FRONT = 2  # pose without yaw and tilt


def _sprout(rng: np.random.Generator, lung: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions (N, 2), directions (N,) and radii (N,) of the trunks at one hilum; direction 0 points laterally."""
    count = int(rng.integers(9, 13))
    fan = np.linspace(-1.45, 1.75, count) + rng.normal(0, 0.12, count)
    start = np.array(HILA[lung]) + rng.normal(0, 2.5, 2) + rng.normal(0, 3.5, (count, 2)) * (1.5, 0.7)
    radius = rng.uniform(1.7, 2.9, count) * (1 + 0.22 * np.sin(fan))
    return start, fan, radius


def _grow(rng: np.random.Generator, lung: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Points (N, 2) and their radii (N,), one entry a generation."""
    outward = 1.0 if lung == "lung_left" else -1.0
    place, angle, radius = _sprout(rng, lung)
    grown = []
    for generation in range(GENERATIONS):
        bend = np.cumsum(rng.normal(0, 0.055, (STEPS, len(angle))), axis=0) + angle  # (T, N)
        length = STEP * rng.uniform(0.6, 1.25, len(angle)) * (1.35 if generation < 2 else 1.0)
        path = place + np.cumsum(np.stack([np.sin(bend), outward * np.cos(bend)], -1) * length[None, :, None], axis=0)
        taper = radius * np.linspace(1, 0.86, STEPS)[:, None]
        grown.append((path.reshape(-1, 2), (taper * length / STEP).reshape(-1)))
        split = rng.uniform(0.25, 0.62, (2, len(angle))) * np.array([[1], [-1]])
        place = np.tile(path[-1], (2, 1))
        angle = (bend[-1] + split).reshape(-1)
        radius = np.tile(radius, 2) * rng.uniform(0.62, 0.86, 2 * len(radius))
    return grown


def lung_vessels(rng: np.random.Generator) -> np.ndarray:
    """Vessels of both lungs as mm of water in the basis frame."""  # (H, W)
    shape = basis.layer("lung_left", FRONT).shape
    drawn = np.zeros(shape, np.float32)
    trees = [_grow(rng, lung) for lung in HILA]
    for parts in zip(*trees, strict=True):
        points = np.concatenate([points for points, _ in parts])
        radius = np.concatenate([radius for _, radius in parts])
        rows, columns = np.rint(points).astype(int).T
        inside = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
        width = max(float(radius.mean()), 0.45)
        index = rows[inside] * shape[1] + columns[inside]
        line = np.bincount(index, weights=(radius * width)[inside], minlength=shape[0] * shape[1])
        drawn += ndimage.gaussian_filter(line.reshape(shape).astype(np.float32), 0.62 * width) * np.float32(STEP * 2.6)
    water: np.ndarray = 7.0 * np.tanh(drawn / 7.0)
    return water


def smooth_field(rng: np.random.Generator, shape: tuple[int, int], cells: int) -> np.ndarray:
    """Smooth noise with unit deviation and about ``cells`` cells across."""
    coarse = rng.normal(size=(cells, cells)).astype(np.float32)
    zoom = (shape[0] / cells, shape[1] / cells)
    field: np.ndarray = ndimage.zoom(coarse, zoom, order=3 if cells < 20 else 1, mode="nearest", grid_mode=True)
    return field[: shape[0], : shape[1]]


def lung_texture(rng: np.random.Generator) -> np.ndarray:
    """Relative density of the lung tissue, around 1, in the basis frame."""  # (H, W)
    shape = basis.layer("lung_left", FRONT).shape
    return 1 + 0.07 * smooth_field(rng, shape, 7) + 0.05 * smooth_field(rng, shape, 34)
