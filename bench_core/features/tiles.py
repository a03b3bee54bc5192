"""What is done with one tile of the products of two sets, compiled. Imported where it is needed: numba takes a while to load.

A tile `p` (S, T) holds the float32 products of centred rows. The squared distance of rows i and j lies between `low_a[i] + low_b[j] - 2 p`
and that plus twice `slack_a[i] + slack_b[j]` (`Pairs.bounds`). Where such a span does not decide, `gap` does, in float64.
Rows belong to one thread at a time; what is collected for columns belongs to the thread, and `merge` brings it together.
"""

import numpy as np
from numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy")
"""No fast mathematics: sums have one order wherever they are compiled into, so that equal pairs of rows get equal bits."""
summed = njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})


@compiled
def gap(x, i, y, j):  # type: ignore[no-untyped-def]  # (N, D), (M, D) float32
    """Squared Euclidean distance of row i and row j by differences in float64."""
    a = b = c = d = e = f = g = h = 0.0
    whole = x.shape[1] // 8 * 8
    for q in range(0, whole, 8):
        u0, u1 = np.float64(x[i, q]) - np.float64(y[j, q]), np.float64(x[i, q + 1]) - np.float64(y[j, q + 1])
        u2, u3 = np.float64(x[i, q + 2]) - np.float64(y[j, q + 2]), np.float64(x[i, q + 3]) - np.float64(y[j, q + 3])
        u4, u5 = np.float64(x[i, q + 4]) - np.float64(y[j, q + 4]), np.float64(x[i, q + 5]) - np.float64(y[j, q + 5])
        u6, u7 = np.float64(x[i, q + 6]) - np.float64(y[j, q + 6]), np.float64(x[i, q + 7]) - np.float64(y[j, q + 7])
        a += u0 * u0
        b += u1 * u1
        c += u2 * u2
        d += u3 * u3
        e += u4 * u4
        f += u5 * u5
        g += u6 * u6
        h += u7 * u7
    for q in range(whole, x.shape[1]):
        u0 = np.float64(x[i, q]) - np.float64(y[j, q])
        a += u0 * u0
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


@compiled
def unequal(x, y, p):  # type: ignore[no-untyped-def]  # (S, D), (T, D), (S, T)
    """Fills a tile so that `-2 p` is the number of unequal components, which float32 holds exactly."""
    for i in range(len(x)):
        for j in range(len(y)):
            count = 0
            for d in range(x.shape[1]):
                count += x[i, d] != y[j, d]
            p[i, j] = np.float32(-0.5) * np.float32(count)


@compiled
def insert(near, at, row, value, column):  # type: ignore[no-untyped-def]  # (N, W), (N, W)
    """Puts a value into a sorted row in the place of its last one."""
    place = near.shape[1] - 1
    while place > 0 and near[row, place - 1] > value:
        near[row, place] = near[row, place - 1]
        at[row, place] = at[row, place - 1]
        place -= 1
    near[row, place] = value
    at[row, place] = column


@compiled
def mark(p, low_a, low_b, limit_a, limit_b, lows, hits):  # type: ignore[no-untyped-def]  # (T,), two numbers and (T,) twice
    """Lower bounds of one row of a tile, and whether each is below either limit. Plain loops over whole slices: these become vectors."""
    for j in range(p.size):
        low = low_a + low_b[j] - np.float32(2) * p[j]
        lows[j] = low
        hits[j] = (low < limit_a) | (low < limit_b[j])


@compiled
def search(p, top, left, same, apart, low_a, low_b, codes_a, codes_b, near_a, at_a, near_b, at_b, limit_b):  # type: ignore[no-untyped-def]
    """Keeps the smallest lower bounds of each row, and of each column, in sorted lists (N, W) and (M, W).

    Args:
        same: both sets are one; each pair comes once, and no row with itself.
        apart: only rows with other codes (patient, content) count.
        limit_b: (M,) the last entries of `near_b`; -inf where no list is wanted.
    """
    width = p.shape[1]
    lows, hits = np.empty(width, np.float32), np.zeros(-(-width // 8) * 8, np.uint8)
    words, low_here, limit_here = hits.view(np.uint64), low_b[left : left + width], limit_b[left : left + width]
    for i in range(p.shape[0]):
        row = top + i
        start = max(0, row + 1 - left) if same else 0
        limit = near_a[row, -1] if near_a.shape[1] else -np.float32(np.inf)
        mark(p[i], low_a[row], low_here, limit, limit_here, lows, hits)
        for word in range(words.size):
            if not words[word]:
                continue
            for j in range(max(8 * word, start), min(8 * word + 8, width)):
                column, low = left + j, lows[j]
                if not (low < limit or low < limit_here[j]):
                    continue
                if apart and (codes_a[row, 0] == codes_b[column, 0] or codes_a[row, 1] == codes_b[column, 1]):
                    continue
                if low < limit:
                    insert(near_a, at_a, row, low, column)
                    limit = near_a[row, -1]
                if low < limit_here[j]:
                    insert(near_b, at_b, column, low, row)
                    limit_here[j] = near_b[column, -1]


@compiled
def merge(near, at, more, more_at, rows):  # type: ignore[no-untyped-def]  # (N, W) four times, a range of rows
    """Adds lists to lists."""
    for row in range(rows[0], rows[1]):
        for c in range(more.shape[1]):
            if more[row, c] >= near[row, -1]:
                break
            insert(near, at, row, more[row, c], more_at[row, c])


@compiled
def settle(x, y, exact, order, near, at, everything, out, out_at, undecided, rows):  # type: ignore[no-untyped-def]
    """The lists by exact distance, ties by `order` (M,), cut to (N, L) float64; whether what is not listed might belong there too.

    Args:
        exact: distances are Euclidean; else the lower bounds are exact already.
        everything: the lists hold all there is.
    """
    width, length = near.shape[1], out.shape[1]
    value, column = np.empty(width), np.empty(width, np.int64)
    for row in range(rows[0], rows[1]):
        count = 0
        for c in range(width):
            if near[row, c] == np.inf or (count >= length and near[row, c] > value[length - 1]):
                break  # lower bounds are sorted: none that follows is among the first
            j = at[row, c]
            d = gap(x, row, y, j) if exact else np.float64(near[row, c])
            place = count
            while place > 0 and (value[place - 1] > d or (value[place - 1] == d and order[column[place - 1]] > order[j])):
                value[place], column[place] = value[place - 1], column[place - 1]
                place -= 1
            value[place], column[place] = d, j
            count += 1
        for c in range(length):
            out[row, c] = value[c] if c < count else np.inf
            out_at[row, c] = column[c] if c < count else -1
        undecided[row] = not everything and near[row, -1] < np.inf and near[row, -1] <= out[row, -1]


@compiled
def rank(radii, centre, low, high, x, i, y, j):  # type: ignore[no-untyped-def]  # (N, K) sorted; the span of the squared distance of i and j
    """How many of a centre's radii are not larger than the distance: from there on, its balls hold the other row."""
    r, last = 0, radii.shape[1]
    while r < last and radii[centre, r] <= low:
        r += 1
    if r < last and radii[centre, r] <= high:
        d = gap(x, i, y, j)
        while r < last and radii[centre, r] <= d:
            r += 1
    return r


@compiled
def count(p, top, left, low_a, low_b, slack_a, slack_b, x, y, radii_a, radii_b, reach_a, reach_b, inside_a, inside_b):  # type: ignore[no-untyped-def]
    """Counts the balls that hold each row, by rank, in (N, K) and (M, K): balls of columns hold rows and the other way round.

    Args:
        radii_a: (N, K) squared, sorted; (N, 0) where such balls are not wanted.
        reach_a: (N,) float32, not below the last of `radii_a`; -inf where there is none; and so `reach_b`.
    """
    of_a, of_b, width = radii_a.shape[1], radii_b.shape[1], p.shape[1]
    lows, hits = np.empty(width, np.float32), np.zeros(-(-width // 8) * 8, np.uint8)
    words, low_here, reach_here = hits.view(np.uint64), low_b[left : left + width], reach_b[left : left + width]
    for i in range(p.shape[0]):
        row = top + i
        reach = reach_a[row]
        mark(p[i], low_a[row], low_here, reach, reach_here, lows, hits)
        for word in range(words.size):
            if not words[word]:
                continue
            for j in range(8 * word, min(8 * word + 8, width)):
                column, low = left + j, lows[j]
                high = np.float64(low) + 2 * (slack_a[row] + slack_b[column])
                if low < reach:
                    r = rank(radii_a, row, low, high, x, row, y, column)
                    if r < of_a:
                        inside_b[column, r] += 1
                if low < reach_here[j]:
                    r = rank(radii_b, column, low, high, x, row, y, column)
                    if r < of_b:
                        inside_a[row, r] += 1


@compiled
def rank_all(p, top, low_a, low_b, slack_a, slack_b, x, y, lists, reach_a, out):  # type: ignore[no-untyped-def]
    """Ranks of all columns among the listed distances (N, L) of each row: (N, M) uint8, L for those that are farther than all."""
    last = lists.shape[1]
    for i in range(p.shape[0]):
        row = top + i
        reach = reach_a[row]
        for j in range(p.shape[1]):
            low = low_a[row] + low_b[j] - np.float32(2) * p[i, j]
            out[row, j] = last
            if low < reach:
                high = np.float64(low) + 2 * (slack_a[row] + slack_b[j])
                out[row, j] = rank(lists, row, low, high, x, row, y, j)


@compiled
def inside_some(ranks, rows, places):  # type: ignore[no-untyped-def]  # (N, M) uint8, (n,), (n,) uint8 -> (M,)
    """How many of those rows' balls hold each column, where the radius is the listed distance at that place."""
    out = np.zeros(ranks.shape[1], np.int32)
    for i in range(rows.size):
        row, place = rows[i], places[i]
        for j in range(ranks.shape[1]):
            out[j] += ranks[row, j] <= place
    return out


@compiled
def pick(at, rows, here, content, k, places):  # type: ignore[no-untyped-def]  # (N, L), (n,), (M,) bool, (M,), places (n, k)
    """Places, in the lists of some rows, of the first k columns that are `here`, equal contents once (all of them if `content` is empty).

    It is -1 where a list has not that many. Equal contents are neighbours in a list, because it is sorted by distance and then by content.
    """
    for i in range(rows.size):
        found, last = 0, np.int64(-1)
        for c in range(at.shape[1]):
            if found == k:
                break
            j = at[rows[i], c]
            if j < 0 or not here[j]:
                continue
            if content.size:
                if content[j] == last:
                    continue
                last = content[j]
            places[i, found] = c
            found += 1
        places[i, found:] = -1


@compiled
def gaussian(cosine):  # type: ignore[no-untyped-def]
    """`exp(c / 100)` to 1e-15 by its series: |c| is at most 1."""
    z = cosine * 0.01
    return 1 + z * (1 + z * (1 / 2 + z * (1 / 6 + z * (1 / 24 + z * (1 / 120 + z * (1 / 720))))))


@summed
def kernels_of_row(p, scale, dot, length, dots, lengths, cubic, bell):  # type: ignore[no-untyped-def]  # (T,), three numbers, (T,) four times
    """Both kernels of one row, added to those of the columns; returns their sums."""
    cubes, bells = 0.0, 0.0
    for j in range(p.size):
        product = np.float64(p[j]) + (dot + dots[j])
        u = product * scale + 1
        cube, value = u * u * u, gaussian(product * (length * lengths[j]))
        cubic[j] += cube
        bell[j] += value
        cubes += cube
        bells += value
    return cubes, bells


@summed
def add_kernels(p, top, left, same, scale, dots_a, dots_b, lengths_a, lengths_b, sums_a, sums_b):  # type: ignore[no-untyped-def]
    """Adds both kernels to the sums of rows (2, N) and of columns (2, M): cubic first, Gaussian second. See `kernels`."""
    width = p.shape[1]
    cubic, bell, dots, lengths = np.zeros(width), np.zeros(width), dots_b[left : left + width], lengths_b[left : left + width]
    for i in range(p.shape[0]):
        row = top + i
        start = max(0, row + 1 - left) if same else 0
        if start < width:
            cubes, bells = kernels_of_row(
                p[i, start:], scale, dots_a[row], lengths_a[row], dots[start:], lengths[start:], cubic[start:], bell[start:]
            )
            sums_a[0, row] += cubes
            sums_a[1, row] += bells
    for j in range(width):
        sums_b[0, left + j] += cubic[j]
        sums_b[1, left + j] += bell[j]


@summed
def total(p, rows, columns, bell, scale, dots_a, dots_b, lengths_a, lengths_b):  # type: ignore[no-untyped-def]
    """Sum of one kernel over some rows and columns of a product."""
    out = 0.0
    for i in rows:
        dot, length, of_row = dots_a[i], lengths_a[i], 0.0
        if bell:
            for j in columns:
                of_row += gaussian((np.float64(p[i, j]) + (dot + dots_b[j])) * (length * lengths_b[j]))
        else:
            for j in columns:
                u = (np.float64(p[i, j]) + (dot + dots_b[j])) * scale + 1
                of_row += u * u * u
        out += of_row
    return out
