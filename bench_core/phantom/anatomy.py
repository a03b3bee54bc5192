"""A patient: everything that stays the same from study to study."""

import functools
from dataclasses import dataclass

import numpy as np

from bench_core.phantom import vessels

CELLS = 6  # control points across the smooth warps
REACH = 210.0  # half the extent of the warps' frame, basis pixels


@dataclass(frozen=True)
class Anatomy:
    """Shape of one patient. Lengths in basis pixels (1.2 mm), factors around 1, angles in degrees.

    Attributes:
        width, height: Size of the chest.
        girth: Thickness of the body along the beam.
        depth: Air along the beam in the lungs.
        inflation: Stretch of the lungs down to the domes of the diaphragm.
        dome: Height of the left and right dome above the usual.
        heart: Width and height of the heart; heart_turn its axis.
        knob: Width of the great vessels.
        curve, curve_phase: Sideways deviation of the spine.
        bone: Attenuation of the bones.
        ribs: Spacing, shift and slant of the ribs.
        clavicles: Per side height, slope, bow and radius.
        shoulder: Per side shift outwards, down, and turn of the scapula.
        breast: Size, row, distance from the midline and thickness in mm (0: none).
        gas: Gas in stomach and bowel.
        slope: Shape of the line between neck and shoulders.
        warp: Smooth shared displacement (2, CELLS, CELLS); rib_warp the same for the ribs alone.
        density: Water share of the lung tissue.
        detail: How much of the CT's own hilar vessels is used.
        vessels, texture: In the basis frame (H, W).
    """

    width: float
    height: float
    girth: float
    depth: float
    inflation: float
    dome: tuple[float, float]
    heart: tuple[float, float]
    heart_turn: float
    knob: float
    curve: float
    curve_phase: float
    bone: float
    ribs: tuple[float, float, float]
    clavicles: np.ndarray
    shoulder: np.ndarray
    breast: tuple[float, float, float, float]
    gas: float
    slope: tuple[float, float]
    warp: np.ndarray
    rib_warp: np.ndarray
    density: float
    detail: float
    vessels: np.ndarray
    texture: np.ndarray


@functools.lru_cache(maxsize=32)
def draw_anatomy(entropy: tuple[int, ...], space: int = 0) -> Anatomy:
    """The patient of this seed; ``space`` separates cohorts from patients made for a prompt."""
    rng = np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=(space, 1)))
    heavy = rng.normal()
    breast = rng.random() < 0.5
    return Anatomy(
        width=float(np.clip(rng.normal(1.0, 0.05) + 0.02 * heavy, 0.88, 1.13)),
        height=float(np.clip(rng.normal(1.0, 0.045), 0.9, 1.1)),
        girth=float(np.clip(1 + 0.09 * heavy, 0.8, 1.3)),
        depth=float(np.clip(rng.normal(0.93, 0.07), 0.75, 1.1)),
        inflation=float(np.clip(rng.normal(1.24, 0.09), 1.02, 1.42)),
        dome=(float(rng.normal(2, 5)), float(rng.normal(2, 5))),
        heart=(float(np.clip(rng.normal(1.07, 0.05), 1.0, 1.2)), float(np.clip(rng.normal(1.06, 0.04), 1.0, 1.18))),
        heart_turn=float(rng.normal(0, 4)),
        knob=float(np.clip(rng.normal(1.05, 0.13), 0.85, 1.4)),
        curve=float(rng.normal(0, 4.0)),
        curve_phase=float(rng.uniform(0, 2 * np.pi)),
        bone=float(np.clip(rng.normal(1.0, 0.18), 0.55, 1.45)),
        ribs=(float(rng.normal(1, 0.06)), float(rng.normal(0, 7)), float(rng.normal(0, 0.045))),
        clavicles=rng.normal(0, 1, 4) * (5, 0.10, 3.0, 0.45) + rng.normal(0, 1, (2, 4)) * (2.5, 0.05, 1.5, 0.12),
        shoulder=rng.normal(0, 1, 3) * (7, 7, 7) + rng.normal(0, 1, (2, 3)) * (3, 3, 3),
        breast=(float(rng.uniform(26, 44)), float(rng.uniform(28, 62)), float(rng.uniform(50, 66)), 22.0 * breast * rng.uniform(0.5, 1.6)),
        gas=float(rng.gamma(1.6, 0.7)),
        slope=(float(rng.normal(0, 6)), float(rng.uniform(0.004, 0.011))),
        warp=(rng.normal(size=(2, CELLS, CELLS)) * 4.2).astype(np.float32),
        rib_warp=(rng.normal(size=(2, CELLS, CELLS)) * 3.2).astype(np.float32),
        density=float(np.clip(rng.normal(0.25, 0.035), 0.17, 0.35)),
        detail=float(rng.uniform(0.25, 0.5)),
        vessels=vessels.lung_vessels(rng),
        texture=vessels.lung_texture(rng),
    )
