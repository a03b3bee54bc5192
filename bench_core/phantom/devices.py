"""Tubes, lines and pacemakers, drawn over the finished anatomy at twice the film's resolution."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from bench_core.phantom.findings import DRAIN, FEEDING, LINE, PACEMAKER, TUBE, Finding
from bench_core.phantom.geometry import SIZE
from bench_core.phantom.scene import Scene

Rng = np.random.Generator
Points = list[tuple[float, float]]  # (across, down) in the patient
SCALE = 2


def smooth(points: Points, count: int = 80) -> np.ndarray:
    """A Catmull-Rom curve through the points."""  # (count, 2)
    p = np.array([points[0], *points, points[-1]], float)
    t = np.linspace(0, len(points) - 1 - 1e-6, count)
    k, f = t.astype(int), (t % 1)[:, None]
    a, b, c, d = (p[k + i] for i in range(4))
    curve: np.ndarray = 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2 + (3 * b - a - 3 * c + d) * f**3)
    return curve


class Canvas:
    """A drawing surface in patient coordinates."""

    def __init__(self, scene: Scene) -> None:
        self._image = Image.new("L", (SIZE * SCALE, SIZE * SCALE))
        self._draw = ImageDraw.Draw(self._image)
        corners = np.array([[0, 0], [0, SIZE - 1], [SIZE - 1, 0]])
        rows, columns = corners.T
        known = np.stack([scene.maps.across[rows, columns], scene.maps.down[rows, columns], np.ones(3)], 1)
        self._film = np.linalg.solve(known.astype(float), corners[:, ::-1].astype(float))  # patient -> (column, row)

    def film(self, points: np.ndarray) -> list[tuple[float, float]]:
        """Drawing coordinates of patient coordinates."""
        return [tuple(p) for p in (np.c_[points, np.ones(len(points))] @ self._film) * SCALE]

    def curve(self, points: Points, width: float, grey: int) -> None:
        """A smooth line, width in film pixels."""
        self._draw.line(self.film(smooth(points)), fill=grey, width=max(round(width * SCALE), 1), joint="curve")

    def tube(self, points: Points, width: float, grey: int) -> None:
        """A wall on both sides of a lumen, with a radio-opaque stripe."""
        self.curve(points, width, grey)
        self.curve(points, max(width - 1.3, 0.6), grey // 2)
        shifted = [(x + 0.28 * width, y) for x, y in points]
        self.curve(shifted, 0.6, min(grey + 70, 255))

    def polygon(self, points: Points, grey: int) -> None:
        """A filled shape with rounded corners."""
        closed = smooth([*points, points[0]], 60)
        self._draw.polygon(self.film(closed), fill=grey)

    def result(self) -> np.ndarray:
        """The drawing at film resolution, 0 to 1."""
        pixels = np.asarray(self._image, np.float32) / 255
        small = pixels.reshape(SIZE, SCALE, SIZE, SCALE).mean((1, 3))
        soft: np.ndarray = ndimage.gaussian_filter(small, 0.35)
        return soft


def _jitter(points: Points, rng: Rng, size: float = 2.0) -> Points:
    return [(x + rng.normal(0, size), y + rng.normal(0, size)) for x, y in points]


def endotracheal(canvas: Canvas, side: int, rng: Rng) -> None:
    """From the top of the film to a few centimetres above the carina."""
    tip = rng.uniform(-72, -50)
    canvas.tube(_jitter([(-2, -150), (-3, -115), (-4, -90), (-3, tip)], rng, 1.0), 4.4, 120)


def feeding(canvas: Canvas, side: int, rng: Rng) -> None:
    """Down the oesophagus into the stomach."""
    canvas.tube(_jitter([(3, -150), (2, -90), (3, -20), (6, 40), (16, 72), (36, 92), (58, 98)], rng, 2.0), 2.6, 130)


def central_line(canvas: Canvas, side: int, rng: Rng) -> None:
    """Jugular, subclavian or arm vein to the superior vena cava."""
    tip = [(-21.0, -48.0), (-22.0, rng.uniform(-30, -8))]
    if rng.random() < 0.5:
        start = [(side * 30.0, -150.0), (side * 28.0, -115.0), (side * 22.0, -92.0)]
    else:
        start = [(side * 105.0, -92.0), (side * 75.0, -104.0), (side * 45.0, -98.0), (side * 24.0, -84.0)]
    if side > 0:
        start.append((0.0, -68.0))
    canvas.curve(_jitter([*start, *tip], rng, 1.8), 1.7, 150)


def chest_tube(canvas: Canvas, side: int, rng: Rng) -> None:
    """Through the lateral chest wall, up towards the apex."""
    low, apex = rng.uniform(20, 55), rng.uniform(-82, -50)
    path: Points = [(side * 140.0, low + 12), (side * 105.0, low), (side * 84.0, low - 30), (side * 66.0, -30.0), (side * 52.0, apex)]
    canvas.tube(_jitter(path, rng, 3.0), 4.2, 140)


def pacemaker(canvas: Canvas, side: int, rng: Rng) -> None:
    """A can below the clavicle with one or two leads to the heart."""
    x, y = side * rng.uniform(78, 92), rng.uniform(-74, -58)
    w, h, a = rng.uniform(14, 18), rng.uniform(12, 15), rng.uniform(-0.5, 0.5)
    ring = [(-1.0, -0.75), (-0.7, -1.0), (0.75, -1.0), (1.0, -0.6), (0.95, 0.55), (0.5, 1.0), (-0.5, 1.0), (-0.95, 0.6)]
    body = [(x + w * c * np.cos(a) - h * s * np.sin(a), y + w * c * np.sin(a) + h * s * np.cos(a)) for c, s in ring]
    canvas.polygon(body, 235)
    canvas.polygon([(x + 0.5 * (px - x), y + 0.4 * (py - y) + 4) for px, py in body], 195)
    enter: Points = [(x - side * 4, y - h), (side * 52.0, -96.0), (side * 22.0, -82.0)]
    if side > 0:
        enter.append((-6.0, -66.0))
    canvas.curve(_jitter([*enter, (-22, -40), (-24, 0), (-8, 38), (26, 50)], rng, 2.0), 1.3, 215)
    canvas.curve([(24, 49.5), (30, 51)], 2.6, 255)
    if rng.random() < 0.65:
        canvas.curve(_jitter([*enter, (-20, -42), (-22, -4), (-30, 10), (-34, -2)], rng, 2.0), 1.3, 215)


DRAW: dict[str, Callable[[Canvas, int, Rng], None]] = {
    TUBE: endotracheal,
    LINE: central_line,
    DRAIN: chest_tube,
    FEEDING: feeding,
    PACEMAKER: pacemaker,
}
THICKNESS = {TUBE: 50.0, LINE: 32.0, DRAIN: 50.0, FEEDING: 38.0, PACEMAKER: 120.0}  # mm of water at full grey


def draw(scene: Scene, finding: Finding, rng: Rng) -> None:
    """Add one device and its mask."""
    canvas = Canvas(scene)
    DRAW[finding.kind](canvas, -1 if finding.side == "right" else 1, rng)
    drawn = canvas.result()
    scene.extra += drawn * THICKNESS[finding.kind]
    scene.mark(finding.name, drawn > 0.15)
