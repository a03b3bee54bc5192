"""Registration of films: how a training film must be moved to lie on a synthetic one, many pairs at once.

Poses are found by Gauss-Newton steps on films whose broad shades are taken off, with free exposure and contrast (Baker and Matthews 2004,
doi:10.1023/B:VISI.0000011205.11775.fd), at 32 and then at 64 pixels a side. A film is also brought onto a template, the mean of many films,
in whichever of its two orientations fits better: then it lies as any moved or mirrored copy of it does, and copies can be searched for
among all films by a plain product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from bench_core.features.threads import each
from bench_core.registration.poses import Poses

SIDE = 64
"""Pixels a side at which films are compared: a rib is three of them wide."""
SIDES, SHADES, STEPS = (32, 64), 3.0, (10, 8)
"""Sides at which poses are looked for, standard deviation in pixels of the shades that are taken off, steps at each side."""
MARGIN = 16
"""One pixel in so many is not compared at each edge: a film that was moved has nothing of its own there."""
LIMITS = (0.2, 20.0, 1.35)
"""Largest shift as a share of the side, rotation in degrees and scale of a pose."""
FINE = 1.5
"""Shades that are taken off before two films that lie on each other are compared."""


@dataclass(frozen=True, eq=False)
class Plates:
    """Films made ready for registration.

    Attributes:
        films: (N, 64, 64) float32, grey levels.
        reliefs: without their broad shades, one array for each of `SIDES`.
    """

    films: np.ndarray
    reliefs: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, films: np.ndarray) -> Plates:  # (N, 64, 64)
        """Of films as `shrunk` makes them."""
        films = np.ascontiguousarray(films, np.float32)
        return cls(films, tuple(relief(_halved_to(films, side), SHADES) for side in SIDES))

    def __len__(self) -> int:
        return len(self.films)


def shrunk(film: np.ndarray, side: int = SIDE) -> np.ndarray:  # (H, W) uint8 -> (side, side) float32
    """A film of any size as a square of so many pixels, area-averaged, grey levels from 0 to 255."""
    from PIL import Image

    return np.asarray(Image.fromarray(film).convert("F").resize((side, side), Image.Resampling.BOX), np.float32)


def relief(films: np.ndarray, shades: float) -> np.ndarray:  # (N, S, S) float32
    """Films without their broad shades: minus a Gaussian mean of that many pixels. What is left is bones, vessels, edges."""
    from scipy.ndimage import gaussian_filter

    out: np.ndarray = films - gaussian_filter(films, (0, shades, shades), mode="nearest")
    return out


def moved(films: np.ndarray, poses: Poses) -> np.ndarray:  # (N, S, S) float32
    """Square films moved, each by its pose; the edge is repeated."""
    from bench_core.registration.descent import warp

    films = np.ascontiguousarray(films, np.float32)
    out, numbers = np.empty_like(films), poses.numbers

    def work(part: slice) -> None:
        for row in range(part.start, part.stop):
            warp(films[row], bool(poses.mirrored[row]), numbers[row], out[row])

    each(len(films), films.size, work)
    return out


Part = Literal["whole", "left", "right"]


def register(
    films: Plates, onto: Plates, rows: np.ndarray, others: np.ndarray, start: Poses, part: Part = "whole"
) -> tuple[Poses, np.ndarray]:  # (P,) each
    """The poses by which films (by row) lie best on others, and their correlation there; mirrored stays mirrored.

    A pair for which no step is better keeps its start.

    Args:
        part: of the films that are lain on, what is compared: another half, of somebody else, would pull the pose away.
    """
    from bench_core.registration.descent import descend_all

    numbers, match = np.ascontiguousarray(start.numbers), np.full(len(rows), -1.0)
    pairs = np.stack([rows, others, start.mirrored], axis=1).astype(np.int64)
    for mine, theirs, side, steps in zip(films.reliefs, onto.reliefs, SIDES, STEPS, strict=True):
        edge = side // MARGIN
        columns = {"whole": (edge, side - edge), "left": (edge, side // 2), "right": (side // 2, side - edge)}[part]
        asked = ((edge, *columns), steps, LIMITS)

        def work(share: slice, mine: np.ndarray = mine, theirs: np.ndarray = theirs, asked: tuple[Any, ...] = asked) -> None:
            descend_all(mine, theirs, pairs, numbers, asked, match, (share.start, share.stop))

        each(len(rows), len(rows) * side * side * steps, work)
    return Poses.of(numbers, start.mirrored), match


def compared(films: np.ndarray, shades: float = FINE) -> np.ndarray:  # (N, S, S) -> (N, D) float32 of unit length
    """Films as rows whose products are correlations of their relief, edges left out."""
    edge = films.shape[1] // MARGIN
    rows = relief(np.asarray(films, np.float32), shades)[:, edge:-edge, edge:-edge].reshape(len(films), -1)
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return rows


def onto_template(films: Plates, template: Plates) -> tuple[Poses, np.ndarray]:
    """The poses that bring films onto the one film of the template, mirrored where that fits better, and the correlations there."""
    count = len(films)
    rows, first = np.arange(count), np.zeros(count, int)
    plain, mirrored = (register(films, template, rows, first, Poses.still(count, mirrored=m)) for m in (False, True))
    chosen = np.where(mirrored[1] > plain[1], rows + count, rows)
    return Poses.joined([plain[0], mirrored[0]]).take(chosen), np.maximum(plain[1], mirrored[1])


def template_of(films: np.ndarray, rounds: int = 2) -> np.ndarray:  # (N, 64, 64) -> (64, 64) float32
    """The mean of films that are brought onto their mean, so many times."""
    plates = Plates.of(films)
    mean: np.ndarray = plates.films.mean(axis=0)
    for _ in range(rounds):
        poses, _ = register(plates, Plates.of(mean[None]), np.arange(len(films)), np.zeros(len(films), int), Poses.still(len(films)))
        mean = moved(plates.films, poses).mean(axis=0)
    return mean


def at_half(films: np.ndarray) -> np.ndarray:  # (N, 64, 64) -> (N, 32, 32)
    """Films at half their side."""
    return _halved_to(films, films.shape[1] // 2)


def _halved_to(films: np.ndarray, side: int) -> np.ndarray:
    step = films.shape[1] // side
    return films if step == 1 else films.reshape(len(films), side, step, side, step).mean((2, 4), dtype=np.float32)
