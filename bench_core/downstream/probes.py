"""Small classifiers on features that are there: seconds a training, all findings at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bench_core.arms.materials import Stage, joined
from bench_core.downstream.loop import Examples, Network, Trained, Training, learn
from bench_core.errors import NotPossible

if TYPE_CHECKING:
    from torch import Tensor, nn

WIDTH, DROPOUT, NEAREST = 128, 0.2, 20


def train(pool: Examples, stages: Sequence[Stage], validation: Examples, tested: np.ndarray, how: Training, seed: int) -> Trained:
    """Trains on the pool as the stages say, stops where the mean AUROC on validation images is best, and scores the images to test.

    Raises:
        NotPossible: k nearest neighbours take no steps, so that they cannot learn in stages.
    """
    rows = joined([stage.rows for stage in stages])
    values = np.asarray(pool.values)
    mean, spread = values[rows].mean(axis=0), values[rows].std(axis=0)
    spread = np.where(spread > 1e-6, spread, np.inf)
    scaled = [(part - mean) / spread for part in (values, np.asarray(validation.values), tested)]
    if how.classifier == "knn":
        if len(stages) > 1:
            raise NotPossible("Nearest neighbours take no steps, so they cannot learn from one set after the other.")
        known = Examples(scaled[0][rows], pool.targets[rows])
        return Trained(_of_neighbours(known, scaled[1]), _of_neighbours(known, scaled[2]), 0)
    network = Network(lambda: _net(how, values.shape[1], pool.targets.shape[1]), _as_tensor)
    return learn(network, Examples(scaled[0], pool.targets), stages, Examples(scaled[1], validation.targets), scaled[2], how, seed)


def _of_neighbours(known: Examples, asked: np.ndarray) -> np.ndarray:  # (N, D) -> (N, F)
    """The share of positives among the nearest training images whose label is known; 0.5 where none is."""
    from sklearn.neighbors import NearestNeighbors

    out = np.full((len(asked), known.targets.shape[1]), 0.5)
    for finding in range(out.shape[1]):
        use = np.flatnonzero(~np.isnan(known.targets[:, finding]))
        if len(use):
            index = NearestNeighbors(n_neighbors=min(NEAREST, len(use))).fit(known.values[use])
            out[:, finding] = known.targets[use, finding][index.kneighbors(asked, return_distance=False)].mean(axis=1)
    return out


def _as_tensor(values: np.ndarray, learning: bool) -> Tensor:
    import torch

    return torch.as_tensor(values, dtype=torch.float32)


def _net(how: Training, inputs: int, outputs: int) -> nn.Module:
    from torch import nn

    if how.classifier == "linear":
        return nn.Linear(inputs, outputs)
    return nn.Sequential(nn.Linear(inputs, WIDTH), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(WIDTH, outputs))
