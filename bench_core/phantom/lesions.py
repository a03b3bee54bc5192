"""Findings inside the chest: each changes what lies along the beam, and keeps the exact mask of what it changed."""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from bench_core.phantom.findings import Finding
from bench_core.phantom.geometry import SIZE
from bench_core.phantom.scene import Scene
from bench_core.phantom.vessels import smooth_field

Rng = np.random.Generator
ROWS, COLUMNS = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)


def _noise(rng: Rng, cells: int) -> np.ndarray:
    return smooth_field(rng, (SIZE, SIZE), cells)


def _rise(x: np.ndarray) -> np.ndarray:
    share: np.ndarray = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return share


def _cloud(scene: Scene, side: str, at: tuple[float, float], reach: float, rough: np.ndarray) -> np.ndarray:
    """A patch with an irregular rim, 0 to 1; ``reach`` as a share of the lung's height."""
    frame = scene.frame[side]
    row, column = frame.pixel(*at)
    size = reach * frame.height
    away = np.hypot((ROWS - row) / size, (COLUMNS - column) / (0.85 * size))
    patch: np.ndarray = np.maximum(_rise((1.0 - away + 0.30 * rough) / 0.2), 0.55 * np.exp(-0.5 * (away / 0.75) ** 2))
    return patch


def consolidation(scene: Scene, finding: Finding, rng: Rng) -> None:
    """Dense lobar airspace filling with air bronchograms."""
    for side in finding.sides:
        lower = rng.random() < 0.65
        at = (rng.uniform(0.42, 0.62), rng.uniform(0.68, 0.84) if lower else rng.uniform(0.2, 0.36))
        patch = _cloud(scene, side, at, (0.17, 0.25, 0.35)[finding.grade] * rng.uniform(0.9, 1.1), _noise(rng, 13))
        frame = scene.frame[side]
        fissure = (at[1] - 0.13 - 0.06 * finding.grade) if lower else (at[1] + 0.13 + 0.06 * finding.grade)
        patch = patch * _rise((frame.v - fissure + 0.12 * (frame.u - 0.5)) / 0.012 * (1 if lower else -1))
        share = patch * (0.42, 0.56, 0.72)[finding.grade] * (1 + 0.10 * _noise(rng, 28))
        share = share * (1 - 0.15 * _bronchi(scene, side, at, rng))
        scene.replace_air(side, share)
        scene.mark(finding.name, (patch > 0.4) & (scene.lung[side] > 8))


def _bronchi(scene: Scene, side: str, at: tuple[float, float], rng: Rng) -> np.ndarray:
    """Air-filled branches fanning out through a consolidation, 0 to 1."""
    frame = scene.frame[side]
    row, column = frame.pixel(at[0] - 0.28, at[1] - 0.1)
    lines = np.zeros((SIZE, SIZE), np.float32)
    for angle in rng.uniform(-0.7, 1.1, 4):
        steps = np.arange(0, 34, 0.5)
        bend = angle + np.cumsum(rng.normal(0, 0.03, len(steps)))
        y = np.rint(row + np.cumsum(np.sin(bend)) * 0.5).astype(int).clip(0, SIZE - 1)
        x = np.rint(column + frame.outward * np.cumsum(np.cos(bend)) * 0.5).astype(int).clip(0, SIZE - 1)
        lines[y, x] = 1
    branches: np.ndarray = np.clip(ndimage.gaussian_filter(lines, 1.1) * 2.2, 0, 1)
    return branches


def pneumonia(scene: Scene, finding: Finding, rng: Rng) -> None:
    """Several patchy, ill-defined foci in one zone."""
    for side in finding.sides:
        zone = rng.choice((0.3, 0.55, 0.75), p=(0.2, 0.3, 0.5))
        patch = np.zeros((SIZE, SIZE), np.float32)
        for _ in range(2 + 2 * finding.grade):
            at = (rng.uniform(0.2, 0.8), float(np.clip(zone + rng.normal(0, 0.10), 0.1, 0.92)))
            patch = np.maximum(patch, _cloud(scene, side, at, rng.uniform(0.07, 0.12) + 0.02 * finding.grade, _noise(rng, 22)))
        patch = ndimage.gaussian_filter(patch, 3.0)
        scene.replace_air(side, patch * (0.36, 0.46, 0.58)[finding.grade] * (1 + 0.16 * _noise(rng, 30)))
        scene.mark(finding.name, (patch > 0.35) & (scene.lung[side] > 8))


def opacity(scene: Scene, finding: Finding, rng: Rng) -> None:
    """An unspecific haze through which vessels remain visible."""
    for side in finding.sides:
        at = (rng.uniform(0.35, 0.65), rng.uniform(0.35, 0.8))
        frame = scene.frame[side]
        row, column = frame.pixel(*at)
        size = (0.24, 0.31, 0.40)[finding.grade] * frame.height
        away = np.hypot((ROWS - row) / size, (COLUMNS - column) / (0.8 * size))
        patch = np.exp(-0.5 * (away / 0.62) ** 2) * np.clip(1 + 0.22 * _noise(rng, 10), 0.3, 1.4)
        scene.replace_air(side, patch * (0.30, 0.42, 0.55)[finding.grade])
        scene.mark(finding.name, (patch > 0.45) & (scene.lung[side] > 8))


def lesion(scene: Scene, finding: Finding, rng: Rng) -> None:
    """A solitary nodule, or a mass with a lobulated rim."""
    frame = scene.frame[finding.side]
    row, column = frame.pixel(rng.uniform(0.42, 0.80), rng.uniform(0.16, 0.74))
    radius = ((4.2, 5.6), (7.0, 9.5), (13.0, 20.0))[finding.grade]
    size = float(rng.uniform(*radius))
    angle = np.arctan2(ROWS - row, COLUMNS - column)
    lobes = 1 + 0.05 * np.sin(3 * angle + rng.uniform(0, 6)) + 0.04 * np.sin(5 * angle + rng.uniform(0, 6))
    away = np.hypot(ROWS - row, (COLUMNS - column) * rng.uniform(0.9, 1.1)) / (size * lobes)
    thick = 2 * size * scene.mm * np.sqrt(np.clip(1 - away**2, 0, 1)) * 0.95 + 10 * _rise((1 - away) / 0.10)
    share = thick / np.maximum(scene.air[finding.side], 1)
    scene.replace_air(finding.side, np.minimum(share, 0.8))
    scene.mark(finding.name, (away < 1) & (scene.lung[finding.side] > 4))


def edema(scene: Scene, finding: Finding, rng: Rng) -> None:
    """Perihilar haze on both sides, wide upper vessels, and septal lines at the bases."""
    scene.detail *= 1 + (0.20, 0.30, 0.40)[finding.grade]
    for side in ("left", "right"):
        frame = scene.frame[side]
        wing = np.exp(-0.5 * (((frame.u - 0.28) / (0.30 + 0.06 * finding.grade)) ** 2 + ((frame.v - 0.58) / 0.29) ** 2))
        haze = wing * np.clip(1 + 0.2 * _noise(rng, 16), 0.2, 1.6) + 0.22 * _rise((frame.v - 0.5) / 0.12)
        cuffs = np.clip(1 - 0.35 * frame.u, 0.4, 1)
        scene.replace_air(side, haze * cuffs * (0.22, 0.38, 0.56)[finding.grade])
        scene.extra += _kerley(scene, side, 6 + 5 * finding.grade, rng)
        scene.mark(finding.name, (haze > 0.42) & (scene.lung[side] > 12))


def _kerley(scene: Scene, side: str, count: int, rng: Rng) -> np.ndarray:
    """Short horizontal lines that reach the chest wall, mm."""
    frame, lines = scene.frame[side], np.zeros((SIZE, SIZE), np.float32)
    for _ in range(count):
        row, column = frame.pixel(rng.uniform(0.93, 1.0), rng.uniform(0.6, 0.95))
        steps = np.arange(0, rng.uniform(8, 15), 0.5)
        y = np.rint(row + rng.uniform(-0.12, 0.12) * steps).astype(int).clip(0, SIZE - 1)
        x = np.rint(column - frame.outward * steps).astype(int).clip(0, SIZE - 1)
        lines[y, x] = 1
    water: np.ndarray = ndimage.gaussian_filter(lines, 0.6) * 9.0 * (scene.lung[side] > 8)
    return water


def atelectasis(scene: Scene, finding: Finding, rng: Rng) -> None:
    """Plates of collapsed lung at the base, and a hazy wedge when there is more of it."""
    for side in finding.sides:
        frame, total = scene.frame[side], np.zeros((SIZE, SIZE), np.float32)
        for k in range(1 + finding.grade):
            middle = rng.uniform(0.72, 0.80) + 0.075 * k
            tilt, bow = rng.uniform(-0.10, 0.14), rng.uniform(-0.1, 0.1)
            line = middle + tilt * (frame.u - 0.5) + bow * (frame.u - 0.5) ** 2
            width = rng.uniform(1.5, 2.3) + 0.7 * finding.grade
            ends = _rise((frame.u - rng.uniform(0.02, 0.2)) / 0.05) * _rise((rng.uniform(0.75, 0.98) - frame.u) / 0.05)
            total = np.maximum(total, np.exp(-0.5 * ((frame.v - line) * frame.height / width) ** 2) * ends)
        wedge = _rise((frame.v - 0.80 + 0.12 * frame.u) / 0.05) * np.clip(1.1 - 0.5 * frame.u, 0, 1)
        share = 0.40 * total + (0.0, 0.16, 0.34)[finding.grade] * wedge
        scene.replace_air(side, share)
        scene.mark(finding.name, (share > 0.11) & (scene.lung[side] > 6))


def pneumothorax(scene: Scene, finding: Finding, rng: Rng) -> None:
    """Air between lung and chest wall: a thin pleural line, nothing but black beyond it."""
    side, frame = finding.side, scene.frame[finding.side]
    gap = ((0.13, 0.18), (0.26, 0.36), (0.50, 0.66))[finding.grade]
    size = float(rng.uniform(*gap))
    top = size * rng.uniform(0.55, 0.75)
    inner = np.clip((frame.v - top) / 0.34, 0, 1)
    edge = (1 - size * (1 - 0.45 * np.clip(frame.v, 0, 1))) * np.sqrt(np.clip(1 - (1 - inner) ** 2, 0, 1))
    edge = edge + 0.012 * np.sin(9 * frame.v + rng.uniform(0, 6))
    beyond_px = (frame.u - edge) * frame.width[:, None]
    beyond_px = np.where(inner <= 0, np.maximum(beyond_px, (top - frame.v) * frame.height), beyond_px)
    gone = _rise(beyond_px / 0.6)
    inside = scene.lung[side] > 8
    scene.detail *= np.where(inside, 1 - gone, 1)
    scene.extra -= gone * scene.lung[side] * (scene.density + 0.02)
    scene.replace_air(side, (1 - gone) * (0.03, 0.09, 0.22)[finding.grade])
    shown = np.clip((scene.lung[side] - 22) / 25, 0, 1)
    scene.extra += np.exp(-0.5 * (beyond_px / 0.85) ** 2) * 8.0 * shown
    scene.mark(finding.name, (gone > 0.5) & (scene.lung[side] > 24))


def effusion(scene: Scene, finding: Finding, rng: Rng) -> None:
    """Fluid at the base: the angle is blunted, the surface is a meniscus that rises along the chest wall."""
    for side in finding.sides:
        frame = scene.frame[side]
        height = float(rng.uniform(*((0.13, 0.19), (0.29, 0.39), (0.52, 0.72))[finding.grade]))
        rise = 0.19 + 0.10 * rng.random() + 0.05 * finding.grade
        across = np.clip(frame.u, 0, 1.05)
        level = 1.0 - height - rise * across**3.2 - 0.10 * (1 - across) ** 4 + 0.05
        share = _rise((frame.v - level) / (0.018 + 0.01 * finding.grade))
        share = np.maximum(share, 0.22 * _rise((frame.v - level + 0.14) / 0.06))
        scene.replace_air(side, 0.97 * share)
        scene.detail *= 1 - share * (scene.lung[side] > 2)
        scene.mark(finding.name, (share > 0.5) & (scene.lung[side] > 5))


def pleura(scene: Scene, finding: Finding, rng: Rng) -> None:
    """Thickened pleura along the chest wall, sometimes over the apex."""
    for side in finding.sides:
        frame = scene.frame[side]
        middle, length = rng.uniform(0.3, 0.65), rng.uniform(0.22, 0.38) + 0.06 * finding.grade
        along = np.exp(-(((frame.v - middle) / length) ** 4)) * np.clip(1 + 0.35 * _noise(rng, 26), 0.2, 1.8)
        thick = (4.0, 6.5, 10.0)[finding.grade] * along
        depth = (1.0 - frame.u) * frame.width[:, None]
        band = _rise((thick - depth) / 1.1) * (thick > 1)
        if rng.random() < 0.5:
            cap = (frame.v * frame.height) < (5 + 3 * finding.grade) * np.clip(1 + 0.3 * _noise(rng, 20), 0.3, 2)
            band = np.maximum(band, ndimage.gaussian_filter(cap.astype(np.float32), 0.9))
        band = band * _rise((0.95 - frame.v) / 0.03)
        inside = scene.lung[side] > 1
        scene.replace_air(side, 0.25 * band)
        scene.extra += band * inside * (8.0, 11.0, 14.0)[finding.grade]
        scene.mark(finding.name, (band > 0.5) & inside)


def mediastinum(scene: Scene, finding: Finding, rng: Rng) -> None:
    """A wide upper mediastinum with convex borders."""
    down, across = scene.maps.down, scene.maps.across
    reach = (26, 32, 39)[finding.grade] * rng.uniform(0.94, 1.06)
    for side, outward in (("left", 1), ("right", -1)):
        half = reach * rng.uniform(0.88, 1.1) * (1 - 0.35 * _rise((down + 26) / 11)) * (1 - 0.22 * _rise((-down - 84) / 9))
        share = _rise((half - across * outward) / 1.5) * _rise((22 - down) / 6)
        scene.replace_air(side, 0.68 * share)
        scene.mark(finding.name, (share > 0.5) & (across * outward > 0) & (down > -112))


def fracture(scene: Scene, finding: Finding, rng: Rng) -> None:
    """A step and a gap in the cortex of one to three neighbouring ribs."""
    frame = scene.frame[finding.side]
    start = rng.uniform(0.28, 0.55)
    for k in range(1 + finding.grade):
        row, column = frame.pixel(rng.uniform(0.72, 0.9), start + 0.13 * k)
        r, c = int(np.clip(row, 24, SIZE - 25)), int(np.clip(column, 24, SIZE - 25))
        window = scene.ribs[r - 8 : r + 9, c - 5 : c + 6]
        dr, dc = np.unravel_index(window.argmax(), window.shape)
        r, c = int(np.clip(r + dr - 8, 24, SIZE - 25)), int(np.clip(c + dc - 5, 24, SIZE - 25))
        step = (3.5, 5.0, 6.5)[finding.grade] * rng.choice((-1, 1)) * rng.uniform(0.85, 1.15)
        near = np.exp(-0.5 * (((ROWS - r) / 9) ** 2 + ((COLUMNS - c) / 11) ** 2))
        slant = rng.uniform(-0.5, 0.5)
        beyond = _rise(((COLUMNS - c) * frame.outward + slant * (ROWS - r)) / 0.5)
        box = (slice(max(r - 24, 0), r + 25), slice(max(c - 24, 0), c + 25))
        y, x = (ROWS - step * near * beyond)[box], COLUMNS[box]
        moved = ndimage.map_coordinates(scene.ribs, [y, x], order=1, mode="nearest")
        gap = np.exp(-0.5 * (((COLUMNS - c) * frame.outward + slant * (ROWS - r)) / 0.9) ** 2) * near
        scene.ribs[box] = moved * (1 + 0.5 * near[box]) * (1 - 0.95 * gap[box])
        scene.mark(finding.name, np.hypot(ROWS - r, COLUMNS - c) < 9)


DRAW: dict[str, Callable[[Scene, Finding, Rng], None]] = {
    "Enlarged Cardiomediastinum": mediastinum,
    "Lung Opacity": opacity,
    "Lung Lesion": lesion,
    "Edema": edema,
    "Consolidation": consolidation,
    "Pneumonia": pneumonia,
    "Atelectasis": atelectasis,
    "Pleural Effusion": effusion,
    "Pneumothorax": pneumothorax,
    "Pleural Other": pleura,
    "Fracture": fracture,
}
