"""Distances between rows of feature matrices: blocked, in float32 where that is enough and in float64 where it decides.

`Space` knows how two rows are compared. Euclidean distances are kept squared and Hamming distances as counts until they are handed out, so
"raw" below means squared Euclidean or the number of unequal components.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

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

    def prepare(self, x: np.ndarray, centre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # (N, D), (D,) -> (N, D), (N,)
        """Rows and their squared norms as `raw` wants them.

        `centre` is subtracted from Euclidean rows; both sides must use the same one. Any vector gives the same distances; one near the mean
        keeps the rounding of the float32 product small.
        """
        if self.distance == "hamming":
            return x, np.zeros(len(x), np.float32)
        x = (x - centre).astype(np.float32)
        return x, np.einsum("nd,nd->n", x, x)

    def raw(self, x: np.ndarray, nx: np.ndarray, y: np.ndarray, ny: np.ndarray) -> np.ndarray:  # (S, T) float32
        """All raw distances of prepared rows. Hamming counts are exact, the others off by up to `rounding(D) * (nx + ny)`."""
        if self.distance == "hamming":
            out = np.empty((len(x), len(y)), np.float32)
            for part in blocks(len(x), y.size):
                out[part] = (x[part, None, :] != y[None, :, :]).sum(axis=2)
            return out
        out = x @ y.T
        out *= -2
        out += nx[:, None]
        out += ny
        return np.maximum(out, 0, out=out)

    def rounding(self, width: int) -> float:
        """How far `raw` may be off, as a multiple of the sum of the two squared norms."""
        return 0.0 if self.distance == "hamming" else float(np.finfo(np.float32).eps) * (8 + 0.25 * float(np.sqrt(width)))

    def exact(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:  # (P, D), (P, D) -> (P,)
        """Raw distances of paired rows, by differences in float64."""
        out = np.empty(len(x))
        for part in blocks(len(x), x.shape[1]):
            if self.distance == "hamming":
                out[part] = (x[part] != y[part]).sum(axis=1)
            else:
                gap = x[part].astype(np.float64) - y[part]
                out[part] = np.einsum("pd,pd->p", gap, gap)
        return out

    def finish(self, raw: np.ndarray, width: int) -> np.ndarray:
        """Raw distances as distances: the root, or the share of the `width` components."""
        return np.sqrt(raw) if self.distance == "euclidean" else raw / width


def smallest(
    space: Space, raw: np.ndarray, x: np.ndarray, y: np.ndarray, nx: np.ndarray, k: int, order: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:  # raw (S, T) with inf where forbidden; x (S, D), y (T, D), nx (S,)
    """The k smallest entries of each row: raw distances (S, k) in float64 and columns (S, k).

    Candidates come from `raw`, their order from float64 differences. A row in which the first candidate left out may be a near tie is done
    again in float64 as a whole. Equal distances are ordered by `order` (T,), so that the order of rows does not matter.
    """
    window = min(k + 4, raw.shape[1])
    if window < raw.shape[1]:
        columns = np.argpartition(raw, window - 1, axis=1)[:, :window]
    else:
        columns = np.broadcast_to(np.arange(window), raw.shape)
    near = np.take_along_axis(raw, columns, axis=1)  # (S, window)
    found = near.astype(np.float64)
    if space.distance == "euclidean":
        for part in blocks(len(x), window * x.shape[1]):
            found[part] = space.exact(np.repeat(x[part], window, axis=0), y[columns[part].ravel()]).reshape(-1, window)
        found[~np.isfinite(near)] = np.inf
    sort = np.lexsort((order[columns], found), axis=1)[:, :k]
    distances, chosen = np.take_along_axis(found, sort, axis=1), np.take_along_axis(columns, sort, axis=1)
    if window == raw.shape[1]:
        return distances, chosen
    # A column that matters is no farther from the centre than its row plus the k-th distance; that bounds its rounding.
    kth = distances[:, -1]
    slack = 2 * space.rounding(x.shape[1]) * (nx + (np.sqrt(nx) + np.sqrt(kth)) ** 2)
    for row in np.flatnonzero(np.isfinite(kth) & (near.max(axis=1) <= kth + slack)):
        columns = np.flatnonzero(raw[row] <= kth[row] + slack[row])
        exact = raw[row, columns].astype(np.float64)
        if space.distance == "euclidean":
            exact = space.exact(np.broadcast_to(x[row], (len(columns), x.shape[1])), y[columns])
        best = np.lexsort((order[columns], exact))[:k]
        distances[row], chosen[row] = exact[best], columns[best]
    return distances, chosen


def below(
    space: Space, raw: np.ndarray, x: np.ndarray, y: np.ndarray, nx: np.ndarray, ny: np.ndarray, limit: np.ndarray
) -> np.ndarray:  # raw (S, T), limit (T,) raw, float64 -> (S, T) bool
    """Whether each distance is strictly below the limit of its column; near ties are decided by float64 differences."""
    under = raw < limit
    c = space.rounding(x.shape[1])
    if not c:
        return under
    s, t = np.nonzero(np.abs(raw - limit.astype(np.float32)) <= c * nx[:, None] + c * ny)
    for part in blocks(len(s), x.shape[1]):
        under[s[part], t[part]] = space.exact(x[s[part]], y[t[part]]) < limit[t[part]]
    return under


class Elsewhere:
    """For radii within one set: which columns count as another patient's image, identical images once."""

    def __init__(self, content: np.ndarray, subjects: np.ndarray | None) -> None:  # (N,) codes of equal rows, (N,) patients
        self.content = np.unique(content, return_inverse=True)[1]
        self.repeats = len(self.content) > self.content.max() + 1
        self.subject = np.unique(self.content if subjects is None else subjects, return_inverse=True)[1]
        first = np.full(self.content.max() + 1, -1)  # the image that stands for its content
        second = first.copy()  # one of another patient, which stands in for rows of the first one's patient
        for row in range(len(self.content)) if self.repeats else ():
            of = self.content[row]
            if first[of] < 0:
                first[of] = row
            elif second[of] < 0 and self.subject[row] != self.subject[first[of]]:
                second[of] = row
        self.second = second[second >= 0]
        self.owner = self.subject[first[self.content[self.second]]]
        self.dropped = np.setdiff1d(np.arange(len(self.content)), np.concatenate([first, second])) if self.repeats else np.array([], int)

    def forbid(self, raw: np.ndarray, part: np.ndarray) -> None:
        """Writes infinity into the entries of rows `part` that do not count."""
        subject = self.subject[part]
        raw[subject[:, None] == self.subject] = np.inf
        if self.repeats:
            raw[self.content[part][:, None] == self.content] = np.inf
            raw[:, self.dropped] = np.inf
            raw[:, self.second] = np.where(subject[:, None] == self.owner, raw[:, self.second], np.inf)
