"""Segmentation as a task: films with masks, a U-Net that learns from some and is judged on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench_core.arms.materials import Stage
from bench_core.downstream.segmentation.measures import DICE, DISTANCE, dice, surface_distance, tallies_of
from bench_core.downstream.segmentation.network import SegmentationTraining, trained_masks
from bench_core.registry import Tallies


@dataclass(frozen=True)
class MaskedFilms:
    """Small films with the masks of some structures.

    Attributes:
        films: (N, S, S) uint8. masks: (N, C, S, S) bool. structures: C names.
    """

    films: np.ndarray
    masks: np.ndarray
    structures: tuple[str, ...]

    def of(self, structures: tuple[str, ...]) -> MaskedFilms:
        """With those structures only."""
        return MaskedFilms(self.films, self.masks[:, [self.structures.index(name) for name in structures]], structures)


@dataclass(frozen=True)
class Segmentation:
    """Learns from a pool of films with masks; see `tasks.Task`."""

    pool: MaskedFilms
    tested: MaskedFilms
    how: SegmentationTraining

    def train(self, stages: Sequence[Stage], seed: int) -> Any:
        """Dice and surface distance of each test film and structure; None where the film does not have it."""
        drawn = trained_masks(self.pool.films, self.pool.masks, stages, self.tested.films, self.how, seed)
        truth = self.tested.masks
        away = [[surface_distance(d, t) for d, t in zip(*pair, strict=True)] for pair in zip(drawn, truth, strict=True)]
        return [[[None if v != v else round(float(v), 4) for v in row] for row in rows] for rows in (dice(drawn, truth), away)]

    def tallies(self, said: Any) -> Mapping[str, Tallies]:
        """Dice and surface distance, over all structures and of each."""
        return {
            name: tallies_of(np.array(rows, float), self.tested.structures) for name, rows in zip((DICE, DISTANCE), said, strict=True)
        }  # fmt: skip
