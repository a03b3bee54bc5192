"""Small classifiers on features that are there: seconds a training, all findings at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bench_core.arms.materials import Stage, joined
from bench_core.downstream.loop import Examples, Learned, Network, Trained, Training, Values, learn
from bench_core.downstream.private_probe import private_probe
from bench_core.errors import NotPossible

if TYPE_CHECKING:
    from torch import Tensor, nn

WORDS = {"knn": "Nearest neighbours take no steps, so they", "private": "A differentially private classifier"}
WIDTH, DROPOUT, NEAREST = 128, 0.2, 20


def train(pool: Examples, stages: Sequence[Stage], validation: Examples, tested: np.ndarray, how: Training, seed: int) -> Trained:
    """Trains as `fit` does, and scores the images to test.

    Raises:
        NotPossible, InputError, MissingPackage: see `fit`.
    """
    return fit(pool, stages, validation, how, seed).trained(validation.values, tested)


def fit(pool: Examples, stages: Sequence[Stage], validation: Examples, how: Training, seed: int) -> Learned:
    """Trains on the pool as the stages say, and stops where the mean AUROC on validation images is best.

    Training of `private` takes the steps that its noise was made for and looks at no image beside those.

    Raises:
        NotPossible: a classifier that cannot learn in stages; of `private` the patients are unknown.
        InputError, MissingPackage: see `private_probe`.
    """
    rows, values = joined([stage.rows for stage in stages]), np.asarray(pool.values)
    if how.classifier in WORDS and len(stages) > 1:
        raise NotPossible(f"{WORDS[how.classifier]} cannot learn from one set after the other.")
    if how.classifier == "private":
        if pool.patients is None or how.epsilon is None:
            raise NotPossible("Training with differential privacy needs to know whose the images are, and its epsilon.")
        asked = private_probe(values[rows], pool.targets[rows], pool.patients[rows], how.epsilon, seed)
        return Learned(lambda others: asked(np.asarray(others)), 0)
    mean, spread = values[rows].mean(axis=0), values[rows].std(axis=0)
    spread = np.where(spread > 1e-6, spread, np.inf)

    def scaled(others: Values) -> np.ndarray:
        brought: np.ndarray = (np.asarray(others) - mean) / spread
        return brought

    if how.classifier == "knn":
        known = Examples(scaled(values[rows]), pool.targets[rows])
        return Learned(lambda others: _of_neighbours(known, scaled(others)), 0)
    network = Network(lambda: _net(how, values.shape[1], pool.targets.shape[1]), _as_tensor)
    pool, validation = Examples(scaled(values), pool.targets), Examples(scaled(validation.values), validation.targets)
    found = learn(network, pool, stages, validation, how, seed)
    return Learned(lambda others: found.scores(scaled(others)), found.kept_at)


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
