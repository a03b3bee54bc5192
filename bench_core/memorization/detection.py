"""Detectors of copies and their vote: each finds training films that may be shown, all look at all that were found, patients judge.

Three detectors: a **copy** encoder's cosine, distance over spacing in the **features** of any encoder, and the correlation of **pixels** of
registered films, of bones and of vessels. Their closeness becomes a p-value each (`calibration`). The **vote** adds up what they see, in
units of how close held-out patients come (`Judge.evidence`), and is judged in its turn by the votes of held-out patients, so that looking
three times is paid for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from bench_core.data import ImageSet
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.memorization.calibration import Control
from bench_core.memorization.registering import FINER, registered
from bench_core.memorization.search import nearest
from bench_core.registration.alignment import shrunk

DETECTORS = ("copy", "features", "pixels")
BLOCK = 64
"""Films whose candidates are registered at a time: some 50 MB."""
EXACT = 0.93
"""Correlation of the whole registered films from which on a copy is called exact; a nearer look than `near`, not another test."""
BESIDE, LOW, HIGH = 0.25, -3.0, 5.0
"""Weight of what is seen in features beside what is seen in pixels, and between which values it counts.

Fitted on copies that were planted in a cohort of other seeds (31 and 32) than the embedded one: `docs/copies.md`.
"""
USUAL, CLOSE = 0.5, 0.95
"""Quantiles of held-out patients between which closeness has its unit."""


@dataclass(frozen=True, eq=False)
class Seen:
    """A set as the detectors see it; row i is image i of each.

    Attributes:
        aligned: by aligned-pixels. features: by the encoder in use. copy: by a copy encoder, rows of unit length; None: there is none.
    """

    images: ImageSet
    aligned: FeatureSet
    features: FeatureSet
    copy: FeatureSet | None = None


def find_pairs(
    mine: Seen, train: Seen, template: np.ndarray, k: int, tell: Callable[[int, str], None] = lambda done, what: None
) -> pd.DataFrame:
    """Pairs that may be copies, with what each detector says of them.

    Args:
        k: training films that each detector names for each film; aligned pixels name as many again for either half.
        tell: is told how many more films are done, and what is being done; may raise to stop.

    Returns:
        Columns film, train (row numbers), `DETECTORS` (higher is closer; copy is NaN without that encoder), whole, and those of `Poses`.

    Raises:
        TooFewImages: the training set has fewer than k images.
        StoreError, ImageUnreadable: a film cannot be read.
    """
    tell(0, "Searching all training images")
    pairs = _shortlist(mine, train, k)
    spacing = _spacing(train.features)
    found = {"film": pairs[:, 0], "train": pairs[:, 1], "copy": np.full(len(pairs), np.nan)}
    if mine.copy is not None and train.copy is not None:
        found["copy"] = np.einsum("nd,nd->n", mine.copy.values[pairs[:, 0]], train.copy.values[pairs[:, 1]], dtype=np.float64)
    found["features"] = -_ratio(mine.features, train.features, spacing, pairs)
    frame = pd.DataFrame(found)
    frame = frame.sort_values(["film", "train"], kind="stable").reset_index(drop=True)
    parts = []
    for start in range(0, len(mine.images), BLOCK):
        part = frame[(frame["film"] >= start) & (frame["film"] < start + BLOCK)]
        parts.append(_registered(mine.images, train.images, part[["film", "train"]].to_numpy(), template))
        tell(min(BLOCK, len(mine.images) - start), "Registering films on candidates")
    return pd.concat([frame, pd.concat(parts, ignore_index=True)], axis=1)


def _shortlist(mine: Seen, train: Seen, k: int) -> np.ndarray:  # (P, 2)
    """Each film with the training films that any detector names for it, each once."""
    named = [mine.features.neighbours(train.features, k)[1]]
    if mine.copy is not None and train.copy is not None:
        named.append(nearest(mine.copy.values, train.copy.values, k)[1])
    named += [nearest(a, b, k)[1] for a, b in zip(_views(mine.aligned.values), _views(train.aligned.values), strict=True)]
    rows = np.concatenate(named, axis=1)
    return np.unique(np.stack([np.repeat(np.arange(len(rows)), rows.shape[1]), rows.ravel()], axis=1), axis=0)


def _views(aligned: np.ndarray) -> list[np.ndarray]:
    """The rows as they are, and either half of the film alone."""
    side = round(aligned.shape[1] ** 0.5)
    films, views = aligned.reshape(len(aligned), side, side), [aligned]
    for part in (slice(side // 2), slice(side // 2, None)):
        half = films[:, :, part].reshape(len(films), -1)
        half = half - half.mean(axis=1, keepdims=True)
        views.append(half / np.maximum(np.linalg.norm(half, axis=1, keepdims=True), 1e-6))
    return views


def _spacing(train: FeatureSet) -> np.ndarray:  # (M,)
    """Distance of each training image to the nearest one of another patient; 1 where there is none: then distances are compared."""
    try:
        return train.radius(1)
    except TooFewImages:
        return np.ones(len(train))


def _ratio(mine: FeatureSet, train: FeatureSet, spacing: np.ndarray, pairs: np.ndarray) -> np.ndarray:  # (P,)
    out = np.empty(len(pairs))
    for start in range(0, len(pairs), 4096):
        rows, others = pairs[start : start + 4096].T
        a, b = mine.values[rows].astype(np.float64), train.values[others].astype(np.float64)
        apart = np.linalg.norm(a - b, axis=1) if mine.vectors else (a != b).mean(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            out[start : start + 4096] = np.where(apart == 0, 0.0, apart / spacing[others])
    return np.minimum(out, np.finfo(np.float32).max)


def _registered(films: ImageSet, train: ImageSet, pairs: np.ndarray, template: np.ndarray) -> pd.DataFrame:
    mine, rows = np.unique(pairs[:, 0], return_inverse=True)
    theirs, others = np.unique(pairs[:, 1], return_inverse=True)

    def read(images: ImageSet, wanted: np.ndarray) -> np.ndarray:
        return np.stack([shrunk(images.read(int(row)), FINER) for row in wanted])

    found = registered(read(films, mine), read(train, theirs), np.stack([rows, others], axis=1), template)
    p = found.poses
    return pd.DataFrame(
        {
            "pixels": found.half, "fine": found.fine, "whole": found.whole, "down": p.down, "right": p.right, "angle": p.angle,
            "scale": p.scale, "mirrored": p.mirrored, **found.rest.columns(),
        }
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Judge:
    """Held-out patients' closest pairs, by which all others are judged.

    Attributes:
        pairs: `find_pairs` of held-out films. patients: by film, whose it is.
    """

    pairs: pd.DataFrame
    patients: np.ndarray

    @cached_property
    def detectors(self) -> tuple[str, ...]:
        """Those that have looked."""
        return tuple(d for d in DETECTORS if self.pairs[d].notna().all())

    @cached_property
    def controls(self) -> dict[str, Control]:
        """One for each detector.

        Raises:
            TooFewImages: there is no held-out film.
        """
        return {d: self._control(closeness) for d, closeness in self._closeness(self.pairs).items()}

    @cached_property
    def vote(self) -> Control:
        """The one for the vote."""
        return self._control(self.evidence(self.pairs))

    def _control(self, closeness: pd.Series) -> Control:
        best = closeness.groupby(self.pairs["film"]).max()
        return Control(best.to_numpy(), self.patients[best.index.to_numpy()])

    @cached_property
    def _units(self) -> dict[str, tuple[float, float]]:
        """Of each measure the usual closeness of held-out films, and how much closer the closest in twenty come."""
        found = {}
        for name in (*self.detectors, "fine"):
            best = self.pairs[name].groupby(self.pairs["film"]).max()
            usual, close = np.quantile(best, [USUAL, CLOSE])
            found[name] = float(usual), max(float(close - usual), 1e-9)
        return found

    def _in_units(self, pairs: pd.DataFrame, name: str) -> pd.Series:
        usual, unit = self._units[name]
        return (pairs[name] - usual) / unit

    def _closeness(self, pairs: pd.DataFrame) -> dict[str, pd.Series]:
        """What each detector goes by; pixels by bones or vessels, whichever are more unusual."""
        both = np.maximum(self._in_units(pairs, "pixels"), self._in_units(pairs, "fine"))
        return {**{d: pairs[d] for d in self.detectors}, "pixels": both}

    def evidence(self, pairs: pd.DataFrame) -> pd.Series:
        """What all detectors see together: pixels, and a quarter of what each encoder sees."""
        found = self._closeness(pairs)["pixels"]
        for d in self.detectors:
            if d != "pixels":
                found = found + BESIDE * self._in_units(pairs, d).clip(LOW, HIGH)
        return found

    def p_values(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Of pairs of `find_pairs`: p_copy, p_features, p_pixels (NaN where that detector has not looked), and p of the vote."""
        p = {d: self.controls[d].p_values(closeness.to_numpy()) for d, closeness in self._closeness(pairs).items()}
        vote = self.vote.p_values(self.evidence(pairs).to_numpy())
        return pd.DataFrame({**{f"p_{d}": p.get(d, np.full(len(pairs), np.nan)) for d in DETECTORS}, "p": vote}, index=pairs.index)


def kinds_of(p: np.ndarray, whole: np.ndarray, share: float) -> np.ndarray:  # (N,) of str
    """`unrelated` where the vote does not flag at that share of false flags; else `exact` or `near` by how well the whole films fit."""
    return np.where(p > share + 1e-12, "unrelated", np.where(whole >= EXACT, "exact", "near"))
