"""phantom-findings: a softmax regression from phantom-eye's image features to the 14 findings.

A film may have several findings; its target is an even share of each. The softmax of the logits is then what the Inception Score takes
it for, a distribution over classes, and each logit still ranks films by its finding.
"""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench_core.cards import BUNDLED_ENCODER
from bench_core.data import FINDINGS
from bench_core.errors import MissingWeights
from bench_core.training import recipe

PENALTY = 1e-5  # of the squared weights on standardised features; held-out cross-entropy 1.743 at 1e-6, 1.740 at 1e-5, 1.750 at 1e-4


def shares(labels: pd.DataFrame) -> np.ndarray:  # (N, 14) float64
    """Even shares of the findings that a film has; uncertain ones count as absent, a film without any is all zero."""
    positive = (labels[list(FINDINGS)].to_numpy(float) == 1).astype(float)
    even: np.ndarray = positive / np.maximum(positive.sum(1, keepdims=True), 1)
    return even


def fit_head(features: np.ndarray, target: np.ndarray, *, penalty: float = PENALTY) -> tuple[np.ndarray, np.ndarray]:
    """Weights (14, D) and bias (14,) that minimise the mean cross-entropy with shares (N, 14) plus `penalty` times the squared weights.

    The problem is convex; features (N, D) are standardised inside and the result undoes it.
    """
    from scipy.optimize import minimize
    from scipy.special import logsumexp

    use = target.sum(1) > 0
    x, y = features[use].astype(np.float64), target[use]
    mean, spread = x.mean(0), x.std(0) + 1e-9
    x = (x - mean) / spread
    classes, width = y.shape[1], x.shape[1]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weight, bias = flat[: classes * width].reshape(classes, width), flat[classes * width :]
        logits = x @ weight.T + bias  # (N, 14)
        total = logsumexp(logits, axis=1, keepdims=True)
        error = (np.exp(logits - total) - y) / len(x)
        value = float((total[:, 0] - (y * logits).sum(1)).mean() + penalty * (weight**2).sum())
        return value, np.concatenate([(error.T @ x + 2 * penalty * weight).ravel(), error.sum(0)])

    found = minimize(loss, np.zeros(classes * (width + 1)), jac=True, method="L-BFGS-B", options={"maxiter": 2000}).x
    weight = found[: classes * width].reshape(classes, width) / spread
    return weight, found[classes * width :] - weight @ mean


def measure(logits: np.ndarray, labels: pd.DataFrame) -> dict[str, float]:
    """AUROC of each finding's own logit; findings without both kinds of film are left out."""
    from sklearn.metrics import roc_auc_score

    truth = {name: labels[name].to_numpy(float) == 1 for name in FINDINGS}
    return {name: float(roc_auc_score(t, logits[:, i])) for i, (name, t) in enumerate(truth.items()) if 0 < t.sum() < len(t)}


def write_head(folder: Path) -> Path:
    """Fits the head on the committed features of the training cohort, writes it, and logs how it does on the held-out cohort.

    Raises:
        MissingWeights: no features are committed for the present weights of phantom-eye.
    """
    from bench_core import phantom
    from bench_core.encoders import stored_features

    stored = stored_features(BUNDLED_ENCODER)
    if stored is None:
        raise MissingWeights(
            f"{BUNDLED_ENCODER} has no committed features of its present weights.", "See bench_core/training/cohort_features.py."
        )
    tables: dict[str, Any] = {
        "train": phantom.cohort_table(phantom.TRAIN_SEED, films=phantom.TRAIN_FILMS),
        "real": phantom.cohort_table(phantom.REAL_SEED, films=phantom.REAL_FILMS),
    }
    labels = {role: table.set_index("image_id").loc[stored[role][0]] for role, table in tables.items()}
    weight, bias = fit_head(stored["train"][1], shares(labels["train"]))
    recipe.save_half({"weight": _tensor(weight), "bias": _tensor(bias)}, folder / "model.safetensors")
    recipe.LOGS.mkdir(parents=True, exist_ok=True)
    with (recipe.LOGS / "phantom-findings.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["finding", "held_out_auroc"])
        found = measure(stored["real"][1] @ weight.T + bias, labels["real"])
        writer.writerows([[name, f"{value:.3f}"] for name, value in found.items()])
    return folder


def _tensor(values: np.ndarray) -> Any:
    import torch

    return torch.from_numpy(values)
