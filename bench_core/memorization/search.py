"""The nearest training rows of every row, exactly and over the whole training set, in bounded memory.

Products run in float32, block by block, and each row keeps the few nearest that it has met; those are then measured again in float64. A row
of which float32 cannot say who is among its nearest (duplicates, near ties) is looked at again in float64, whole.
"""

import numpy as np

from bench_core.errors import InputError, TooFewImages

QUERIES, GALLERY = 1024, 4096
"""Rows of either side that are multiplied at once: 16 MB of products."""
SPARE = 8
"""Rows that are kept beyond those asked for: they settle most near ties."""


def nearest(mine: np.ndarray, gallery: np.ndarray, k: int = 1) -> tuple[np.ndarray, np.ndarray]:  # (N, D), (M, D) -> (N, k), (N, k)
    """Euclidean distances (float64) to, and numbers of, the k nearest rows of the gallery, nearest first; ties by row number.

    Raises:
        TooFewImages: the gallery has fewer than k rows.
        InputError: the rows have different lengths.
    """
    if mine.shape[1] != gallery.shape[1]:
        raise InputError(f"Rows of {mine.shape[1]} and of {gallery.shape[1]} numbers cannot be compared.", "Encode both in the same way.")
    if len(gallery) < k:
        raise TooFewImages(f"The training set has {len(gallery)} images; {k} neighbours need at least {k}.")
    distances, rows = np.empty((len(mine), k)), np.empty((len(mine), k), np.int64)
    middle = gallery[:: max(1, len(gallery) // 4096)].mean(axis=0, dtype=np.float64).astype(np.float32)
    norms = np.concatenate([_norms(gallery[g : g + GALLERY] - middle) for g in range(0, len(gallery), GALLERY)])
    for start in range(0, len(mine), QUERIES):
        part = slice(start, start + QUERIES)
        distances[part], rows[part] = _nearest_of(mine[part], gallery, k, middle, norms)
    return distances, rows


def _nearest_of(mine: np.ndarray, gallery: np.ndarray, k: int, middle: np.ndarray, norms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    centred = mine.astype(np.float32) - middle
    width = min(k + SPARE, len(gallery))
    near = np.full((len(mine), width), np.inf, np.float32)  # squared distances but for the norm of the row itself
    at = np.full((len(mine), width), -1, np.int64)
    buffer = np.empty((len(mine), GALLERY), np.float32)
    for start in range(0, len(gallery), GALLERY):
        block = gallery[start : start + GALLERY] - middle
        raw = np.matmul(centred, block.T, out=buffer[:, : len(block)])
        raw *= -2
        raw += norms[start : start + len(block)]
        _take_in(raw, start, near, at)
    own = _norms(centred)
    exact = _exact(mine, gallery, at)
    order = np.lexsort((at, exact), axis=1)
    exact, rows = (np.take_along_axis(x, order, axis=1) for x in (exact, at))
    slack = _slack(mine.shape[1]) * (own + norms.max())
    reach = near.max(axis=1).astype(float) + own - slack  # nothing that is not listed is nearer than this
    doubtful = np.flatnonzero((exact[:, k - 1] ** 2 >= reach) & (width < len(gallery)))
    distances, rows = exact[:, :k].copy(), rows[:, :k].copy()
    for row in doubtful:
        distances[row], rows[row] = _in_float64(mine[row], gallery, k)
    return distances, rows


def _take_in(raw: np.ndarray, start: int, near: np.ndarray, at: np.ndarray) -> None:
    """Puts what of a block is nearer than the farthest that a row has kept into its list."""
    width = near.shape[1]
    closer = raw < near.max(axis=1, keepdims=True)
    for row in np.flatnonzero(closer.any(axis=1)):
        columns = np.flatnonzero(closer[row])
        values, numbers = np.concatenate([near[row], raw[row, columns]]), np.concatenate([at[row], columns + start])
        kept = np.argpartition(values, width - 1)[:width]
        near[row], at[row] = values[kept], numbers[kept]


def _exact(mine: np.ndarray, gallery: np.ndarray, at: np.ndarray) -> np.ndarray:  # (N, width) float64
    out = np.empty(at.shape)
    for column in range(at.shape[1]):
        apart = mine.astype(np.float64) - gallery[at[:, column]]
        out[:, column] = np.sqrt(np.einsum("nd,nd->n", apart, apart))
    return out


def _in_float64(row: np.ndarray, gallery: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The nearest of one row by its distances to all others."""
    distances = np.concatenate(
        [
            np.linalg.norm(gallery[s : s + GALLERY].astype(np.float64) - row.astype(np.float64), axis=1)
            for s in range(0, len(gallery), GALLERY)
        ]
    )
    order = np.lexsort((np.arange(len(distances)), distances))[:k]
    return distances[order], order


def _norms(rows: np.ndarray) -> np.ndarray:
    norms: np.ndarray = np.einsum("nd,nd->n", rows, rows)
    return norms


def _slack(width: int) -> float:
    """Bound of the relative error of a float32 product of that many terms (Higham 2002, section 3.1), doubled for the norms."""
    return 2 * (width + 2) * float(np.finfo(np.float32).eps)
