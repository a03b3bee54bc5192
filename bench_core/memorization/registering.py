"""How films of candidate pairs lie on each other, and how well: as wholes, in halves, at two scales, and outside of one region."""

from dataclasses import dataclass

import numpy as np

from bench_core.memorization.regions import Rest, rest_of
from bench_core.registration.alignment import FINE, MARGIN, Plates, at_half, moved, onto_template, register, relief
from bench_core.registration.poses import Poses

FINER = 128
"""Pixels a side at which vessels are compared too: films of different people are less alike there, noise is stronger."""
BETTER = 0.02
"""By so much more a half must correlate in a pose of its own for that pose to be kept."""


@dataclass(frozen=True, eq=False)
class Registered:
    """Of each pair: how the training film is moved onto the other one, and how well it then fits.

    Attributes:
        whole: (P,) correlation of the two reliefs.
        half: (P,) the same in the better one of the left and the right half: a lung that was put into another film shows there.
        fine: (P,) as `half`, at 128 pixels a side.
        rest: what they are outside of the region that leaves the rest most alike.
    """

    poses: Poses
    whole: np.ndarray
    half: np.ndarray
    fine: np.ndarray
    rest: Rest


def registered(films: np.ndarray, train: np.ndarray, pairs: np.ndarray, template: np.ndarray) -> Registered:
    """Registers pairs (P, 2), rows of films (N, 128, 128) and of training films (M, 128, 128); the template has 64 pixels a side.

    Each pair starts where both lie on the template alike, as they are, and mirrored; the best of the three is kept. From there either half
    is registered by itself: the other one may be somebody else's.
    """
    mine, theirs, onto = Plates.of(at_half(films)), Plates.of(at_half(train)), Plates.of(template[None])
    rows, others = pairs[:, 0], pairs[:, 1]
    home, theirs_home = (onto_template(plates, onto)[0] for plates in (mine, theirs))
    starts = [theirs_home.take(others).then(home.take(rows).undone()), *(Poses.still(len(pairs), mirrored=m) for m in (False, True))]
    found = [register(theirs, mine, others, rows, start) for start in starts]
    best = np.argmax([match for _, match in found], axis=0)
    poses = Poses.joined([poses for poses, _ in found]).take(best * len(pairs) + np.arange(len(pairs)))
    ways = [poses, *(register(theirs, mine, others, rows, poses, part)[0] for part in ("left", "right"))]
    coarse, fine = _reliefs(mine.films), _reliefs(films)
    fits = [_Fit.of(way, train[others], coarse[rows], fine[rows]) for way in ways]
    halves = np.array([fit.half for fit in fits])  # (3, P)
    chosen = np.where(halves[0] >= halves.max(axis=0) - BETTER, 0, np.argmax(halves, axis=0))
    kept = chosen * len(pairs) + np.arange(len(pairs))
    lying = np.concatenate([fit.lying for fit in fits])[kept]
    return Registered(
        Poses.joined(ways).take(kept), fits[0].whole, halves.max(axis=0), np.max([fit.fine for fit in fits], axis=0),
        rest_of(lying, coarse[rows]),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Fit:
    """How well training films fit in one of their poses: `lying` is their relief there, (P, 56, 56)."""

    lying: np.ndarray
    whole: np.ndarray
    half: np.ndarray
    fine: np.ndarray

    @classmethod
    def of(cls, poses: Poses, train: np.ndarray, coarse: np.ndarray, fine: np.ndarray) -> "_Fit":
        there = moved(train, poses)
        lying, finer = _reliefs(at_half(there)), _reliefs(there)
        return cls(lying, _correlation(lying, coarse), _in_halves(lying, coarse), _in_halves(finer, fine))


def _reliefs(films: np.ndarray) -> np.ndarray:
    """Without broad shades and edges."""
    edge = films.shape[1] // MARGIN
    return relief(np.asarray(films, np.float32), FINE)[:, edge:-edge, edge:-edge]


def _in_halves(a: np.ndarray, b: np.ndarray) -> np.ndarray:  # (P,)
    """Correlation in the better half."""
    middle = a.shape[2] // 2
    left, right = (_correlation(a[:, :, part], b[:, :, part]) for part in (slice(middle), slice(middle, None)))
    return np.asarray(np.maximum(left, right))


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:  # (P, H, W) twice -> (P,)
    a, b = (x.reshape(len(x), -1).astype(np.float64) for x in (a, b))
    a, b = (x - x.mean(axis=1, keepdims=True) for x in (a, b))
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    products: np.ndarray = np.einsum("nd,nd->n", a, b) / np.maximum(lengths, 1e-9)
    return products
