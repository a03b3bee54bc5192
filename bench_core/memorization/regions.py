"""Films that are the same outside of one region: template copies, of which a generator changed one part.

The region is whichever rectangle of tiles, up to half of the film, leaves the rest most alike. It is looked for in pairs of held-out and
training films just so, and these say how alike the rest of different people's films can be made: no cut is set by hand.

References:
    Template copies: Webster et al., arXiv:2305.08694, who compare outside of a mask that they make of many generations of a caption; here
    a set has one image of most prompts, so that the mask is looked for pair by pair, and its freedom is paid for by the held-out films.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

GRID = 8
"""Tiles along a side."""
MOST = GRID * GRID // 2
"""Tiles that the region may have: half of the film."""
NEARLY = 0.01
"""Correlation that the rest may lose to a smaller region: what is the same in any case is no part of it."""
SAME, CHANGED = 0.9, 0.8
"""Correlation from which on the rest of two films is the same, and up to which the region is another."""


@dataclass(frozen=True, eq=False)
class Rest:
    """What pairs of films are outside and inside of the region that leaves the rest most alike.

    Attributes:
        outside: (P,) the highest correlation that the rest of the two films can have.
        inside: (P,) their correlation in the smallest region that leaves nearly as much; 1 where none is needed.
        top, left, bottom, right: (P,) edges of the region, as shares of what is compared.
    """

    outside: np.ndarray
    inside: np.ndarray
    top: np.ndarray
    left: np.ndarray
    bottom: np.ndarray
    right: np.ndarray

    def columns(self) -> dict[str, np.ndarray]:
        """As a table of pairs has it."""
        edges = {f"region_{name}": getattr(self, name) for name in ("top", "left", "bottom", "right")}
        return {"outside": self.outside, "inside": self.inside, **edges}

    @property
    def area(self) -> np.ndarray:  # (P,)
        """Share of the film that the region has."""
        return np.asarray((self.bottom - self.top) * (self.right - self.left))


def templates(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs with `template`: how much alike the rest is where one region was changed, else -1 (also of whole copies, and of strangers)."""
    changed = (pairs["outside"] >= SAME) & (pairs["inside"] <= CHANGED)
    return pairs.assign(template=np.where(changed, pairs["outside"], -1.0))


def _boxes() -> np.ndarray:  # (R, 4): top, left, bottom, right in tiles, smallest first; the first is empty
    found = [(0, 0, 0, 0)]
    for height in range(1, GRID + 1):
        for width in range(1, min(GRID, MOST // height) + 1):
            found += [(t, w, t + height, w + width) for t in range(GRID - height + 1) for w in range(GRID - width + 1)]
    return np.array(sorted(found, key=lambda box: (box[2] - box[0]) * (box[3] - box[1])))


BOXES = _boxes()


def rest_of(a: np.ndarray, b: np.ndarray) -> Rest:
    """Compares films that lie on each other, (P, S, S) float32 twice, without their broad shades and edges."""
    whole = _sums(a, b)  # (P, 6, G + 1, G + 1)
    outside, inside = np.empty(len(a)), np.empty(len(a))
    best = np.empty(len(a), int)
    t, left, bottom, right = BOXES.T
    for row, sums in enumerate(whole):
        within = sums[:, bottom, right] - sums[:, t, right] - sums[:, bottom, left] + sums[:, t, left]  # (6, R)
        found = _correlation(sums[:, -1:, -1] - within)
        outside[row] = found.max()
        best[row] = int(np.argmax(found >= outside[row] - NEARLY))
        inside[row] = _correlation(within[:, best[row]]) if best[row] else 1.0
    return Rest(outside, inside, *(BOXES[best].T / GRID))


def _sums(a: np.ndarray, b: np.ndarray) -> np.ndarray:  # (P, 6, G + 1, G + 1) float64
    """Sums over all tiles above and left of each corner: count, a, b, a a, b b, a b."""
    side = a.shape[1]
    edges = np.linspace(0, side, GRID + 1).round().astype(int)[:-1]
    out = np.zeros((len(a), 6, GRID + 1, GRID + 1))
    for place, values in enumerate((np.ones_like(a[:1]), a, b, a * a, b * b, a * b)):
        tiles = np.add.reduceat(np.add.reduceat(values.astype(np.float64), edges, axis=1), edges, axis=2)
        out[:, place, 1:, 1:] = tiles.cumsum(1).cumsum(2)
    return out


def _correlation(sums: np.ndarray) -> np.ndarray:  # (6, ...) -> (...)
    n, of_a, of_b, aa, bb, ab = sums
    n = np.maximum(n, 1)
    spread = (aa - of_a * of_a / n) * (bb - of_b * of_b / n)
    found: np.ndarray = (ab - of_a * of_b / n) / np.sqrt(np.maximum(spread, 1e-12))
    return found
