"""Who plays the perfect generator, and who is read against: the held-out patients, dealt out anew for every repeat.

A generator's n films are one film each of n patients. Their films come from a pool of at most twice as many patients, which is drawn
once, so that spoiled films are encoded once. Of all other patients some stay spare, for faults that put other patients' films in; the
rest, with all of their films, are the real set of that repeat. No patient is ever on two sides.
"""

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from bench_core.engine.scoring.units import units_of
from bench_core.errors import InputError
from bench_core.features import FeatureSet
from bench_core.features.orders import by_content

POOL = 2
"""Patients of the pool for each film of a generator."""
FEWEST_AGAINST = 20
"""Patients to be read against, at least; and at least half as many as the generator has films."""
MOST_SPARE = 1 / 3
"""Of the patients who do not play the generator, those who stay spare, at most."""


@dataclass(frozen=True, eq=False)
class Draw:
    """One repeat: rows of the held-out films.

    Attributes:
        own: (n,) one film each of the patients of the generator, as places in the pool.
        spare: one film each of others, as rows of `Patients.firsts`.
        against: all films of the rest.
    """

    own: np.ndarray
    spare: np.ndarray
    against: np.ndarray


class Patients:
    """The patients of a real set, for generators of n films.

    Attributes:
        firsts: (U,) one film of each patient, in a random order; the first `pool` of them are the pool.

    Raises:
        InputError: there are too few; says how many films there may be.
    """

    def __init__(self, real: FeatureSet, n: int, seed: int, name: str = "real") -> None:
        units = units_of("real", {"real": real})
        self.n, self._seed, self._of = n, seed, units.of
        left = len(units) - n
        if left < max(FEWEST_AGAINST, n // 2):
            most = min(len(units) - FEWEST_AGAINST, len(units) * 2 // 3)
            fix = f"Ask for at most n = {most}, or give a larger real set." if most >= FEWEST_AGAINST else "Give a larger real set."
            raise InputError(
                f"{name} has {units.counted()}: of n = {n} films of a generator {max(0, left)} {units.word} are left to be read against, "
                f"and {max(FEWEST_AGAINST, n // 2)} are needed.",
                fix,
            )
        order = self._rng("films").permutation(by_content(real))
        first = order[np.sort(np.unique(units.of[order], return_index=True)[1])]
        self.firsts = first[self._rng("patients").permutation(len(first))]
        self.pool = min(POOL * n, len(units))

    def draw(self, repeat: int) -> Draw:
        """Who is on which side in that repeat."""
        rng = self._rng("repeat", repeat)
        own = rng.permutation(self.pool)[: self.n]
        others = np.setdiff1d(np.arange(len(self.firsts)), own)
        spare = rng.permutation(others)[: min(self.n, int(MOST_SPARE * len(others)))]
        taken = self._of[self.firsts[np.concatenate([own, spare])]]
        return Draw(own, spare, np.flatnonzero(~np.isin(self._of, taken)))

    def _rng(self, *parts: object) -> np.random.Generator:
        return np.random.default_rng([self._seed, self.n, crc32(repr(parts).encode())])


def one_film_each(features: FeatureSet, count: int, seed: int) -> np.ndarray:  # (min(count, U),)
    """Rows of one film each of so many patients, or of all."""
    rng = np.random.default_rng([seed, count])
    order = rng.permutation(by_content(features))
    units = units_of("train", {"train": features}).of
    return order[np.sort(np.unique(units[order], return_index=True)[1])][:count]
