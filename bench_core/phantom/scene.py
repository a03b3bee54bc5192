"""One study before exposure: path lengths on the film grid, assembled from a patient, a pose and a description."""

from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from bench_core.phantom import basis
from bench_core.phantom.anatomy import Anatomy
from bench_core.phantom.findings import Description
from bench_core.phantom.geometry import SIZE, Maps, Pose, make_maps, millimetres

VISIBLE = 24.0  # mm of lung along the beam that count as lung on the film
HEART_GROWTH = (1.18, 1.30, 1.44)
VESSEL_GROWTH = (1.2, 1.4, 1.65)


@dataclass
class LungFrame:
    """Coordinates inside one lung: u from the mediastinum (0) to the chest wall (1), v from the apex (0) to the base (1)."""

    u: np.ndarray
    v: np.ndarray
    width: np.ndarray  # pixels from mediastinum to chest wall, a row
    top: float
    height: float  # pixels
    outward: int  # +1 if lateral is to the right of the image

    def pixel(self, u: float, v: float) -> tuple[float, float]:
        """Row and column of a place in the lung."""
        row = self.top + v * self.height
        k = int(np.clip(round(row), 0, SIZE - 1))
        return row, float(np.abs(self.u[k] - u).argmin())


@dataclass
class Scene:
    """Lengths along the beam, all (SIZE, SIZE) float32, mm.

    ``air`` is what can still be replaced by fluid or tissue, per side; ``extra`` what findings and devices add. Findings write
    their exact masks into ``masks``.
    """

    maps: Maps
    mm: float
    lung: dict[str, np.ndarray]
    air: dict[str, np.ndarray]
    frame: dict[str, LungFrame]
    detail: np.ndarray
    solid: np.ndarray
    ribs: np.ndarray
    heart: np.ndarray
    density: float
    extra: np.ndarray = field(default_factory=lambda: np.zeros((SIZE, SIZE), np.float32))
    masks: dict[str, np.ndarray] = field(default_factory=dict)

    def replace_air(self, side: str, share: np.ndarray) -> None:
        """Put water in place of this share of the air of one lung."""
        moved = np.clip(share, 0, 1) * self.air[side]
        self.air[side] = self.air[side] - moved
        self.extra += moved

    def mark(self, name: str, mask: np.ndarray) -> None:
        """Add to the mask of a finding."""
        self.masks[name] = self.masks.get(name, False) | mask


def lung_frame(visible: np.ndarray, outward: int) -> LungFrame:
    """Coordinates from the visible part of one lung."""
    rows = np.flatnonzero(visible.sum(1) > 3)
    if len(rows) < 20:
        rows = np.arange(40, 200)
    top, bottom = float(rows[0]), float(rows[-1])
    columns = np.arange(SIZE)
    count = np.maximum(visible.sum(1), 1)
    weight = visible @ columns / count
    spread = np.sqrt(np.maximum(visible @ columns**2 / count - weight**2, 1.0))
    inner = np.interp(np.arange(SIZE), rows, (weight - outward * 1.73 * spread)[rows])
    outer = np.interp(np.arange(SIZE), rows, (weight + outward * 1.73 * spread)[rows])
    inner, outer = (ndimage.gaussian_filter1d(edge, 5.0, mode="nearest") for edge in (inner, outer))
    u = (columns[None] - inner[:, None]) / (outer - inner)[:, None]
    v = np.broadcast_to(((np.arange(SIZE) - top) / (bottom - top))[:, None], (SIZE, SIZE))
    return LungFrame(u.astype(np.float32), v.astype(np.float32), np.abs(outer - inner), top, bottom - top, outward)


def _thin(path: np.ndarray) -> np.ndarray:
    """The recess behind the diaphragm is shallower in people who stand than in the CT's patient."""
    return path * np.clip((path + 4) / 84, 0.30, 1.0)


def _grow(anatomy: Anatomy, description: Description) -> tuple[float, float]:
    heart = [HEART_GROWTH[item.grade] for item in description.of("Cardiomegaly")]
    vessels = [VESSEL_GROWTH[item.grade] for item in description.of("Enlarged Cardiomediastinum")]
    return max([1.0, *(growth / anatomy.heart[0] ** 0.5 for growth in heart)]), max([1.0, *vessels])


def _lungs(stack: np.ndarray, beside: np.ndarray, anatomy: Anatomy, heart: np.ndarray, vessels: np.ndarray) -> dict[str, np.ndarray]:
    """Lung paths after heart and great vessels took, or gave back, their place."""
    here = np.clip(heart / 20, 0, 1)
    below = np.clip(np.maximum(_lower(heart, 4), _lower(heart, 9)) / 40, 0, 1) * (1 - here)  # hardly any lung under the heart
    taken = 0.6 * np.maximum(vessels - stack[..., 3], 0)
    lungs = {}
    for channel, side in enumerate(("left", "right")):
        # Within the heart's outline the lung before and behind it moves with the heart.
        path = _thin((1 - here) * stack[..., channel] + here * np.minimum(stack[..., channel], beside[..., channel]))
        lungs[side] = np.maximum(path * (1 - 0.5 * below) * np.float32(anatomy.depth) - taken, 0)
    return lungs


def _lower(path: np.ndarray, pixels: int) -> np.ndarray:
    """The same, moved down the film."""
    return np.concatenate([np.zeros((pixels, SIZE), np.float32), path[:-pixels]])


def _shape_body(anatomy: Anatomy, maps: Maps, body: np.ndarray) -> np.ndarray:
    """Habitus, the line of neck and shoulders, and breasts."""
    down, across = maps.down, np.abs(maps.across)
    offset, bend = anatomy.slope
    line = -152 + offset + bend * 0.4 * across**2 * (across > 0)
    body = body * anatomy.girth * np.clip((down - line) / 26, 0, 1) ** 0.5
    size, row, distance, thick = anatomy.breast
    if thick > 0:
        reach = np.hypot((across - distance) / size, (down - row) / (0.9 * size))
        body = body + thick * np.clip(1 - reach**2, 0, 1) ** 0.8 * (1 - 0.85 * np.clip((row - down) / size, 0, 1))
    return body


def _clavicles(anatomy: Anatomy, maps: Maps, pose: Pose) -> np.ndarray:
    """Both clavicles, drawn: the CT's are cut off at its upper end."""
    drawn = np.zeros((SIZE, SIZE), np.float32)
    lower = -6.0 if pose.tilt > 2 else 0.0
    for outward, (level, slope, bow, radius) in zip((1, -1), anatomy.clavicles, strict=True):
        along = np.clip((maps.across * outward - 13 - 0.6 * outward * pose.yaw) / 95, 0, 1)
        inside = np.clip((maps.across * outward - 13 - 0.6 * outward * pose.yaw) / 4, 0, 1)
        centre = -84 + level + lower - (30 + 60 * slope) * along + (5 + bow) * np.sin(2 * np.pi * along) * along**0.3
        thick = np.clip(4.6 + radius, 3.6, 6.2) * (1 + 0.55 * np.exp(-((along / 0.09) ** 2)) + 0.1 * np.cos(5 * along))
        away = np.abs(maps.down - centre) / thick * 0.95
        shaft = np.sqrt(np.clip(1 - away**2, 0, 1))
        cortex = np.exp(-(((away - 0.88) / 0.16) ** 2))
        drawn += inside * (12.0 * shaft + 6.0 * cortex) * (along < 0.999)
    return drawn * np.float32(anatomy.bone)


def build(anatomy: Anatomy, pose: Pose, description: Description) -> Scene:
    """Everything but the findings that lie in the lungs and on the film."""
    index = basis.nearest_pose(pose.yaw, pose.tilt)
    grown = _grow(anatomy, description)
    maps = make_maps(anatomy, pose, *grown)
    stack = basis.sample(basis.thorax(index), *maps.lungs)
    own = basis.sample(np.stack([anatomy.vessels, anatomy.texture], -1), *maps.lungs)

    def bone(name: str, at: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        return basis.sample(basis.layer(name, index)[..., None], *at)[..., 0]

    near = basis.sample(basis.thorax(index, 3), *maps.heart)
    heart, vessels = near[..., 2], bone("vessels", maps.vessels)
    lung = _lungs(stack, near, anatomy, heart, vessels)
    edge = sum(np.clip(path / 60, 0, 1) for path in lung.values())
    solid = _shape_body(anatomy, maps, bone("body", maps.body))
    shoulders = bone("shoulders", maps.shoulders) * np.clip(1 + maps.shoulders[0] / 10, 0, 1)  # the CT ends here
    solid += np.float32(anatomy.bone) * (0.62 * bone("spine", maps.spine) + 0.8 * shoulders)
    solid += np.float32(0.55 * anatomy.bone) * bone("sternum", maps.ribs) + _clavicles(anatomy, maps, pose)
    solid += 0.04 * heart + 0.05 * vessels - 0.8 * stack[..., 4] - 0.75 * min(anatomy.gas, 2.5) * stack[..., 5]
    visible = {side: path > VISIBLE for side, path in lung.items()}
    density = np.float32(anatomy.density) * own[..., 1]
    return Scene(
        maps=maps,
        mm=millimetres(pose),
        lung=lung,
        air={side: (1 - density) * path for side, path in lung.items()},
        frame={"left": lung_frame(visible["left"], 1), "right": lung_frame(visible["right"], -1)},
        detail=(anatomy.detail * stack[..., 6] + 2.3 * own[..., 0]) * np.clip(edge, 0, 1),
        solid=solid,
        ribs=bone("ribs", maps.ribs) * np.float32(1.35 * anatomy.bone),
        heart=heart,
        density=anatomy.density,
        masks={"lung_left": visible["left"], "lung_right": visible["right"], "heart": heart > 6},
    )
