"""Films as classifiers see them: small, grey, 8 bit, each read once and kept outside memory, since a training set may have many."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np

Read = Callable[[int], np.ndarray]
"""The film of a row, (S, S) uint8."""


class Films:
    """Films of one set; row i is what `read(i)` gives. They lie in a file that goes with this object.

    Args:
        told: hears of every film that was read; may raise to stop.
    """

    def __init__(self, count: int, side: int, read: Read, told: Callable[[], None] = lambda: None) -> None:
        self.side, self._read, self._told = side, read, told
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the array that is mapped onto it
        shape = (max(count, 1), side, side)
        self._kept = np.memmap(self._file, np.uint8, "w+", shape=shape)
        self._there = np.zeros(count, bool)

    def __len__(self) -> int:
        return len(self._there)

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:  # (B, S, S) uint8
        self.read(rows)
        return np.asarray(self._kept[rows])

    def read(self, rows: np.ndarray) -> None:
        """Reads those of the rows that were not read yet."""
        for row in np.unique(rows):
            if not self._there[row]:
                self._kept[row] = self._read(int(row))
                self._there[row] = True
                self._told()


class Joined:
    """Films of several sets one after the other, or any others that are asked by rows."""

    def __init__(self, parts: Sequence[Films | Joined]) -> None:
        self._parts = [part for part in parts if len(part)]
        self._ends = np.array([*accumulate(len(part) for part in self._parts)], int)

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:  # (B, S, S) uint8
        rows = np.asarray(rows)
        part_of = np.searchsorted(self._ends, rows, side="right")
        found: np.ndarray | None = None
        for number, part in enumerate(self._parts):
            mine = np.flatnonzero(part_of == number)
            if len(mine):
                films = part[rows[mine] - (self._ends[number] - len(part))]
                found = np.empty((len(rows), *films.shape[1:]), films.dtype) if found is None else found
                found[mine] = films
        return np.empty((0,), np.uint8) if found is None else found


class Rows:
    """Some rows of films, as films."""

    def __init__(self, films: Films, rows: np.ndarray) -> None:
        self._films, self._rows = films, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:  # (B, S, S) uint8
        return self._films[self._rows[rows]]
