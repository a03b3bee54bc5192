"""Multi-scale structural similarity of pairs of pictures, many pairs at once."""

import numpy as np

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
WINDOW, SIGMA = 11, 1.5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
HELD = 400
"""Pictures that are held at once with their local means and variances, as float32."""
CACHED = 65_536
"""Elements that are worked on at once, so that they stay in the processor's cache."""
TILE = 32
"""Rows that one matrix product filters: a band matrix is mostly zeros, so the product goes tile by tile."""


def ms_ssim(pictures: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:  # (N, S, S) uint8, (P,), (P,) -> (P,)
    """MS-SSIM of the pairs of rows (first[i], second[i]).

    References:
        Wang 2003, doi:10.1109/ACSSC.2003.1292216: five scales, weights as printed there, Gaussian window of 11 pixels (sigma 1.5) without
        padding, K = 0.01 and 0.03 at 8 bit, 2 x 2 means between scales. A scale whose mean contrast term is negative counts as 0, as in
        pytorch-msssim 1.0, which this equals for sides that 16 divides. Grey levels are centred, which leaves variances unchanged and
        keeps their float32 rounding small.
    """
    order = np.lexsort((second, first))  # pairs of one picture together
    out = np.empty(len(order))
    step = HELD // 2 if len(np.union1d(first, second)) > HELD else max(1, len(order))
    for start in range(0, len(order), step):
        part = order[start : start + step]
        rows, places = np.unique(np.r_[first[part], second[part]], return_inverse=True)
        out[part] = _chunk(pictures[rows].astype(np.float32) - 128, places[: len(part)], places[len(part) :])
    return out


def _chunk(x: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:  # (N, S, S) centred, (P,), (P,) -> (P,)
    value = np.ones(len(a))
    for scale, weight in enumerate(WEIGHTS):
        last = scale == len(WEIGHTS) - 1
        value *= np.maximum(_terms(x, a, b, luminance=last), 0) ** weight
        if not last:
            x = _halved(x)
    return value


def _terms(x: np.ndarray, a: np.ndarray, b: np.ndarray, *, luminance: bool) -> np.ndarray:  # (N, S, S) -> (P,)
    """Mean contrast-structure term of each pair at one scale, times the luminance term if asked for."""
    step = max(1, CACHED // x[0].size)
    mean = np.empty((len(x), x.shape[1] - WINDOW + 1, x.shape[2] - WINDOW + 1), np.float32)
    variance = np.empty_like(mean)
    for start in range(0, len(x), step):
        part = slice(start, start + step)
        mean[part] = _blurred(x[part])
        variance[part] = _blurred(x[part] * x[part]) - mean[part] * mean[part]
    out = np.empty(len(a))
    for start in range(0, len(a), step):
        i, j = a[start : start + step], b[start : start + step]
        products = mean[i] * mean[j]
        term = _blurred(x[i] * x[j])
        term -= products
        term *= 2
        term += C2
        below = variance[i] + variance[j]
        below += C2
        term /= below
        if luminance:
            m, n = mean[i] + 128, mean[j] + 128
            term *= (2 * m * n + C1) / (m * m + n * n + C1)
        out[start : start + step] = term.mean(axis=(1, 2), dtype=np.float64)
    return out


def _halved(x: np.ndarray) -> np.ndarray:  # (N, S, S) -> (N, S / 2, S / 2)
    side = x.shape[1] // 2
    rows = x[:, : 2 * side : 2, : 2 * side] + x[:, 1 : 2 * side : 2, : 2 * side]
    out: np.ndarray = rows[:, :, ::2] + rows[:, :, 1::2]
    out *= 0.25
    return out


def _blurred(x: np.ndarray) -> np.ndarray:  # (B, S, S) -> (B, S - 10, S - 10)
    """Gaussian means where the window fits, by products with tiles of the band matrix."""
    rows, columns = x.shape[1] - WINDOW + 1, x.shape[2] - WINDOW + 1
    across = np.empty((len(x), rows, x.shape[2]), np.float32)
    for start in range(0, rows, TILE):
        n = min(TILE, rows - start)
        np.matmul(_BAND[:n, : n + WINDOW - 1], x[:, start : start + n + WINDOW - 1], out=across[:, start : start + n])
    out = np.empty((len(x), rows, columns), np.float32)
    for start in range(0, columns, TILE):
        n = min(TILE, columns - start)
        out[:, :, start : start + n] = across[:, :, start : start + n + WINDOW - 1] @ _BAND[:n, : n + WINDOW - 1].T
    return out


def _band() -> np.ndarray:  # (TILE, TILE + WINDOW - 1)
    window = np.exp(-((np.arange(WINDOW) - WINDOW // 2) ** 2) / (2 * SIGMA**2))
    band = np.zeros((TILE, TILE + WINDOW - 1), np.float32)
    for row in range(TILE):
        band[row, row : row + WINDOW] = window / window.sum()
    return band


_BAND = _band()
