"""Mosaics of film: sixteen windows of 64 pixels, half of them with a finding that is small and rare, half from the same places without it.

A broken rib is a gap of two pixels in one film of thirty. On whole films a network hardly ever meets it; here it meets dozens in every
batch, at the cost of a few films. A mosaic has the size and the grey values of a film, so that it runs in one batch with them; only the
masks of the small findings are learned from it.
"""

from typing import Any

import numpy as np

from bench_core.data import FINDINGS
from bench_core.training.eye_films import FINE
from bench_core.training.films import Films

SMALL = {"Fracture": 0.5, "Lung Lesion": 0.2, "Pneumonia": 0.1, "Pleural Other": 0.2}
"""Share of the windows that are about each finding."""
JUDGED = tuple(FINDINGS.index(name) for name in (*SMALL, "Support Devices"))
TILE = 8  # cells of a window's side; FINE / TILE windows make a row
COVERED = 150  # of 255: a cell is part of a finding from here on


class Mosaics:
    """Draws mosaics from the films that were ready when it was made."""

    def __init__(self, films: Films) -> None:
        self.films, self.step = films, films.images.shape[-1] // FINE
        known = films.cells[: films.ready]
        self.places = {name: np.argwhere(known[:, FINDINGS.index(name)] > COVERED) for name in SMALL}  # (film, row, column) of cells
        labels = films.table[list(SMALL)].to_numpy()[: films.ready]
        self.without = {name: np.flatnonzero(labels[:, column] == 0) for column, name in enumerate(SMALL)}

    def window(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """One window (64, 64) uint8 and its cells (14, 8, 8) uint8."""
        name = str(rng.choice(list(SMALL), p=list(SMALL.values())))
        places = self.places[name]
        film, row, column = places[rng.integers(len(places))] if len(places) else (0, FINE // 2, FINE // 2)
        if rng.random() < 0.5 and len(self.without[name]):
            film = rng.choice(self.without[name])
        top, left = (int(np.clip(at - rng.integers(1, TILE - 1), 0, FINE - TILE)) for at in (row, column))
        pixels = slice(top * self.step, (top + TILE) * self.step), slice(left * self.step, (left + TILE) * self.step)
        return self.films.images[film][pixels], self.films.cells[film][:, top : top + TILE, left : left + TILE]

    def draw(self, rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:  # (count, 256, 256), (count, 14, 32, 32), uint8
        """Mosaics and the shares of their cells."""
        images = np.zeros((count, *self.films.images.shape[1:]), np.uint8)
        cells = np.zeros((count, len(FINDINGS), FINE, FINE), np.uint8)
        side = TILE * self.step
        for one in range(count):
            for row in range(FINE // TILE):
                for column in range(FINE // TILE):
                    image, known = self.window(rng)
                    images[one, row * side : (row + 1) * side, column * side : (column + 1) * side] = image
                    cells[one, :, row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE] = known
        return images, cells


def mosaic_loss(cells: Any, known: Any, weight: float = 6.0) -> Any:
    """Cross-entropy of the small findings' masks, the covered cells weighing more."""
    from torch.nn import functional as F

    judged = list(JUDGED)
    return F.binary_cross_entropy_with_logits(cells[:, judged], known[:, judged], pos_weight=known.new_full((1,), weight))
