"""Where a synthetic film shows the same as a training film: a map of local likeness after registration, and what it says of the pair.

Films of different people have ribs, vessels and edges in different places, so that hardly any part of one correlates with the other,
however alike they are as wholes. A copy does everywhere, also after changes of exposure and contrast; one that was changed in one place
does everywhere outside that place: a template copy.

References:
    Template copies: Webster et al., arXiv:2305.08694, who compare outside of a mask that they make of many generations; here the mask is
    the one connected part in which a single pair differs. Local correlation is SSIM's structure term (Wang et al. 2004,
    doi:10.1109/TIP.2003.819861) on films without their broad shades.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench_core.registration.alignment import Plates, moved, register, relief, shrunk
from bench_core.registration.poses import Poses

SIDE = 128
"""Pixels a side of a map."""
EDGE = 8
"""Pixels of a map that are not compared: a film that was moved has nothing of its own there."""
SHADES, WINDOW = 6.0, 4.0
"""Standard deviations, in pixels of a map, of the shades that are taken off and of the window in which films are correlated."""
NOISE = 2.0
"""Squared grey levels that are noise: two flat places are not alike."""
SAME, OTHER = 0.8, 0.5
"""Local correlations from which on a place is the same, and up to which it is another."""
REST = 0.9
"""Of a template copy: this share of what lies outside the changed region is the same."""
REGIONS = (0.02, 0.5)
"""Of a template copy: shares of the film that the changed region may have."""


INSIDE = np.zeros((SIDE, SIDE), bool)
INSIDE[EDGE:-EDGE, EDGE:-EDGE] = True


@dataclass(frozen=True, eq=False)
class Likeness:
    """How alike the two films of a pair are, place by place.

    Attributes:
        correlation: (128, 128) local correlation in the place of the synthetic film; 0 at the edge, which is not compared.
        mirrored: the training film was mirrored for it.
    """

    correlation: np.ndarray
    mirrored: bool

    @property
    def share(self) -> float:
        """Share of the film that is the same."""
        return float((self.correlation[INSIDE] >= SAME).mean())

    @property
    def region(self) -> np.ndarray:  # (128, 128) bool
        """The largest connected part that is another."""
        from scipy.ndimage import binary_opening, label

        parts, count = label(binary_opening((self.correlation <= OTHER) & INSIDE, iterations=2))
        sizes = np.bincount(parts.ravel(), minlength=count + 1)[1:]
        found: np.ndarray = parts == 1 + int(sizes.argmax()) if count else np.zeros((SIDE, SIDE), bool)
        return found

    @property
    def template(self) -> float | None:
        """Of a template copy, the share of the film that the changed region has; None of any other pair."""
        from scipy.ndimage import binary_dilation

        area = INSIDE
        region = self.region
        share = float(region[area].mean())
        rest = area & ~binary_dilation(region, iterations=round(WINDOW))  # the window reaches over the border
        same = float((self.correlation[rest] >= SAME).mean()) if rest.any() else 0.0
        return share if REGIONS[0] <= share <= REGIONS[1] and same >= REST else None

    def film(self) -> np.ndarray:  # (128, 128) uint8
        """The map as it is laid over the synthetic film: from nothing at 0.5 to full at 1."""
        shown: np.ndarray = np.rint(255 * np.clip((self.correlation - OTHER) / (1 - OTHER), 0, 1)).astype(np.uint8)
        return shown


def likeness(films: Sequence[np.ndarray], training: Sequence[np.ndarray]) -> list[Likeness]:
    """The likeness of each film (H, W) uint8 and its training film, which is registered onto it, as it is and mirrored."""
    if not len(films):
        return []
    onto, small = (Plates.of(np.stack([shrunk(film) for film in group])) for group in (films, training))
    rows = np.arange(len(films))
    mine, theirs = relief(_squares(films), SHADES), _squares(training)
    maps = np.zeros((2, len(films), SIDE, SIDE), np.float32)  # as it is, mirrored
    for turned in (False, True):
        poses, _ = register(small, onto, rows, rows, Poses.still(len(films), mirrored=turned))
        maps[int(turned)] = _correlation(mine, relief(moved(theirs, poses), SHADES)) * INSIDE
    mirrored = maps[1].mean((1, 2)) > maps[0].mean((1, 2))
    return [Likeness(maps[int(turned), row], bool(turned)) for row, turned in enumerate(mirrored)]


def _squares(films: Sequence[np.ndarray]) -> np.ndarray:  # (N, 128, 128) float32
    from PIL import Image

    return np.stack([np.asarray(Image.fromarray(film).convert("F").resize((SIDE, SIDE), Image.Resampling.BOX)) for film in films])


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:  # (N, S, S) twice -> (N, S, S)
    """Correlation of two stacks of films within a Gaussian window around each place."""
    from scipy.ndimage import gaussian_filter

    def mean(films: np.ndarray) -> np.ndarray:
        return np.asarray(gaussian_filter(films, (0, WINDOW, WINDOW), mode="nearest"))

    of_a, of_b = mean(a), mean(b)
    spread_a, spread_b = mean(a * a) - of_a**2, mean(b * b) - of_b**2
    found: np.ndarray = (mean(a * b) - of_a * of_b) / np.sqrt((spread_a + NOISE) * (spread_b + NOISE))
    return found
