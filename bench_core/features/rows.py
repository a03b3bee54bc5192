"""How two rows of feature matrices are compared, and in what portions.

Euclidean distances are kept squared and Hamming distances as counts until they are handed out, so "raw" means squared Euclidean or the
number of unequal components.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

BLOCK = 8_000_000
"""Elements of the largest temporary array (32 MB in float32)."""


def blocks(rows: int, width: int) -> Iterator[slice]:
    """Slices of `rows` such that a slice times `width` stays below BLOCK elements."""
    step = max(1, BLOCK // max(1, width))
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


@dataclass(frozen=True)
class Space:
    """How rows are compared: `euclidean`, or `hamming` (share of unequal components, for codes)."""

    distance: Literal["euclidean", "hamming"] = "euclidean"

    def rounding(self, width: int) -> float:
        """How far a float32 raw distance may be off, as a multiple of the sum of two squared norms; Hamming counts are exact."""
        return 0.0 if self.distance == "hamming" else float(np.finfo(np.float32).eps) * (8 + 0.25 * float(np.sqrt(width)))

    def finish(self, raw: np.ndarray, width: int) -> np.ndarray:
        """Raw distances as distances: the root, or the share of the `width` components."""
        return np.sqrt(raw) if self.distance == "euclidean" else raw / width


class Rows:
    """Rows of a feature matrix, ready to be compared. Those of one set are centred once, on their own mean, whatever they meet.

    Attributes:
        values: (N, D) float32.
        codes: (N, 2) patient and content; equal numbers mean one patient, or equal rows.
        mean: (D,) float64, near the mean; what is subtracted in `centred` (N, D). Zero for Hamming distance.
        kept: most pairs whose products are kept.
        own: the pairs of these rows with each other, once they were made.
    """

    def __init__(self, values: np.ndarray, space: Space, codes: np.ndarray, kept: int = 0) -> None:
        self.values, self.space, self.codes, self.kept = values, space, codes, kept
        self.own: object = None
        self.euclidean = space.distance == "euclidean"
        self.mean = values.mean(axis=0, dtype=np.float64) if self.euclidean else np.zeros(values.shape[1])
        self.centred = values
        if self.euclidean:
            self.centred = np.empty_like(values)
            for part in blocks(*values.shape):
                self.centred[part] = values[part] - self.mean

    def __len__(self) -> int:
        return len(self.values)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What comes from another process may be read-only; compiled code has been compiled for codes that are not, and values that are."""
        self.__dict__.update(state)
        self.codes = self.codes.copy()
        self.values.setflags(write=False)

    def take(self, rows: np.ndarray | slice) -> "Rows":
        """Some of the rows, centred as they were."""
        out = object.__new__(Rows)
        out.values, out.centred, out.codes = self.values[rows], self.centred[rows], self.codes[rows]
        out.values.setflags(write=False)  # compiled code tells read-only arrays apart, and whole sets are
        out.space, out.euclidean, out.mean, out.kept = self.space, self.euclidean, self.mean, 0
        out.own = None
        return out

    @cached_property
    def repeats(self) -> bool:
        """Whether some rows are equal."""
        return len(np.unique(self.codes[:, 1])) < len(self)

    @cached_property
    def norms(self) -> np.ndarray:  # (N,) float64
        """Squared lengths of the centred rows."""
        out: np.ndarray = np.einsum("nd,nd->n", self.centred, self.centred, dtype=np.float64)
        return out

    @cached_property
    def lengths(self) -> np.ndarray:  # (N,) float64
        """Lengths of the rows as they are."""
        out: np.ndarray = np.sqrt(np.einsum("nd,nd->n", self.values, self.values, dtype=np.float64))
        return out

    def along(self, vector: np.ndarray, *, centred: bool) -> np.ndarray:  # (D,) -> (N,) float64
        """Products of the rows with a vector."""
        rows = self.centred if centred else self.values
        out: np.ndarray = np.einsum("nd,d->n", rows, vector, dtype=np.float64)
        return out
