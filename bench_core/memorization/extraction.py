"""Images that a generator makes again and again for one prompt, whatever the seed: near-identical outputs, found as cliques.

Two outputs of a prompt are joined where they are closer than films of different people almost ever are: by the largest of the distances
between their tiles, or by the distance of their features. A model that learned the distribution answers a prompt with different people; one
that learned a film by heart answers with that film. Who is shown is not said here: only a training image that lies nearer than held-out
patients do makes a clique an extracted film. Without one it is a generator that has little to say.

References:
    Carlini et al. 2023, arXiv:2301.13188, section 4: many images of one prompt, an edge where the largest distance of tiles is small,
    cliques of at least 10. There the cut was set by hand on photographs; here it is where a stated share of pairs of held-out real films
    of different patients lies below, for tiles and for features half of it each. Outputs for different prompts, the other possible
    control, are themselves repeats where a model repeats itself: phantom-ldm-overfit shows the same film for 1 % of them. Films are
    brought to mean 0 and spread 1 first. Cliques are grown greedily, the largest taken out first: exact maximum cliques take exponential
    time, and what is found is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench_core.errors import InputError, NotPossible

LEAST = 10
"""Images of a clique."""
SHARE = 0.0001
"""Pairs of real films of different patients that may be joined by chance."""
SIDE, TILES = 64, 4
"""Pixels a side at which films are compared, and tiles along a side."""
FEWEST_PATIENTS, PATIENTS = 10, 300
"""Held-out patients on whose pairs the cuts are set: at least, and at most (45,000 pairs)."""


@dataclass(frozen=True)
class Looks:
    """Images by the two things that are compared.

    Attributes:
        films: (N, 64, 64) grey levels.
        features: (N, D), of an encoder that sees copies.
    """

    films: np.ndarray
    features: np.ndarray


@dataclass(frozen=True)
class Recurring:
    """What comes again and again.

    Attributes:
        cliques: rows of the images of each, largest first; an image is in one at most.
        looked: rows of the images of prompts that have enough of them.
        cuts: of tiles and of features, below which two images are joined.
    """

    cliques: tuple[np.ndarray, ...]
    looked: np.ndarray
    cuts: tuple[float, float]


def recurring(images: Looks, prompts: np.ndarray, people: Looks, *, least: int = LEAST, share: float = SHARE) -> Recurring:
    """Cliques of near-identical images of one prompt.

    Args:
        prompts: (N,) what each image was asked for.
        people: held-out real films, one a patient.

    Raises:
        InputError: fewer than 3 images of a clique, or a share out of range.
        NotPossible: no prompt has so many images, or there are too few patients to say how alike different people are.
    """
    if least < 3 or not 0 < share <= 0.05:
        raise InputError(
            f"Cliques of {least} images at {share:g} of chance edges cannot be looked for.", "Ask for 3 or more, at up to 0.05."
        )
    names, of, counts = np.unique(prompts, return_inverse=True, return_counts=True)
    if counts.max(initial=0) < least:
        raise NotPossible(*too_few_seeds("No prompt", least, int(counts.max(initial=0))))
    if len(people.films) < FEWEST_PATIENTS:
        raise NotPossible(
            f"{len(people.films)} held-out patients do not say how alike different people are.",
            f"Name a real set of {FEWEST_PATIENTS} or more.",
        )
    a, b = np.triu_indices(len(people.films), 1)
    cuts = (_cut(_tiled(_tiles(people.films), a, b), share / 2), _cut(_plain(people.features, a, b), share / 2))
    tiles = _tiles(images.films)
    groups = [np.flatnonzero(of == group) for group in np.flatnonzero(counts >= least)]
    found = [rows[clique] for rows in groups for clique in cliques(_joined(tiles[rows], images.features[rows], cuts), least)]
    return Recurring(tuple(sorted(found, key=len, reverse=True)), np.sort(np.concatenate(groups)), cuts)


def too_few_seeds(which: str, least: int, most: int) -> tuple[str, str]:
    """What is said where no prompt has enough images, and the fix."""
    return (
        f"{which} has {least} images: the most that one has is {most}.",
        f"Generate many seeds of a few prompts, such as generate --count {2 * least}, and look there.",
    )


def cliques(edges: np.ndarray, least: int) -> Iterator[np.ndarray]:  # (n, n) bool
    """Rows of cliques of at least so many, each grown greedily from its best connected image and then taken out, until none is left."""
    left = edges & ~np.eye(len(edges), dtype=bool)
    while True:
        near = left.sum(axis=1) >= least - 1
        grown = [_grown(left, int(seed)) for seed in np.flatnonzero(near)[np.argsort(-left.sum(axis=1)[near], kind="stable")]]
        best = max(grown, key=len, default=np.empty(0, int))
        if len(best) < least:
            return
        yield np.sort(best)
        left[best] = False
        left[:, best] = False


def _grown(edges: np.ndarray, seed: int) -> np.ndarray:
    """The clique to which always that image is added which leaves most others possible."""
    inside, possible = [seed], edges[seed].copy()
    while possible.any():
        rows = np.flatnonzero(possible)
        added = int(rows[np.argmax(edges[np.ix_(rows, rows)].sum(axis=1))])
        inside.append(added)
        possible &= edges[added]
    return np.array(inside)


def _tiles(films: np.ndarray) -> np.ndarray:  # (N, 64, 64) -> (N, 16, 256) float32
    flat = films.reshape(len(films), -1).astype(np.float32)
    flat = (flat - flat.mean(1, keepdims=True)) / np.maximum(flat.std(1, keepdims=True), 1e-6)
    size = SIDE // TILES
    split = flat.reshape(len(films), TILES, size, TILES, size).swapaxes(2, 3)
    return np.ascontiguousarray(split.reshape(len(films), TILES * TILES, size * size))


def _tiled(tiles: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:  # (pairs,)
    """The largest root mean square difference over the tiles of each pair."""
    found = np.empty(len(a))
    for start in range(0, len(a), 4_096):
        part = slice(start, start + 4_096)
        found[part] = np.sqrt(np.square(tiles[a[part]] - tiles[b[part]]).mean(axis=2).max(axis=1))
    return found


def _plain(features: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:  # (pairs,)
    parts = [slice(start, start + 4_096) for start in range(0, len(a), 4_096)]
    return np.concatenate([np.linalg.norm(features[a[p]] - features[b[p]], axis=1) for p in parts])


def _cut(distances: np.ndarray, share: float) -> float:
    """The distance below which no more than that share of the pairs lies: the smallest of all where they are too few for it."""
    rank = max(1, int(np.floor(share * (len(distances) + 1))))
    return float(np.partition(distances, rank - 1)[rank - 1])


def _joined(tiles: np.ndarray, features: np.ndarray, cuts: tuple[float, float]) -> np.ndarray:  # (n, n) bool
    a, b = np.triu_indices(len(tiles), 1)
    edges = np.zeros((len(tiles), len(tiles)), bool)
    edges[a, b] = (_tiled(tiles, a, b) < cuts[0]) | (_plain(features, a, b) < cuts[1])
    return edges | edges.T
