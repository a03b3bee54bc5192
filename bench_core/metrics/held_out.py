"""How near held-out patients come to training images by chance, and the exact test of how many synthetic images come nearer.

**The cut** is where a small share of held-out patients lies below. Every patient counts once, whatever the number of images: an image
of a patient who has three weighs a third. P patients support no smaller share than 1 / (P + 1).

**The test** is exact by exchangeability: a perfect generator's images are as new patients are, so that in the common order of M of them
and P held-out patients every arrangement is equally likely. How many lie before the k-th held-out patient then has a negative
hypergeometric distribution, whose spread holds that of the cut. Where patients or prompts have several images, one of each is drawn,
again and again, and twice the mean of the p-values is a p-value.

References:
    Negative hypergeometric: Johnson, Kemp & Kotz 2005, Univariate Discrete Distributions, section 6.2.2. Twice the mean of p-values:
    Rueschendorf 1982, Annals of Statistics 10; Vovk & Wang 2020, Biometrika 107, arXiv:1212.4966.
"""

import numpy as np

from bench_core.features import FeatureSet
from bench_core.features.orders import by_content
from bench_core.records import CopyCount

DRAWS = 20


def nearest_ratios(features: FeatureSet, train: FeatureSet) -> np.ndarray:  # (N,) float32
    """Distance of each image to its nearest training image, over that one's distance to the nearest one of another patient.

    Raises:
        TooFewImages: the training images are all of one patient, or all the same.
    """
    distances, rows = features.neighbours(train, 1)  # (N, 1)
    ratios: np.ndarray = (distances[:, 0] / train.radius(1)[rows[:, 0]]).astype(np.float32)
    return ratios


def rank_of(share: float, patients: int) -> int:
    """Which of the held-out patients, from the nearest one on, is the cut that this share lies below: at least the first."""
    return max(1, int(np.floor(share * (patients + 1) + 1e-9)))


def cut(values: np.ndarray, patients: np.ndarray, rank: int) -> float:  # (N,), (N,)
    """The value below which fewer than `rank` patients lie, each weighing 1 in all."""
    of = np.unique(patients, return_inverse=True)[1]
    order = np.argsort(values, kind="stable")
    weights = np.cumsum((1 / np.bincount(of))[of[order]])
    return float(values[order[int(np.searchsorted(weights, rank - 1e-9))]])


def count_below(values: np.ndarray, synthetic: FeatureSet, held_out: np.ndarray, real: FeatureSet, share: float) -> CopyCount:
    """How many synthetic images lie below the cut of that share of held-out patients, and what chance says of it.

    Args:
        values: (M,) how near the synthetic images are, of whatever measure.
        held_out: (N,) the same of the real images.
    """
    patients = len(np.unique(real.units))
    rank = rank_of(share, patients)
    at = cut(held_out, real.units, rank)
    found = int((values < at).sum())
    prompts = len(np.unique(synthetic.units))
    single = prompts == len(values) and patients == len(held_out)
    if single:
        chance = chance_of(found, prompts, patients, rank)
    else:
        rng = np.random.default_rng(0)
        mine, theirs = (v[_one_each(f, rng)] for v, f in ((values, synthetic), (held_out, real)))  # (DRAWS, M'), (DRAWS, P)
        cuts = np.partition(theirs, rank - 1, axis=1)[:, rank - 1]
        counts, times = np.unique((mine < cuts[:, None]).sum(axis=1), return_counts=True)
        chances = [chance_of(int(count), prompts, patients, rank) for count in counts]
        chance = min(1.0, 2 * float(np.average(chances, weights=times)))
    return CopyCount(
        found=found, images=len(values), asked=share, share=rank / (patients + 1), patients=patients, prompts=prompts, cut=at,
        most=most_by_chance(len(values), patients, rank), chance=chance,
    )  # fmt: skip


def chance_of(found: int, synthetic: int, patients: int, rank: int) -> float:
    """How likely so many, or more, of the synthetic images of a perfect generator lie before the held-out patient of that rank.

    They do if fewer than `rank` of the first `found + rank - 1` in the common order are held-out patients.
    """
    from scipy.special import gammaln

    if found == 0:
        return 1.0
    first = found + rank - 1
    held = np.arange(max(0, first - synthetic), min(rank - 1, patients) + 1)

    def ways(n: int, k: np.ndarray | int) -> np.ndarray:
        return np.asarray(gammaln(n + 1) - gammaln(np.asarray(k) + 1) - gammaln(n - np.asarray(k) + 1))

    logs = ways(patients, held) + ways(synthetic, first - held) - ways(synthetic + patients, first)
    return min(1.0, float(np.exp(logs).sum()))


def most_by_chance(synthetic: int, patients: int, rank: int) -> int:
    """The largest number of images that a perfect generator has below the cut in 95 cases of 100."""
    low, high = 0, synthetic
    while low < high:
        middle = (low + high) // 2
        if chance_of(middle + 1, synthetic, patients, rank) <= 0.05:
            high = middle
        else:
            low = middle + 1
    return low


def _one_each(features: FeatureSet, rng: np.random.Generator) -> np.ndarray:  # (DRAWS, U) rows
    """One image of each unit, at random, DRAWS times; the same whatever the order of rows."""
    order = by_content(features)
    units = np.unique(features.units[order], return_index=True, return_inverse=True)
    of = np.argsort(np.argsort(units[1]))[units[2]]  # units in the order of their first image
    grouped = order[np.argsort(of, kind="stable")]
    counts = np.bincount(of)
    starts = np.cumsum(counts) - counts
    return np.asarray(grouped[starts + np.floor(rng.random((DRAWS, len(counts))) * counts).astype(int)])
