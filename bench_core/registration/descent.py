"""Gauss-Newton steps of one film onto another, compiled. Imported where it is needed: numba takes a while to load."""

import numpy as np
from numba import njit

STILL = 5e-4
"""A step so small, in halves of a side, is the last but one: 0.02 pixels of 64."""

compiled = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def read(film, mirrored, onto, frame, p, columns):  # type: ignore[no-untyped-def]  # (S, S), bool, (S, S), (3,), (4,), (7, pixels)
    """Fills seven columns, one entry for each pixel that is compared: the moved film, the other one, four slopes and a one.

    The slopes are the derivatives of the moved film by the four numbers of `p` (`Poses.numbers`); beyond the edge the film is repeated.
    `frame` says what is compared: all but so many rows at the top and the bottom, and the columns from one to before another.
    """
    side, (edge, first, last) = film.shape[0], frame
    half, middle = side / 2.0, (side - 1) / 2.0
    place = 0
    for row in range(edge, side - edge):
        y = (row - middle) / half
        for col in range(first, last):
            x = (col - middle) / half
            across = (1 + p[0]) * x - p[1] * y + p[2]
            along = p[1] * x + (1 + p[0]) * y + p[3]
            u, v = min(max(across * half + middle, 0.0), side - 1.0), min(max(along * half + middle, 0.0), side - 1.0)
            left, top = min(int(u), side - 2), min(int(v), side - 2)
            fu, fv = u - left, v - top
            near, far = (side - 1 - left, side - 2 - left) if mirrored else (left, left + 1)
            a, b, c, d = film[top, near], film[top, far], film[top + 1, near], film[top + 1, far]
            upper, lower = a + fu * (b - a), c + fu * (d - c)
            gx = ((1 - fv) * (b - a) + fv * (d - c)) * half
            gy = (lower - upper) * half
            columns[0, place], columns[1, place] = upper + fv * (lower - upper), onto[row, col]
            columns[2, place], columns[3, place] = gx * x + gy * y, gy * x - gx * y
            columns[4, place], columns[5, place], columns[6, place] = gx, gy, 1.0
            place += 1


@compiled
def solved(square, right):  # type: ignore[no-untyped-def]  # (4, 4), (4,)
    """The solution of four equations with a symmetric positive matrix, by Cholesky; zeros where it is none."""
    lower = np.zeros((4, 4))
    for i in range(4):
        for j in range(i + 1):
            left = square[i, j]
            for k in range(j):
                left -= lower[i, k] * lower[j, k]
            if i == j:
                if left <= 0:
                    return np.zeros(4)
                lower[i, i] = np.sqrt(left)
            else:
                lower[i, j] = left / lower[j, j]
    found = right.copy()
    for i in range(4):
        for k in range(i):
            found[i] -= lower[i, k] * found[k]
        found[i] /= lower[i, i]
    for i in range(3, -1, -1):
        for k in range(i + 1, 4):
            found[i] -= lower[k, i] * found[k]
        found[i] /= lower[i, i]
    return found


@compiled
def possible(p, limits):  # type: ignore[no-untyped-def]
    """Whether a pose is one that films are looked for in."""
    farthest, tilt, zoom = limits
    scale = np.hypot(1 + p[0], p[1])
    turned = abs(np.degrees(np.arctan2(p[1], 1 + p[0])))
    return max(abs(p[2]), abs(p[3])) <= 2 * farthest and turned <= tilt and 1 / zoom <= scale <= zoom


@compiled
def descend(film, mirrored, onto, p, frame, steps, limits):  # type: ignore[no-untyped-def]
    """Moves `p` to the best of the steps from it and returns the correlation there."""
    pixels = (film.shape[0] - 2 * frame[0]) * (frame[2] - frame[1])
    columns, now = np.empty((7, pixels), np.float32), p.copy()
    best, square, right = -1.0, np.empty((4, 4)), np.empty(4)
    left = steps
    while left >= 0:
        read(film, mirrored, onto, frame, now, columns)
        products = np.dot(columns, columns.T).astype(np.float64)
        mean, other = products[0, 6] / pixels, products[1, 6] / pixels
        mine, theirs = products[0, 0] - pixels * mean * mean, products[1, 1] - pixels * other * other
        if mine <= 1e-6 or theirs <= 1e-6:
            break
        shared = products[0, 1] - pixels * mean * other
        match = shared / np.sqrt(mine * theirs)
        if match > best and possible(now, limits):
            best = match
            p[:] = now
        if left == 0:
            break
        gain = shared / mine  # the contrast of the moved film that fits best; a change of it alone is no step
        if gain <= 0:
            break
        for i in range(4):
            slope = products[2 + i, 6] / pixels
            along = products[0, 2 + i] - pixels * slope * mean
            right[i] = (products[1, 2 + i] - pixels * slope * other) / gain - along
            for j in range(i, 4):
                beside = products[2 + j, 6] / pixels
                across = products[0, 2 + j] - pixels * beside * mean
                square[i, j] = products[2 + i, 2 + j] - pixels * slope * beside - along * across / mine
                square[j, i] = square[i, j]
            square[i, i] *= 1.0 + 1e-6
        change = solved(square, right)
        now = now + change
        left = min(left - 1, 0) if np.abs(change).max() < STILL else left - 1
    return best


@compiled
def descend_all(films, onto, pairs, p, asked, match, part):  # type: ignore[no-untyped-def]
    """`descend` of the pairs from `part[0]` to before `part[1]`.

    Args:
        pairs: (P, 3) row of a film, row of what it is moved onto, 1 where it is mirrored.
        p: (P, 4), moved. match: (P,), filled.
        asked: frame (see `read`), steps, limits.
    """
    for i in range(part[0], part[1]):
        match[i] = descend(films[pairs[i, 0]], pairs[i, 2] == 1, onto[pairs[i, 1]], p[i], asked[0], asked[1], asked[2])


@compiled
def warp(film, mirrored, p, out):  # type: ignore[no-untyped-def]  # (S, S) -> (S, S)
    """Moves a film; the edge is repeated."""
    side = film.shape[0]
    half, middle = side / 2.0, (side - 1) / 2.0
    for row in range(side):
        y = (row - middle) / half
        for col in range(side):
            x = (col - middle) / half
            across = (1 + p[0]) * x - p[1] * y + p[2]
            along = p[1] * x + (1 + p[0]) * y + p[3]
            u, v = min(max(across * half + middle, 0.0), side - 1.0), min(max(along * half + middle, 0.0), side - 1.0)
            left, top = min(int(u), side - 2), min(int(v), side - 2)
            fu, fv = u - left, v - top
            near, far = (side - 1 - left, side - 2 - left) if mirrored else (left, left + 1)
            upper = film[top, near] + fu * (film[top, far] - film[top, near])
            lower = film[top + 1, near] + fu * (film[top + 1, far] - film[top + 1, near])
            out[row, col] = upper + fv * (lower - upper)
