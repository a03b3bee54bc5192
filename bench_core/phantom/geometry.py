"""Where each film pixel lies in the patient and in the basis.

Maps go backwards, from the film to the patient to the basis, so that nothing is ever inverted. They are computed on every
fourth pixel and interpolated linearly.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from bench_core.phantom.anatomy import CELLS, REACH, Anatomy
from bench_core.phantom.basis import CENTRE, MM, ROLL

SIZE = 256
COARSE = 65
APEX, DOME, BASE = -108.0, 26.0, 108.0  # rows relative to CENTRE: top of lungs, dome and lowest recess of the CT
HEART = (38.0, -4.0)  # row and column relative to CENTRE: where the heart rests on the diaphragm

_position = np.linspace(0, COARSE - 1, SIZE)
_left = np.minimum(_position.astype(int), COARSE - 2)
_part = (_position - _left).astype(np.float32)

Map = tuple[np.ndarray, np.ndarray]  # rows and columns in the basis, (SIZE, SIZE)


@dataclass(frozen=True)
class Pose:
    """How one study was taken: degrees, basis pixels, and the film's width in basis pixels."""

    view: str
    yaw: float
    tilt: float
    roll: float
    shift: tuple[float, float]
    extent: float
    breath: float


@dataclass(frozen=True)
class Maps:
    """Coordinates of all film pixels: in the patient (basis pixels about the chest's centre) and in the basis."""

    down: np.ndarray
    across: np.ndarray
    body: Map
    lungs: Map
    heart: Map
    vessels: Map
    spine: Map
    ribs: Map
    shoulders: Map


def upsample(coarse: np.ndarray) -> np.ndarray:
    """(COARSE, COARSE) -> (SIZE, SIZE), linear."""
    coarse = coarse.astype(np.float32)
    rows = coarse[_left] + (coarse[_left + 1] - coarse[_left]) * _part[:, None]
    fine: np.ndarray = rows[:, _left] + (rows[:, _left + 1] - rows[:, _left]) * _part
    return fine


def _turn(down: np.ndarray, across: np.ndarray, degrees: float) -> tuple[np.ndarray, np.ndarray]:
    a = np.deg2rad(degrees)
    return down * np.cos(a) - across * np.sin(a), down * np.sin(a) + across * np.cos(a)


def _field(control: np.ndarray, down: np.ndarray, across: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scale = (CELLS - 1) / (2 * REACH)
    at = [(down + REACH) * scale, (across + REACH) * scale]
    moved = [ndimage.map_coordinates(part, at, order=3, mode="nearest", output=np.float32) for part in control]
    return moved[0], moved[1]


def _breathe(down: np.ndarray, across: np.ndarray, anatomy: Anatomy, pose: Pose) -> np.ndarray:
    """Rows of the CT's lungs: stretched down to the domes, compressed in the recess below them."""
    on_left = 1 / (1 + np.exp(-across / 14))
    lift = anatomy.dome[0] * on_left + anatomy.dome[1] * (1 - on_left)
    stretch = anatomy.inflation * pose.breath
    knots = np.arange(-200.0, 220.0, 2.0)
    dome = APEX + (DOME - APEX) * stretch
    curve = np.interp(knots, [APEX - 60, APEX, dome, max(BASE + 8, dome + 25)], [APEX - 60, APEX, DOME, BASE])
    curve = np.where(knots > max(BASE + 8, dome + 25), BASE + knots - max(BASE + 8, dome + 25), curve)
    curve = np.where(knots < APEX - 60, knots, ndimage.gaussian_filter1d(curve, 4.0, mode="nearest"))
    ramp = np.clip((down - APEX) / (DOME - APEX), 0, 1)
    return np.interp(down + lift * ramp, knots, curve)


def _heart(down: np.ndarray, across: np.ndarray, width: float, height: float, turn: float) -> tuple[np.ndarray, np.ndarray]:
    down, across = down - HEART[0], across - HEART[1]
    low = 1 / (1 + np.exp(-np.clip((down + 32) / 9, -30, 30)))  # ventricles grow and turn, the trunks above them hardly do
    moved = _turn(down, across, turn)
    down, across = down + low * (moved[0] - down), across + low * (moved[1] - across)
    return down / (1 + (height - 1) * low) + HEART[0], across / (1 + (width - 1) * low) + HEART[1]


def _shoulders(down: np.ndarray, across: np.ndarray, anatomy: Anatomy, pose: Pose) -> tuple[np.ndarray, np.ndarray]:
    """Scapulae: off the lungs on PA films, over them on AP films."""
    rows, columns = down.copy(), across.copy()
    outwards = 16.0 if pose.view == "PA" else 4.0
    for side, (out, low, turn) in zip((1, -1), anatomy.shoulder, strict=True):
        here = across * side > 0
        moved = _turn(down + 95, across - side * 85, side * (turn + 6))
        rows[here] = (moved[0] - 95 - low - 2)[here]
        columns[here] = (moved[1] + side * 85 - side * max(out + outwards, -6))[here]
    return rows, columns


def make_maps(anatomy: Anatomy, pose: Pose, heart_growth: float = 1.0, vessel_growth: float = 1.0) -> Maps:
    """All coordinates of a study; growth factors make the heart and the great vessels larger than the patient's usual."""
    grid = (np.arange(COARSE) / (COARSE - 1) - 0.5) * pose.extent
    down, across = np.meshgrid(grid, grid, indexing="ij")
    down, across = _turn(down + pose.shift[0], across + pose.shift[1], pose.roll)
    moved = _field(anatomy.warp, down, across)
    bend = anatomy.curve * np.sin(down / 62 + anatomy.curve_phase)
    y = down / anatomy.height + moved[0]
    x = across / anatomy.width + moved[1] + 0.6 * bend
    lung_y = _breathe(y, x, anatomy, pose)
    middle = x * (1 + 0.2 * np.exp(-((x / 80) ** 4)))  # the CT's patient has a wide heart

    def to_basis(rows: np.ndarray, columns: np.ndarray) -> Map:
        turned = _turn(rows, columns, -ROLL)
        return upsample(turned[0] + CENTRE[0]), upsample(turned[1] + CENTRE[1])

    rib = _field(anatomy.rib_warp, down, across)
    spacing, shift, slant = anatomy.ribs
    rib_y = (y - APEX) / spacing + APEX + shift * np.clip((y - APEX) / 60, 0, 1) + slant * np.abs(x) + rib[0]
    wide, tall = anatomy.heart[0] * heart_growth, anatomy.heart[1] * (1 + 0.5 * (heart_growth - 1))
    knob = anatomy.knob * vessel_growth
    return Maps(
        down=upsample(down),
        across=upsample(across),
        body=to_basis(y, x),
        lungs=to_basis(lung_y, middle),
        heart=to_basis(*_heart(lung_y, middle, wide, tall, anatomy.heart_turn)),
        vessels=to_basis(lung_y, (middle + 2) / knob - 2),
        spine=to_basis(np.where(y < -116, -232 - y, y), x + 0.4 * bend),
        ribs=to_basis(rib_y, x + 0.5 * rib[1]),
        shoulders=to_basis(*_shoulders(y, x, anatomy, pose)),
    )


def millimetres(pose: Pose) -> float:
    """Size of a film pixel."""
    return pose.extent * MM / SIZE
