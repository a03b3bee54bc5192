"""How wide: closed forms behind intervals and ranges, from how many units there are and how much one counts.

`scipy.special` is loaded where it is used: without intervals nothing here needs it, and it takes a third of a second.

References:
    Jeffreys interval of a share, and its forecast: Brown, Cai & DasGupta 2001, Statistical Science 16. Scores whose first order vanishes
    (squared distances between equal distributions): Serfling 1980, Approximation Theorems of Mathematical Statistics, chapter 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sizes:
    """Units behind a range.

    Attributes:
        player: units of a player, whose score one draw is.
        candidate: units of the whole synthetic set.
        pool: real units, as many evenly drawn ones as those that played are worth.
        draws: over how many draws `matched` and the null are means.
    """

    player: int
    candidate: float
    pool: float
    draws: int

    def unsettled(self, order: int) -> float:
        """What of the variance of one draw is left of both means after all draws: of sums over units, or over pairs of them."""
        return sum(max(0.0, 1 - (self.player / whole) ** order) for whole in (self.candidate, self.pool)) / self.draws


def first_order(sizes: Sizes, kept: float = 1.0) -> float:
    """Variance of `matched` minus the mean null, over the variance that one unit adds to a mean of units in one draw.

    Args:
        kept: see `kept_share`. The rest of that variance is drawn anew each time, for `matched` and for the null.
    """
    one = 1 / sizes.candidate + 1 / sizes.pool + sizes.unsettled(1) / sizes.player
    return kept * one + (1 - kept) * 2 / (sizes.draws * sizes.player)


def kept_share(images: Sequence[np.ndarray], values: Sequence[np.ndarray]) -> float:  # of each draw (c,), (c,)
    """What part of how images differ in one draw they keep in all of them, 0 to 1.

    Whether an image lies in a ball, or is nearer to one set than to the other, depends on the half of `real` that it is compared with: a
    mean over draws has less of that than a single draw. Components of variance, the mean of each draw taken off; 1 where no image is drawn
    twice. Another image of the same patient is another one: of few images a mean over draws is no mean over all that there could be.
    """
    of = np.unique(np.concatenate([*images, np.empty(0, int)]), return_inverse=True)[1]
    apart = np.concatenate([*(each - each.mean() for each in values if len(each)), np.empty(0)])
    groups = int(of.max()) + 1 if len(of) else 0
    whole = float((apart**2).sum())
    if len(of) == groups or not whole:
        return 1.0
    means = np.bincount(of, weights=apart) / np.bincount(of)
    anew = float(((apart - means[of]) ** 2).sum()) / (len(of) - groups)
    return float(np.clip(1 - anew * len(of) / whole, 0.0, 1.0))


def second_order(sizes: Sizes, against: int, tails: float) -> float:
    """The same where scores vary through pairs of units, over the variance of one pair; a draw has `against` real units on its side.

    Near equal distributions a squared distance is a sum over pairs: of synthetic, of real and of mixed ones. With heavy tails single units
    decide it, and it varies as a mean of units does; in between lies what `tails` (see `heaviness`) from 1 to 1.5 say.
    """
    one = pairs(sizes.player, against)
    light = (1 / sizes.candidate + 1 / sizes.pool) ** 2 + sizes.unsettled(2) * one
    heavy = first_order(sizes) * sizes.player * one
    return light + float(np.clip(2 * (tails - 1), 0, 1)) * max(0.0, heavy - light)


def heaviness(values: np.ndarray, covariance: np.ndarray) -> float:  # (N, D), (D, D)
    """How much squared distances from the mean vary, over what they would if features were normal; of clusters below 1."""
    far = ((values - values.mean(axis=0)) ** 2).sum(axis=1, dtype=np.float64)  # (N,)
    normal = 2 * float((covariance**2).sum()) / float(np.trace(covariance)) ** 2 if far.any() else 1.0
    return float(np.var(far)) / float(far.mean()) ** 2 / normal if far.any() else 0.0


def pairs(player: int, against: int) -> float:
    """Variance of one such draw, given the real units that it is compared with, over that of the kernel of one pair."""
    return 1 / player**2 + 2 / (player * max(against, 1))


def worth(share: float, variance: float, n: float) -> float:
    """How many yes-or-no answers one value between 0 and 1 is worth, from mean and variance of n of them; 1 for yes and no themselves.

    Half a yes and half a no are added, so that n equal values are not worth endlessly many.
    """
    mean = (share * n + 0.5) / (n + 1)
    spread = (variance * n + 0.5 * (1 - mean) ** 2 + 0.5 * mean**2) / (n + 1)
    return max(1.0, mean * (1 - mean) / spread)


def share_interval(share: float, n: float) -> tuple[float, float]:
    """Jeffreys' 95 percent interval of a share of n."""
    from scipy.special import betaincinv

    found = min(max(share, 0.0), 1.0) * n
    low = 0.0 if found <= 0 else float(betaincinv(found + 0.5, n - found + 0.5, 0.025))
    high = 1.0 if found >= n else float(betaincinv(found + 0.5, n - found + 0.5, 0.975))
    return low, high


def share_range(share: float, worth: float, sizes: Sizes) -> tuple[float, float]:
    """Where the share falls among as many new units as the candidate has, 95 times in 100, seen so many in the pool."""
    from scipy.special import betaln

    n, pool = max(1, int(sizes.candidate * worth)), sizes.pool * worth
    found = min(max(share, 0.0), 1.0) * pool
    a, b, counts = found + 0.5, pool - found + 0.5, np.arange(n + 1)
    chance = np.exp(_ways(n, counts) + betaln(counts + a, n - counts + b) - betaln(a, b))  # beta-binomial
    low, high = np.searchsorted(np.cumsum(chance), [0.025, 0.975]) / n
    return float(low), min(float(high), 1.0)


def chance_of_difference(found: int, n: int, others: int, m: int) -> float:
    """Fisher's exact test: how likely `found` of n and `others` of m would differ by so much, or more, if they were drawn alike."""
    counts = np.arange(max(0, found + others - m), min(n, found + others) + 1)
    chance = np.exp(_ways(n, counts) + _ways(m, found + others - counts) - _ways(n + m, np.array(found + others)))
    return min(1.0, float(chance[chance <= chance[found - counts[0]] * (1 + 1e-7)].sum()))


def _ways(n: int, counts: np.ndarray) -> np.ndarray:
    """Logarithm of how many ways there are to choose so many of n."""
    from scipy.special import gammaln

    return np.asarray(gammaln(n + 1) - gammaln(counts + 1) - gammaln(n - counts + 1))


def shared_by_units(values: np.ndarray, units: np.ndarray) -> float:  # (N, D), (N,)
    """What part of how images vary is shared by the images of a unit, 0 to 1: of the components of variance, by Frobenius norms.

    Scores that look at small regions of the space share less. With few units for the number of features it comes out too large, and a range
    too wide.
    """
    of = np.unique(units, return_inverse=True)[1]
    each = np.bincount(of).astype(float)
    n, groups = len(values), len(each)
    if groups == n or groups < 2:
        return 1.0
    apart = values.astype(np.float64) - values.mean(axis=0, dtype=np.float64)
    means = np.zeros((groups, values.shape[1]))
    np.add.at(means, of, apart)
    means /= each[:, None]
    rest = apart - means[of]
    within = rest.T @ rest / (n - groups)
    between = ((means * each[:, None]).T @ means / (groups - 1) - within) / ((n - (each**2).sum() / n) / (groups - 1))
    whole = float(np.linalg.norm(between + within))
    return min(1.0, float(np.linalg.norm(between)) / whole) if whole else 1.0


def effective_units(units: np.ndarray, shared: float) -> float:  # (N,)
    """How many independent images those of some units are worth, where they share that part of their variance; at least the units."""
    each = np.bincount(np.unique(units, return_inverse=True)[1]).astype(float)
    return max(float(len(each)), len(units) / (1 + (float((each**2).sum()) / len(units) - 1) * shared))


def design_effect(values: np.ndarray, units: np.ndarray) -> float:  # (N,), (N,)
    """How many times the variance of the mean is that of as many independent images, because those of one unit are alike; at least 1."""
    apart = values - values.mean()
    sums = np.bincount(np.unique(units, return_inverse=True)[1], weights=apart)
    single = float((apart**2).sum())
    return max(1.0, float((sums**2).sum()) / single) if single and len(sums) > 1 else 1.0
