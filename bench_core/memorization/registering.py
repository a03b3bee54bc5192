"""How films of candidate pairs lie on each other, and how well."""

from dataclasses import dataclass

import numpy as np

from bench_core.registration.alignment import FINE, MARGIN, SIDE, Plates, moved, onto_template, register, relief
from bench_core.registration.poses import Poses


@dataclass(frozen=True, eq=False)
class Registered:
    """Of each pair: how the training film is moved onto the other one, and how well it then fits.

    Attributes:
        whole: (P,) correlation of the two reliefs.
        half: (P,) the same in the better one of the left and the right half: a lung that was put into another film shows there.
    """

    poses: Poses
    whole: np.ndarray
    half: np.ndarray


def registered(films: np.ndarray, train: np.ndarray, pairs: np.ndarray, template: np.ndarray) -> Registered:
    """Registers pairs (P, 2), rows of films (N, 64, 64) and of training films (M, 64, 64).

    Each pair starts where both lie on the template alike, as they are, and mirrored; the best of the three is kept.
    """
    mine, theirs, onto = Plates.of(films), Plates.of(train), Plates.of(template[None])
    rows, others = pairs[:, 0], pairs[:, 1]
    home, theirs_home = (onto_template(plates, onto)[0] for plates in (mine, theirs))
    starts = [theirs_home.take(others).then(home.take(rows).undone()), *(Poses.still(len(pairs), mirrored=m) for m in (False, True))]
    found = [register(theirs, mine, others, rows, start) for start in starts]
    best = np.argmax([match for _, match in found], axis=0)
    poses = Poses.joined([poses for poses, _ in found]).take(best * len(pairs) + np.arange(len(pairs)))
    lying = moved(theirs.films[others], poses)
    edge = SIDE // MARGIN
    a, b = (relief(x, FINE)[:, edge:-edge, edge:-edge] for x in (lying, mine.films[rows]))
    middle = a.shape[2] // 2
    halves = [_correlation(a[:, :, part], b[:, :, part]) for part in (slice(middle), slice(middle, None))]
    return Registered(poses, _correlation(a, b), np.maximum(*halves))


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:  # (P, H, W) twice -> (P,)
    a, b = (x.reshape(len(x), -1).astype(np.float64) for x in (a, b))
    a, b = (x - x.mean(axis=1, keepdims=True) for x in (a, b))
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    products: np.ndarray = np.einsum("nd,nd->n", a, b) / np.maximum(lengths, 1e-9)
    return products
