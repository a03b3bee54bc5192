"""Which film answers which prompt: what faults of whole sets change."""

from dataclasses import dataclass

import numpy as np

from bench_core.errors import NotPossible


@dataclass(frozen=True, eq=False)
class Answers:
    """The films of one repeat, as rows of one table of films.

    Attributes:
        own: (n,) the films of a perfect generator: for each prompt one of another held-out patient.
        spare: further held-out films, of patients who are neither among these nor read against.
        train: training films that may be copied; empty without a training set.
        labels: (all, 14) findings of every film of the table, NaN where unknown; the labels of the prompts are those of `own`.
        findings: names of the columns of `labels`.
    """

    own: np.ndarray
    spare: np.ndarray
    train: np.ndarray
    labels: np.ndarray
    findings: tuple[str, ...]

    def share(self, percent: float, rng: np.random.Generator) -> np.ndarray:
        """That share of the prompts, at least one, in a random order."""
        return rng.permutation(len(self.own))[: max(1, round(len(self.own) * percent / 100))]

    def alike(self, wanted: np.ndarray, free: np.ndarray, rng: np.random.Generator, but: int | None = None) -> np.ndarray:  # (k,) rows
        """For each wanted film the row of another one among the free ones whose labels differ least; none is taken twice.

        Args:
            but: a column that does not count.

        Raises:
            NotPossible: there are fewer free films than wanted ones.
        """
        if len(free) < len(wanted):
            raise NotPossible(f"{len(wanted)} films are to be answered by others, and there are {len(free)}.")
        labels = np.nan_to_num(self.labels, nan=-2.0)
        if but is not None:
            labels[:, but] = 0
        left = rng.permutation(free)
        rows = np.empty(len(wanted), int)
        for place, film in enumerate(wanted):
            best = int((labels[left] != labels[film]).sum(axis=1).argmin())
            rows[place] = left[best]
            left = np.delete(left, best)
        return rows
