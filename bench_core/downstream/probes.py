"""Small classifiers on features that are there: seconds a training, all findings at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bench_core.arms.materials import Stage, joined
from bench_core.downstream.measures import auroc
from bench_core.downstream.private_probe import private_probe
from bench_core.errors import NotPossible

if TYPE_CHECKING:
    from torch import Tensor, nn

Classifier = Literal["linear", "mlp", "knn", "private"]
WORDS = {"knn": "Nearest neighbours", "private": "A differentially private classifier"}
WIDTH, DROPOUT, NEAREST = 128, 0.2, 20
LOOKS = 12
"""How often a training is looked at on validation images; it is kept as it was at the best of these."""
HEAVIEST = 20.0
"""Most that a positive of a rare finding counts beside a negative."""


@dataclass(frozen=True)
class Examples:
    """Images to learn from or to be asked about: features (N, D) and targets (N, F), NaN where unknown.

    Attributes:
        patients: (N,) int, equal numbers for films of one patient; only private training asks for them.
    """

    values: np.ndarray
    targets: np.ndarray
    patients: np.ndarray | None = None

    def take(self, rows: np.ndarray) -> Examples:
        """Those rows."""
        return Examples(self.values[rows], self.targets[rows], None if self.patients is None else self.patients[rows])


@dataclass(frozen=True)
class Training:
    """How every arm is trained.

    Attributes:
        steps: of every arm, whatever it learns from.
        balanced: positives of rare findings count more, up to HEAVIEST.
        epsilon: of `private` training, whose unit is the patient.
    """

    classifier: Classifier = "linear"
    steps: int = 400
    batch: int = 256
    rate: float = 0.01
    decay: float = 1e-3
    balanced: bool = False
    epsilon: float | None = None


@dataclass(frozen=True)
class Learned:
    """A trained classifier that can be asked: `scores` gives the probabilities (N, F) of images by their features (N, D)."""

    scores: Callable[[np.ndarray], np.ndarray]
    kept_at: int


@dataclass(frozen=True)
class Trained:
    """What a training says of other images: probabilities (N, F); and after how many of its steps it was kept."""

    validation: np.ndarray
    test: np.ndarray
    kept_at: int


def train(pool: Examples, stages: Sequence[Stage], validation: Examples, tested: np.ndarray, how: Training, seed: int) -> Trained:
    """Trains as `learn` does, and scores the images to test.

    Raises:
        NotPossible: see `learn`.
    """
    found = learn(pool, stages, validation, how, seed)
    return Trained(found.scores(validation.values), found.scores(tested), found.kept_at)


def learn(pool: Examples, stages: Sequence[Stage], validation: Examples, how: Training, seed: int) -> Learned:
    """Trains on the pool as the stages say, and stops where the mean AUROC on validation images is best.

    Private training takes the steps that its noise was made for and looks at no image beside those.

    Raises:
        NotPossible: a classifier that cannot learn in stages, or is private and the patients are unknown.
        InputError, MissingPackage: see `private_probe`.
    """
    rows = joined([stage.rows for stage in stages])
    if how.classifier in ("knn", "private") and len(stages) > 1:
        raise NotPossible(f"{WORDS[how.classifier]} cannot learn from one set after the other.")
    if how.classifier == "private":
        if pool.patients is None or how.epsilon is None:
            raise NotPossible("Private training needs to know whose the images are, and its epsilon.")
        asked = private_probe(pool.values[rows], pool.targets[rows], pool.patients[rows], how.epsilon, seed)
        return Learned(asked, 0)
    mean, spread = pool.values[rows].mean(axis=0), pool.values[rows].std(axis=0)
    spread = np.where(spread > 1e-6, spread, np.inf)
    scaled = lambda values: (values - mean) / spread
    if how.classifier == "knn":
        known = Examples(scaled(pool.values[rows]), pool.targets[rows])
        return Learned(lambda values: _of_neighbours(known, scaled(values)), 0)
    pool, validation = Examples(scaled(pool.values), pool.targets), Examples(scaled(validation.values), validation.targets)
    net, kept_at = _by_steps(pool, stages, validation, how, seed)
    return Learned(lambda values: _scores(net, scaled(values)), kept_at)


def _of_neighbours(known: Examples, asked: np.ndarray) -> np.ndarray:  # (N, D) -> (N, F)
    """The share of positives among the nearest training images whose label is known."""
    from sklearn.neighbors import NearestNeighbors

    out = np.empty((len(asked), known.targets.shape[1]))
    for finding in range(out.shape[1]):
        use = ~np.isnan(known.targets[:, finding])
        index = NearestNeighbors(n_neighbors=min(NEAREST, int(use.sum()))).fit(known.values[use])
        out[:, finding] = known.targets[use, finding][index.kneighbors(asked, return_distance=False)].mean(axis=1)
    return out


def _by_steps(pool: Examples, stages: Sequence[Stage], validation: Examples, how: Training, seed: int) -> tuple[nn.Module, int]:
    """Adam on binary cross-entropy; every stage has its share of the steps. The network, and after how many steps it was kept."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = _net(how, pool.values.shape[1], pool.targets.shape[1])
        optimiser = torch.optim.AdamW(net.parameters(), lr=how.rate, weight_decay=how.decay)
        x, y = (torch.as_tensor(a, dtype=torch.float32) for a in (pool.values, pool.targets))
        weight = _weight(pool.targets[joined([s.rows for s in stages])]) if how.balanced else np.ones(pool.targets.shape[1])
        heavier = torch.as_tensor(weight, dtype=torch.float32)
        rng = np.random.default_rng(seed)
        looks = {round(how.steps * (i + 1) / LOOKS) for i in range(LOOKS)}
        best, kept, kept_at, done = -np.inf, net.state_dict(), 0, 0
        for stage in stages:
            for _ in range(round(how.steps * stage.share)):
                rows = torch.as_tensor(rng.choice(stage.rows, how.batch))
                loss = _loss(net(x[rows]), y[rows], heavier)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                done += 1
                if done in looks:
                    score = _mean_auroc(_scores(net, validation.values), validation.targets)
                    if score > best:
                        best, kept_at = score, done
                        kept = {name: value.clone() for name, value in net.state_dict().items()}
        net.load_state_dict(kept)
        return net, kept_at


def _net(how: Training, inputs: int, outputs: int) -> nn.Module:
    from torch import nn

    if how.classifier == "linear":
        return nn.Linear(inputs, outputs)
    return nn.Sequential(nn.Linear(inputs, WIDTH), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(WIDTH, outputs))


def _loss(logits: Tensor, targets: Tensor, heavier: Tensor) -> Tensor:
    from torch.nn import functional

    known = ~targets.isnan()
    each = functional.binary_cross_entropy_with_logits(logits, targets.nan_to_num(0.0), reduction="none", pos_weight=heavier)
    return (each * known).sum() / known.sum().clamp(min=1)


def _weight(targets: np.ndarray) -> np.ndarray:  # (N, F) -> (F,)
    positive, negative = (targets > 0.5).sum(axis=0), (targets < 0.5).sum(axis=0)
    found: np.ndarray = np.clip(negative / np.maximum(positive, 1), 1 / HEAVIEST, HEAVIEST)
    return found


def _scores(net: nn.Module, values: np.ndarray) -> np.ndarray:
    import torch

    net.eval()
    with torch.no_grad():
        scores = torch.sigmoid(net(torch.as_tensor(values, dtype=torch.float32))).numpy()
    net.train()
    return scores.astype(np.float64)


def _mean_auroc(scores: np.ndarray, targets: np.ndarray) -> float:
    """Over the findings that have positives and negatives; 0.5 where none has."""
    found = []
    for finding in range(scores.shape[1]):
        use = (targets[:, finding] == 0) | (targets[:, finding] == 1)
        found.append(auroc(scores[use, finding], targets[use, finding], np.ones((1, use.sum())))[0] if use.any() else np.nan)
    return float(np.nanmean(found)) if not np.isnan(found).all() else 0.5
