"""Feature likelihood divergence against the published protocol in torch, and the mixture against float64."""

import numpy as np
import pytest
import torch
from scipy.special import logsumexp

from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics import mixture
from bench_core.metrics.fidelity.likelihood_divergence import _halves, likelihood_divergence
from bench_core.metrics.mixture import Mixture
from tests.metrics.fidelity.drawn import Arrays, D, divergence, drawn


def losses(distances: np.ndarray, log_variance: np.ndarray) -> np.ndarray:
    """Negative log-likelihoods from squared distances (N, M), float64."""
    logs = -0.5 * (distances / np.exp(log_variance) + D * log_variance + D * np.log(2 * np.pi))
    return -logsumexp(logs, axis=1) + np.log(distances.shape[1])


def squared(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return ((a[:, None] - b) ** 2).sum(axis=2)


def by_adam(centres: np.ndarray, points: np.ndarray, steps: int, rate: float) -> np.ndarray:
    """Log-variances as the paper fits them: all points in one batch, with a broad Gaussian at their mean, 0.81 times as far."""

    distances = torch.tensor(squared(points, centres))
    origin = torch.tensor(0.81 * squared(points, points.mean(axis=0, keepdims=True)))
    log_variance = torch.log((distances.min(dim=0).values + 1e-3) / D).requires_grad_(True)
    broad = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([log_variance, broad], lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        inside = -0.5 * (distances / log_variance.exp() + D * log_variance) - np.log(len(centres))
        outside = -0.5 * (origin / broad.exp() + D * broad)
        loss = -torch.logsumexp(torch.cat([inside, outside], dim=1), dim=1).mean() / D
        loss.backward()
        optimizer.step()
    return log_variance.detach().numpy()


def published(arrays: Arrays, seeds: int) -> list[float]:
    """The divergence by the authors' definition: Adam, 50 steps of 0.5, the baseline from random halves of train."""
    mean, sd = arrays[1].mean(axis=0), arrays[1].std(axis=0, ddof=1)
    train, real, synthetic = ((a - mean) / sd for a in arrays)
    own = losses(squared(real, synthetic), by_adam(synthetic, train, 50, 0.5)).mean()
    found = []
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(len(train))
        size = min(len(synthetic), len(train) // 2)
        centres, others = train[order[:size]], train[order[size:]]
        base = losses(squared(real, centres), by_adam(centres, others, 50, 0.5)).mean()
        found.append(float(100 * (own - base) / D))
    return found


@pytest.mark.parametrize("spoil", [0.0, 0.5])
def test_it_agrees_with_the_published_protocol(spoil: float) -> None:
    arrays = drawn(0, train=400)
    arrays[2][:] += spoil
    ours = np.array([divergence(arrays, seed=s) for s in range(6)])
    theirs = np.array(published(arrays, 4))
    error = np.hypot(ours.std() / np.sqrt(6), theirs.std() / np.sqrt(4))  # of the random halves in the baseline
    assert ours.mean() == pytest.approx(theirs.mean(), abs=3 * error + 0.5)


def test_the_variances_are_a_maximum_of_the_likelihood() -> None:
    train, _, synthetic = (a.astype(np.float32) for a in drawn(1, train=300, synthetic=60))
    fitted = Mixture(synthetic)
    fitted.fit(train, 200)
    slow = by_adam(synthetic.astype(float), train.astype(float), 200, 0.1)
    distances = squared(train.astype(float), synthetic.astype(float))
    origin = 0.81 * squared(train.astype(float), train.astype(float).mean(axis=0, keepdims=True))

    def likelihood(log_variance: np.ndarray) -> float:
        """With the broad Gaussian at its best width."""
        inside = -losses(distances, log_variance)
        beside = [-0.5 * (origin[:, 0] / np.exp(w) + D * (w + np.log(2 * np.pi))) for w in np.linspace(-1, 1, 201)]
        return max(float(np.logaddexp(inside, b).mean()) for b in beside)

    best = likelihood(fitted.log_variance)
    assert best >= likelihood(slow) - 0.02  # each may end on a hill of its own
    for step in np.random.default_rng(0).normal(size=(5, len(synthetic))) * 0.05:
        assert likelihood(fitted.log_variance + step) < best


def test_about_zero_for_a_perfect_generator_and_higher_for_each_fault() -> None:
    perfect = np.mean([divergence(drawn(s)) for s in range(5)])
    assert abs(perfect) < 1
    train, real, synthetic = drawn(0)
    collapsed = np.tile(synthetic[:6], (20, 1)) + np.random.default_rng(0).normal(size=synthetic.shape) * 0.05
    for worse in (synthetic + 0.5, synthetic * 1.5, collapsed):
        assert divergence((train, real, worse)) > divergence((train, real, synthetic)) + 1


def test_copies_raise_it_and_are_named() -> None:
    train, real, synthetic = drawn(3)
    found = [divergence((train, real, np.concatenate([train[:n] + 1e-3, synthetic[n:]]))) for n in (0, 60, 110, 120)]
    assert found[0] < found[1] < found[2] < found[3]
    assert found[3] > 1000
    score = likelihood_divergence(FeatureSet(train), FeatureSet(real), FeatureSet(np.concatenate([synthetic[60:], train[:60] + 1e-3])))
    table = score.tables["memorisation"]
    assert table["row"].tolist() == list(range(120))
    assert table["memorisation"][60:].min() > table["memorisation"][:60].max()
    assert table["train_row"][60:].tolist() == list(range(60))
    parts = score.tables["parts"].set_index("quantity")["value"]
    clean = likelihood_divergence(*map(FeatureSet, (train, real, synthetic))).tables["parts"].set_index("quantity")["value"]
    assert parts["generalisation gap"] < clean["generalisation gap"] - 5
    assert score.value == pytest.approx(parts["held-out loss"] - parts["baseline"])


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = drawn(4)
    arrays[2][:40] += 30  # far from all points
    before = divergence(arrays)
    monkeypatch.setattr(mixture, "KEPT", 0)
    monkeypatch.setattr(mixture, "FINER", 1000)
    assert divergence(arrays) == pytest.approx(before, abs=1e-4)


def test_seeds_decide_the_baseline_and_which_images_are_used() -> None:
    arrays = drawn(5)
    assert divergence(arrays, seed=1) == divergence(arrays, seed=1) != divergence(arrays, seed=2)
    few = likelihood_divergence(*map(FeatureSet, arrays), centres=50)
    assert len(few.tables["memorisation"]) == 50


def test_the_baseline_keeps_patients_apart() -> None:
    subjects = np.repeat(np.arange(40), 3)
    train = FeatureSet(np.random.default_rng(0).normal(size=(120, 4)), subjects=subjects, kind="train")
    for size in (10, 500):
        centres, others = _halves(train, size, np.random.default_rng(0))
        assert not set(subjects[centres]) & set(subjects[others])
        assert len(centres) == min(size, 60)
    assert len(set(subjects[_halves(train, 10, np.random.default_rng(0))[0]])) == 10
    lone = FeatureSet(train.values, subjects=["a"] * 120, kind="train")
    with pytest.raises(TooFewImages, match="train has n = 120 images of one patient"):
        likelihood_divergence(lone, train, train)


def test_awkward_sets() -> None:
    train, real, synthetic = drawn(6, train=40, real=12, synthetic=14)  # fewer images than features
    assert np.isfinite(divergence((train, real, synthetic)))
    assert divergence((train, train, train)) < -100  # held-out images that were copied too: nothing is as likely
    wide = tuple(np.pad(a, ((0, 0), (0, 2)), constant_values=3) for a in (train, real, synthetic))
    score = likelihood_divergence(*map(FeatureSet, wide))
    assert score.note.startswith("2 features that do not vary")
    assert score.value == pytest.approx(divergence((train, real, synthetic)))
    with pytest.raises(TooFewImages, match="all the same"):
        divergence((train, np.ones((12, D)), synthetic))
    assert np.isfinite(divergence((train, real, synthetic[:1])))
