"""Which real training images are changed for controls, and where the changed ones lie in the pool that arms choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench_core.downstream.draws import Draw, distinct
from bench_core.registry.arms import Material

CHANGED: tuple[Material, ...] = ("altered", "reconstructed")
"""What is real images in another form. An autoencoder gives back the same of the same image, however often it is asked."""


@dataclass(frozen=True)
class ChangedImages:
    """Changed images of one material.

    Attributes:
        pairs: a row of the training set and the how manieth time it is changed, by row; image i is pair i.
        start: the row of the pool at which they begin.
    """

    material: Material
    pairs: Sequence[tuple[int, int]]
    start: int

    @classmethod
    def of(cls, material: Material, draws: Sequence[Draw], start: int) -> ChangedImages:
        """Those that the draws need, each once."""
        pairs = list(distinct(draws))
        return cls(material, pairs if material == "altered" else sorted({(row, 0) for row, _ in pairs}), start)

    @property
    def bases(self) -> np.ndarray:  # (N,) int
        """The row of the training set that each was made of."""
        return np.array([row for row, _ in self.pairs], int)

    @cached_property
    def _places(self) -> dict[tuple[int, int], int]:
        return {pair: self.start + i for i, pair in enumerate(self.pairs)}

    def rows(self, draw: Draw) -> np.ndarray:  # (A,) int
        """Where the changed images of a draw lie in the pool."""
        again = draw.variants if self.material == "altered" else np.zeros_like(draw.variants)
        return np.array([self._places[int(row), int(variant)] for row, variant in zip(draw.bases, again, strict=True)], int)
