"""Whose film a synthetic image may be: what the facade hands out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bench_core.records import CopyCount

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class RealPairs:
    """What pairs of held-out real films score, in a space in which patients are told apart.

    Attributes:
        table: `frames.PAIR_SCORES`, histograms of pairs of one patient and of different ones.
        highest: the highest scores of pairs of different patients, ascending; 100,000 at most.
        worth: `auroc` of telling one patient from two, `rank_one` (share of films whose best match is their patient's), `same` and
            `different` (numbers of pairs).
    """

    table: pd.DataFrame
    highest: np.ndarray
    worth: Mapping[str, float]

    def false_matches(self, cut: float) -> float | None:
        """Share of pairs of different patients that score so high; None where so many do that they were not kept."""
        if len(self.highest) < self.worth["different"] and cut < self.highest[0]:
            return None
        return float((self.highest >= cut).sum() / self.worth["different"])


@dataclass(frozen=True)
class Reidentification:
    """Synthetic images against all training images.

    Attributes:
        matches: `frames.MATCHES`, highest score first.
        held_out: best scores of the held-out real images, whose patients are not in the training set.
        count: how many images score above the cut and what chance says of it; its measure is minus the score.
        pairs: what the encoder can tell, on real films.
        measure: `distance` (the score is minus it) or `score` (of a network that ends in one, 0 to 1).
    """

    matches: pd.DataFrame
    held_out: np.ndarray
    count: CopyCount
    pairs: RealPairs
    measure: Literal["distance", "score"]

    @property
    def cut(self) -> float:
        """Above this score an image counts as re-identified."""
        return -self.count.cut

    @property
    def patients(self) -> int:
        """How many training patients the re-identified images show."""
        return int(self.matches.loc[self.matches["score"] > self.cut, "subject_id"].nunique())


@dataclass(frozen=True)
class PairedFigures:
    """CheXGenBench's figures: each image against the first training image that has its prompt, and no other.

    Attributes:
        table: `frames.PROMPT_SCORES`.
        mean: mean over prompts of the mean score. maximum: mean over prompts of the highest.
        above: prompts whose highest score is above `delta`, which CheXGenBench does not print.
    """

    table: pd.DataFrame
    mean: float
    maximum: float
    above: int
    delta: float
