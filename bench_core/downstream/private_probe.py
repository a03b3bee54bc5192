"""A linear classifier of findings that learns with differential privacy for each patient: the baseline of releasing a classifier.

The features of a film are scaled by that film alone (its own mean and spread), since means over all films would tell of others. Steps
are those of `training.private`: a patient's films have one gradient, clipped once, with noise over the sum. The number of steps is
fixed; nothing is looked at on the way. What stands outside of the promise: which findings are learned, and thresholds that are chosen
on validation patients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bench_core.training.private import Privacy, check_delta, draw_patients, noise_for, private_gradient

DELTA = 1e-5
RATE, STEPS, BOUND, LEARNING = 0.1, 200, 1.0, 2.0
"""Chance of a patient to be in a step, steps, longest gradient, length of a step; chosen on the simulated cohort."""
SETTLED = 0.5
"""Share of the steps after which weights are averaged."""
Scores = Callable[[np.ndarray], np.ndarray]


def private_probe(values: np.ndarray, targets: np.ndarray, patients: np.ndarray, epsilon: float, seed: int) -> Scores:
    """Trains on features (N, D) and targets (N, F) of those patients (N,); what it returns gives probabilities (M, F) of features (M, D).

    The seed must be secret where the promise is to hold against somebody who knows the recipe.

    Raises:
        InputError: DELTA is not below 1 / patients.
        MissingPackage: Opacus is not installed.
    """
    import torch

    rows, there = _by_patient(patients)
    check_delta(DELTA, len(rows))
    noise = noise_for(epsilon, delta=DELTA, rate=RATE, steps=STEPS)
    privacy = Privacy(RATE, STEPS, noise, BOUND, DELTA)
    films = [torch.as_tensor(one, dtype=torch.float32) for one in (by_itself(values), targets)]
    size = RATE * len(rows)
    weights = {"slope": torch.zeros(targets.shape[1], values.shape[1]), "offset": torch.zeros(targets.shape[1])}
    settled, count = {name: torch.zeros_like(value) for name, value in weights.items()}, 0
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for step, chosen in enumerate(draw_patients(np.random.default_rng(seed), len(rows), privacy)):
            batch = (tuple(one[rows[chosen]] for one in films), torch.from_numpy(there[chosen]))
            gradient = private_gradient(_loss, weights, batch, privacy, size)
            weights = {name: value - LEARNING * gradient[name] for name, value in weights.items()}
            if step >= SETTLED * STEPS:
                count += 1
                settled = {name: value + (weights[name] - value) / count for name, value in settled.items()}
    slope, offset = settled["slope"].numpy(), settled["offset"].numpy()
    return lambda asked: 1 / (1 + np.exp(-np.clip(by_itself(asked) @ slope.T + offset, -60, 60).astype(np.float64)))


def by_itself(values: np.ndarray) -> np.ndarray:  # (N, D) -> (N, D) float32
    """Every row less its own mean, over its own spread, of length 1 times the square root of 2."""
    centred = values - values.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    found: np.ndarray = (np.sqrt(2) * centred / np.maximum(length, 1e-12)).astype(np.float32)
    return found


def _loss(weights: Any, film: tuple[Any, Any]) -> Any:
    """Binary cross-entropy of one film, summed over the findings whose label is known."""
    from torch.nn import functional

    values, targets = film
    known = ~targets.isnan()
    logits = weights["slope"] @ values + weights["offset"]
    return (functional.binary_cross_entropy_with_logits(logits, targets.nan_to_num(0.0), reduction="none") * known).sum()


def _by_patient(patients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # (P, F) rows, (P, F) float32, 1 where there is a film
    order = np.argsort(patients, kind="stable")
    _, starts, counts = np.unique(patients[order], return_index=True, return_counts=True)
    rows, there = np.zeros((len(starts), counts.max()), int), np.zeros((len(starts), counts.max()), np.float32)
    for place, (start, count) in enumerate(zip(starts, counts, strict=True)):
        rows[place, :count], there[place, :count] = order[start : start + count], 1
    return rows, there
