"""What a closeness means: how often a held-out patient, whom the generator never saw, is as close to the training set.

Patients are the units: a patient with many films counts once (hierarchical conformal p-values, Lee, Barber and Willett 2023,
arXiv:2306.06342). With P held-out patients no p-value is below 1 / (P + 1): a smaller share of false flags cannot be promised, and is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench_core.errors import InputError, TooFewImages


@dataclass(frozen=True, eq=False)
class Control:
    """How close held-out films come to the training set.

    Attributes:
        closeness: (n,) of each held-out film to the training film that is closest to it; higher is closer.
        patients: (n,) whose film it is.
    """

    closeness: np.ndarray
    patients: np.ndarray | Sequence[str]

    def __post_init__(self) -> None:
        """Refuses a control that says nothing.

        Raises:
            TooFewImages: no held-out film.
            InputError: a patient is missing for a film, or a closeness is no number.
        """
        if not len(self.closeness):
            raise TooFewImages(
                "No held-out film: what is close cannot be told from what is far.", "Give a set of other patients' real images."
            )
        if len(self.closeness) != len(self.patients):
            raise InputError(f"{len(self.patients)} patients for {len(self.closeness)} held-out films.")
        if not np.isfinite(self.closeness).all():
            raise InputError("The closeness of a held-out film is no number.", "Leave that film out.")

    @cached_property
    def count(self) -> int:
        """How many patients there are."""
        return len(np.unique(np.asarray(self.patients)))

    @property
    def least(self) -> float:
        """The smallest p-value that so many patients can give."""
        return 1 / (self.count + 1)

    @cached_property
    def _ladder(self) -> tuple[np.ndarray, np.ndarray]:  # (n,), (n + 1,)
        """The films' closeness in rising order, and p-values of what lies above so many of them."""
        inverse, counts = np.unique(np.asarray(self.patients), return_inverse=True, return_counts=True)[1:]
        order = np.argsort(self.closeness, kind="stable")
        weights = 1 / counts[inverse][order]
        at_least = np.concatenate([np.cumsum(weights[::-1])[::-1], [0.0]])
        return np.asarray(self.closeness, float)[order], (1 + at_least) / (self.count + 1)

    def p_values(self, closeness: np.ndarray) -> np.ndarray:  # any shape -> the same
        """Chance that a film of a patient who was never seen is at least as close; exact where that patient is like the held-out ones."""
        rising, p = self._ladder
        found: np.ndarray = p[np.searchsorted(rising, np.asarray(closeness, float), side="left")]
        return found

    def cut(self, share: float) -> float:
        """The closeness above which p-values are not larger than `share`: flags at `share` accepted false flags.

        Raises:
            TooFewImages: there are too few held-out patients for so small a share.
        """
        if share < self.least - 1e-12:
            raise TooFewImages(
                f"{self.count} held-out patients cannot tell {share:.2%} of false flags: the smallest share is {self.least:.2%}.",
                "Accept more false flags, or give more held-out patients.",
            )
        rising, p = self._ladder
        first = int(np.argmax(p <= share + 1e-12))
        return float(np.nextafter(rising[first - 1], np.inf)) if first else -np.inf
