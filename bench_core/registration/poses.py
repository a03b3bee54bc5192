"""Poses: how films are moved, as numbers that people read and as numbers that are computed with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True, eq=False)
class Poses:
    """How films are moved: (N,) each, applied in the order mirror, scale and rotation about the middle, shift.

    Attributes:
        down, right: shift as a share of the side.
        angle: degrees, clockwise as one looks at the film.
        scale: above 1 the film is enlarged.
        mirrored: left and right are exchanged, first of all.
    """

    down: np.ndarray
    right: np.ndarray
    angle: np.ndarray
    scale: np.ndarray
    mirrored: np.ndarray

    def __len__(self) -> int:
        return len(self.down)

    def take(self, rows: np.ndarray | Sequence[int]) -> Poses:
        """Those of some rows."""
        return Poses(*(getattr(self, f.name)[np.asarray(rows, int)] for f in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Poses]) -> Poses:
        """One after the other."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))

    @classmethod
    def still(cls, count: int, *, mirrored: bool = False) -> Poses:
        """No film is moved, but mirrored where asked for."""
        return cls(np.zeros(count), np.zeros(count), np.zeros(count), np.ones(count), np.full(count, mirrored))

    @classmethod
    def of(cls, numbers: np.ndarray, mirrored: np.ndarray) -> Poses:  # (N, 4)
        """Of the numbers that say whence a moved film is read; see `numbers`."""
        a, b, right, down = 1 + numbers[:, 0], numbers[:, 1], numbers[:, 2], numbers[:, 3]
        size = a * a + b * b
        angle, scale = np.rad2deg(np.arctan2(-b, a)), 1 / np.sqrt(size)
        return cls(-(a * down - b * right) / size / 2, -(a * right + b * down) / size / 2, angle, scale, np.array(mirrored, bool))

    @property
    def numbers(self) -> np.ndarray:  # (N, 4)
        """Whence a moved film is read, in halves of a side: `x' = (1 + p0) x - p1 y + p2`, `y' = p1 x + (1 + p0) y + p3`."""
        turned, size = np.deg2rad(self.angle), 1 / np.asarray(self.scale, float)
        a, b = size * np.cos(turned), -size * np.sin(turned)
        return np.stack([a - 1, b, -2 * (a * self.right - b * self.down), -2 * (b * self.right + a * self.down)], 1)

    @property
    def matrices(self) -> np.ndarray:  # (N, 3, 3)
        """Whence a moved film is read, the mirror included: places of the moved film to places of the film, in units of half a side."""
        p = self.numbers
        out = np.zeros((len(self), 3, 3))
        out[:, 0], out[:, 1] = np.stack([1 + p[:, 0], -p[:, 1], p[:, 2]], 1), np.stack([p[:, 1], 1 + p[:, 0], p[:, 3]], 1)
        out[:, 2, 2] = 1
        out[self.mirrored, 0] *= -1
        return out

    @classmethod
    def of_matrices(cls, matrices: np.ndarray) -> Poses:  # (N, 3, 3)
        """The poses with these matrices."""
        plain = matrices.copy()
        mirrored = np.linalg.det(matrices) < 0
        plain[mirrored, 0] *= -1
        numbers = np.stack([plain[:, 0, 0] - 1, plain[:, 1, 0], plain[:, 0, 2], plain[:, 1, 2]], 1)
        return cls.of(numbers, mirrored)

    def then(self, later: Poses) -> Poses:
        """These poses, and then others, as one."""
        return Poses.of_matrices(self.matrices @ later.matrices)

    def undone(self) -> Poses:
        """The poses that bring films back."""
        return Poses.of_matrices(np.linalg.inv(self.matrices))
