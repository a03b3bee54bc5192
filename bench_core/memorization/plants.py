"""Planted copies: training films altered by known amounts among films of held-out patients, so that detectors can be judged.

What counts as what was fixed before anything was measured: `exact` is what a registration undoes, or what a reader would not notice;
`near` is a film of which something was lost or mixed with another one's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from bench_core.alterations import grey, moving
from bench_core.errors import TooFewImages

Truth = Literal["exact", "near", "unrelated"]
Alter = Callable[[np.ndarray, np.ndarray, float, np.random.Generator], np.ndarray]
"""From a training film, a held-out one, a strength and chance to the planted film."""
FEWEST_PATIENTS = 20
"""Held-out patients that must be there on either side: among the planted films, and to judge by."""


@dataclass(frozen=True)
class Planting:
    """One way to alter a copy.

    Attributes:
        strengths: from mild to strong, in `unit`.
        near_from: the strength from which on it is called near; None: it always is exact.
        mixes: it needs a film of somebody else.
    """

    id: str
    title: str
    strengths: tuple[float, ...]
    unit: str
    alter: Alter
    near_from: float | None = None
    mixes: bool = False

    def truth(self, strength: float) -> Truth:
        """What such a copy is."""
        return "exact" if self.near_from is None or strength < self.near_from else "near"


PLANTINGS = {
    planting.id: planting
    for planting in (
        Planting("none", "As it is", (0,), "", lambda film, other, by, rng: film),
        Planting(
            "shift", "Shift", (2, 4, 8, 16), "px of 256", lambda film, other, by, rng: moving.shifted_anywhere(film, _px(film, by), rng)
        ),
        Planting("rotation", "Rotation", (2, 5, 10), "degrees", lambda film, other, by, rng: moving.turned(film, by * rng.choice([-1, 1]))),
        Planting("crop", "Crop", (8, 16, 24), "px of 256 at each edge", lambda film, other, by, rng: moving.cropped(film, _px(film, by))),
        Planting("flip", "Mirror", (1,), "", lambda film, other, by, rng: moving.mirrored(film)),
        Planting("contrast", "Less contrast", (10, 20, 40), "%", lambda film, other, by, rng: grey.flatter(film, by)),
        Planting("noise", "Noise", (8, 20, 40), "grey levels", lambda film, other, by, rng: grey.noisy(film, by, rng), near_from=40),
        Planting("blur", "Blur", (1, 2, 4), "px of 256", lambda film, other, by, rng: grey.blurred(film, _px(film, by)), near_from=4),
        Planting("blend", "Blend", (10, 30, 50), "% of another film", lambda film, other, by, rng: grey.blended(film, other, by), 30, True),
        Planting(
            "lung", "One lung", (1,), "half of another film",
            lambda film, other, by, rng: grey.transplanted(film, other, left=bool(rng.random() < 0.5)), 1, True,
        ),
    )
}  # fmt: skip


def _px(film: np.ndarray, pixels: float) -> float:
    """Pixels of a film of 256 as pixels of this one."""
    return float(pixels * min(film.shape) / 256)


def planned(train: np.ndarray, real: np.ndarray, count: int, seed: int) -> pd.DataFrame:
    """What is planted: rows in random order.

    Half of the held-out patients give one film each, half of these altered in the ways that need nobody else's film; the other half of the
    patients judge. Every copy is of another training patient as long as there are some.

    Args:
        train, real: (M,), (N,) patients of the training and of the held-out films.
        count: copies of each way and strength.

    Returns:
        Columns planting, strength, truth, train (row, -1 for held-out films), real (row of the held-out film, or of the one mixed in; -1).

    Raises:
        TooFewImages: too few held-out patients, or no training film.
    """
    rng = np.random.default_rng(np.random.SeedSequence((seed, 15)))
    strangers = _one_film_each(real, rng)
    shown = strangers[: len(strangers) // 2]
    if len(shown) < FEWEST_PATIENTS:
        raise TooFewImages(
            f"{len(strangers)} held-out patients are too few: {2 * FEWEST_PATIENTS} are needed, half to hide copies among.",
            "Give a larger set of other patients' real images.",
        )
    if not len(train):
        raise TooFewImages("There is no training film to copy.", "Give a training set with images.")
    copies = [(p, s) for p in PLANTINGS.values() for s in p.strengths for _ in range(count)]
    sources = np.resize(_one_film_each(train, rng), len(copies))
    rows = [
        {"planting": p.id, "strength": float(s), "truth": p.truth(s), "train": int(t), "real": int(rng.choice(shown)) if p.mixes else -1}
        for (p, s), t in zip(copies, sources, strict=True)
    ]
    alone = [(p, s) for p in PLANTINGS.values() for s in p.strengths if not p.mixes and p.id != "none"]
    for place, row in enumerate(shown):
        p, s = alone[rng.integers(len(alone))] if place % 2 else (PLANTINGS["none"], 0)
        rows.append({"planting": p.id, "strength": float(s), "truth": "unrelated", "train": -1, "real": int(row)})
    return pd.DataFrame(rows).iloc[rng.permutation(len(rows))].reset_index(drop=True)


def _one_film_each(patients: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A film of each patient, in random order."""
    order = rng.permutation(len(patients))
    first = np.unique(np.asarray(patients)[order], return_index=True)[1]
    return np.asarray(order[rng.permutation(first)])
