"""The committed projections of one public CT, decoded, and how they are sampled.

``basis.npz`` is made by ``scripts/make_basis.py``; see ``docs/cohort.md`` for source and licence. Layers are (H, W) float32,
lengths in mm of water (bones: excess over water; lungs, airway, gas: length of the path inside them).
"""

import functools
from pathlib import Path

import numpy as np
from scipy import ndimage

MM = 1.2  # pixel of the basis, mm
ROLL = -5.5  # the patient of the CT lay askew by so many degrees
CENTRE = (120.0, 150.0)  # row, column about which patients are described
THORAX = ("lung_left", "lung_right", "heart", "vessels", "airway", "gas", "lung_detail")


@functools.cache
def _archive() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).parent / "basis.npz") as archive:
        return {name: archive[name] for name in archive.files}


@functools.cache
def layer(name: str, pose: int) -> np.ndarray:
    """One layer at one pose."""  # (H, W)
    archive = _archive()
    decoded: np.ndarray = (archive[name][pose].astype(np.float32) / 255) ** 2 * archive[f"{name}_top"]
    if name == "body":  # the square root of 8 bits is coarse for the thickest layer, which is smooth anyway
        decoded = ndimage.gaussian_filter(decoded, 2.0, mode="nearest")
    if name == "lung_detail":  # one blob and one scar belong to the patient of the CT, not to everybody
        decoded = np.minimum(decoded, 9.0)
    if name == "ribs":  # calcified joints of the first ribs
        decoded = np.minimum(decoded, 0.5 * decoded + 14.0)
        joint = decoded[20:54, 46:114]
        joint[:] = np.minimum(joint, 8.0 + 0.1 * joint)
    if name == "gas":
        decoded = ndimage.gaussian_filter(decoded, 2.5)
    decoded.setflags(write=False)
    return decoded


@functools.cache
def thorax(pose: int, count: int = len(THORAX)) -> np.ndarray:
    """The first ``count`` layers that move with the lungs, channels last."""  # (H, W, count)
    stack = np.stack([layer(name, pose) for name in THORAX[:count]], axis=-1)
    stack.setflags(write=False)
    return stack


def nearest_pose(yaw: float, tilt: float) -> int:
    """Index of the stored pose next to these degrees."""
    distance = np.abs(_archive()["poses"] - np.array([yaw, tilt], np.float32)).sum(1)
    return int(distance.argmin())


def sample(stack: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Bilinear values of an (H, W, C) stack at basis coordinates (S, S); outside, the edge is repeated."""  # (S, S, C)
    height, width, channels = stack.shape
    rows, columns = np.clip(rows, 0, height - 1.001), np.clip(columns, 0, width - 1.001)
    top, left = np.floor(rows), np.floor(columns)
    down, right = (rows - top)[..., None].astype(np.float32), (columns - left)[..., None].astype(np.float32)
    flat, index = stack.reshape(-1, channels), (top * width + left).astype(np.int64)
    first, second = flat.take(index, 0, mode="clip"), flat.take(index + width, 0, mode="clip")
    first += (flat.take(index + 1, 0, mode="clip") - first) * right
    second += (flat.take(index + width + 1, 0, mode="clip") - second) * right
    values: np.ndarray = first + (second - first) * down
    return values
