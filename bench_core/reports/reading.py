"""The report that is read from a film: findings with sides, by a linear reader of features that learned from training reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench_core.errors import NotPossible, TooFewImages
from bench_core.features import FeatureSet
from bench_core.reports.statements import sided, statements

Item = tuple[str, str]
"""A finding, or a kind of device, and its side; an empty side where it has none."""


def stated(features: FeatureSet) -> list[frozenset[Item]]:
    """What the report or prompt of each image states; where the set has no texts, its positive labels, which have no sides.

    Raises:
        NotPossible: it has neither.
    """
    whole = features.whole
    found = whole.remember("stated", lambda: _of_texts(whole) or _of_labels(whole))
    if found is None:
        raise NotPossible(f"The {features.kind or 'set'} has neither reports nor labels to read an image against.")
    return [found[row] for row in features.rows]


def has_texts(features: FeatureSet) -> bool:
    """Whether every image has its report or prompt as a text."""
    images = features.whole.images
    return images is not None and "prompt" in images.table and not images.table["prompt"].isna().any()


def without_sides(items: frozenset[Item]) -> frozenset[Item]:
    """The same, where the sides are not known on both sides of a comparison. Devices are one finding."""
    from bench_core.data import FINDINGS

    return frozenset((name if name in FINDINGS else "Support Devices", "") for name, _ in items)


def _of_texts(whole: FeatureSet) -> list[frozenset[Item]] | None:
    if whole.images is None or not has_texts(whole):
        return None
    return [frozenset(item for one in statements(text) for item in sided(one)) for text in whole.images.table["prompt"]]


def _of_labels(whole: FeatureSet) -> list[frozenset[Item]] | None:
    labels = whole.labels
    if labels is None or labels.isna().all(axis=None):
        return None
    return [frozenset((str(name), "") for name in labels.columns[row]) for row in (labels == 1).to_numpy()]


@dataclass(frozen=True)
class Reader:
    """Ridge regression from standardised features to items, each with its own threshold.

    Attributes:
        items: what it can read: those that enough training reports state.
        thresholds: (I,) the score from which on an item is read: where F1 over the training images is highest, each image scored by a
            reader that did not learn from it (leave one out, in closed form).
    """

    items: tuple[Item, ...]
    mean: np.ndarray  # (D,)
    spread: np.ndarray  # (D,)
    weights: np.ndarray  # (D, I)
    middle: np.ndarray  # (I,)
    thresholds: np.ndarray  # (I,)

    @classmethod
    def fit(cls, features: FeatureSet, reports: Sequence[frozenset[Item]], penalty: float, least: int) -> Reader:
        """Learns from images and what their reports state.

        Raises:
            TooFewImages: no item is stated by `least` reports and missing in as many.
        """
        known = sorted({item for report in reports for item in report})
        y = np.array([[item in report for item in known] for report in reports], float).reshape(len(reports), len(known))
        enough = np.flatnonzero(np.minimum(y.sum(axis=0), len(y) - y.sum(axis=0)) >= least)
        if not len(enough):
            raise TooFewImages(
                f"{features.kind or 'set'} has n = {len(features)} images, and no finding is in {least} reports and not in {least}."
            )
        y = y[:, enough]
        values = features.values.astype(np.float64)
        mean, spread = values.mean(axis=0), values.std(axis=0)
        spread = np.where(spread > 1e-12 * (1 + np.abs(mean)), spread, np.inf)
        x, middle = (values - mean) / spread, y.mean(axis=0)
        inverse = np.linalg.inv(x.T @ x + penalty * len(x) * np.eye(x.shape[1]))
        weights = inverse @ (x.T @ (y - middle))
        leverage = np.einsum("nd,nd->n", x @ inverse, x) + 1 / len(x)
        left_out = y - (y - middle - x @ weights) / (1 - leverage)[:, None]
        thresholds = np.array([_best(left_out[:, i], y[:, i]) for i in range(y.shape[1])])
        return cls(tuple(known[i] for i in enough), mean, spread, weights, middle, thresholds)

    def scores(self, features: FeatureSet) -> np.ndarray:  # (N, I)
        """How sure it is of each item, on the scale of 0 and 1."""
        found: np.ndarray = ((features.values - self.mean) / self.spread) @ self.weights + self.middle
        return found

    def read(self, features: FeatureSet) -> np.ndarray:  # (N, I) of 0 and 1
        """What it reads from each image."""
        return (self.scores(features) > self.thresholds).astype(float)

    def asked(self, reports: Sequence[frozenset[Item]]) -> np.ndarray:  # (N, I) of 0 and 1
        """The items that it can read, in reports."""
        return np.array([[float(item in report) for item in self.items] for report in reports]).reshape(len(reports), len(self.items))


def image_f1(read: np.ndarray, asked: np.ndarray) -> np.ndarray:  # (N, I), (N, I) -> (N,)
    """F1 of each image's items; 1 where neither has any."""
    both = read.sum(axis=1) + asked.sum(axis=1)
    found: np.ndarray = np.where(both > 0, 2 * (read * asked).sum(axis=1) / np.maximum(both, 1), 1.0)
    return found


def _best(scores: np.ndarray, stated: np.ndarray) -> float:  # (N,), (N,)
    """Midway between two neighbouring scores, where F1 of those above is highest."""
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(stated[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + stated.sum())
    last = np.r_[ranked[1:] < ranked[:-1], True]  # of a run of equal scores
    k = int(np.argmax(np.where(last, f1, -1)))
    return float(ranked[k] - 1e-9 if k + 1 == len(ranked) else (ranked[k] + ranked[k + 1]) / 2)
