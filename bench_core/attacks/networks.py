"""The small networks that attacks train on features."""

import numpy as np

from bench_core.features import FeatureSet


def standardised(released: FeatureSet, reference: FeatureSet, records: FeatureSet) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values of the three sets at mean 0 and spread 1 of released and reference images together; constant features are 0."""
    both = np.concatenate([released.values, reference.values]).astype(np.float64)
    mean, spread = both.mean(axis=0), both.std(axis=0)
    spread = np.where(spread > 1e-12 * (1 + np.abs(mean)), spread, np.inf)
    scaled = [((features.values - mean) / spread).astype(np.float64) for features in (released, reference, records)]
    return scaled[0], scaled[1], scaled[2]


def told_apart(own: np.ndarray, background: np.ndarray, asked: np.ndarray, *, epochs: int, seed: int) -> np.ndarray:  # (N,)
    """Logits of a network of two hidden layers that was trained to tell the first set (1) from the second (0)."""
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(seed)
    n = min(len(own), len(background))
    own, background = (part[rng.permutation(len(part))[:n]] for part in (own, background))
    network = MLPClassifier(
        (256, 256), alpha=0.0, batch_size=min(256, 2 * n), learning_rate_init=1e-3, max_iter=epochs, n_iter_no_change=epochs, tol=0.0,
        random_state=seed,
    )  # fmt: skip
    x, y = np.concatenate([own, background]), np.repeat([1, 0], n)
    for _ in range(epochs):  # fit() warns that it has not converged, which is meant
        network.partial_fit(x, y, classes=[0, 1])
    hidden = asked
    for weights, bias in zip(network.coefs_[:-1], network.intercepts_[:-1], strict=True):
        hidden = np.maximum(hidden @ weights + bias, 0)
    logits: np.ndarray = (hidden @ network.coefs_[-1] + network.intercepts_[-1])[:, 0]
    return logits
