"""A lower bound of epsilon from one run: what the guesses of an attack prove of the training that it attacked."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench_core.errors import InputError, TooFewImages
from bench_core.membership.records import MembershipScores
from bench_core.membership.roc import patients_of

Rule = Literal["fixed", "bonferroni", "split"]
SHARES = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5)
"""Shares of the canaries that are guessed, of which `bonferroni` and `split` choose one."""


@dataclass(frozen=True)
class Audit:
    """What was guessed, and what it proves.

    Attributes:
        epsilon: the training was not (epsilon', delta) differentially private for any epsilon' below it; 0 proves nothing.
        canaries: patients of whom half were members; guesses: of how many membership was guessed; correct: how often rightly.
    """

    epsilon: float
    delta: float
    confidence: float
    canaries: int
    guesses: int
    correct: int
    rule: Rule


def epsilon_lower_bound(canaries: int, guesses: int, correct: int, delta: float = 0.0, beta: float = 0.05) -> float:
    """Largest epsilon at which so many correct guesses are less likely than `beta`; 0 where they prove nothing.

    Every canary must have been a member by the toss of a fair coin, and the guesses fixed before looking.

    Raises:
        InputError: numbers that cannot be.

    References:
        Steinke, Nasr, Jagielski 2023, arXiv:2305.08846, appendix D.
    """
    if not 0 <= correct <= guesses <= canaries or canaries < 1 or not 0 <= delta <= 1 or not 0 < beta < 1:
        given = f"canaries = {canaries}, guesses = {guesses}, correct = {correct}, delta = {delta}, beta = {beta}"
        raise InputError(f"An audit cannot be made of {given}.", "0 <= correct <= guesses <= canaries, delta in [0, 1], beta in (0, 1).")

    def chance(epsilon: float) -> float:
        return p_value(canaries, guesses, correct, epsilon, delta)

    if chance(0.0) >= beta:
        return 0.0
    low, high = 0.0, 1.0
    while chance(high) < beta:
        low, high = high, 2 * high
        if high > 64:
            return 64.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) < beta else (low, middle)
    return low


def p_value(canaries: int, guesses: int, correct: int, epsilon: float, delta: float) -> float:
    """Chance of `correct` or more right guesses if the training was (epsilon, delta) differentially private, at most."""
    from scipy.stats import binom

    q = 1 / (1 + np.exp(-epsilon))
    tail = float(binom.sf(correct - 1, guesses, q))
    if delta == 0 or correct == 0:
        return min(1.0, tail)
    below = np.cumsum(binom.pmf(np.arange(correct - 1, -1, -1), guesses, q))  # P[v > Bin >= v - i], i = 1 .. v
    return min(1.0, tail + 2 * canaries * delta * float((below / np.arange(1, correct + 1)).max()))


def audit(
    scores: MembershipScores,
    *,
    delta: float = 0.0,
    beta: float = 0.05,
    rule: Rule = "fixed",
    share: float = 0.1,
    seed: int = 0,
) -> Audit:
    """The bound from an attack's scores: its highest are guessed to be members, as many lowest not to be, on the rest it abstains.

    A patient is one canary (their highest score). Of the larger side so many are left out at random that half are members; a proof it is
    only where a coin decided who was trained on, otherwise an estimate.

    Args:
        rule: `fixed`: `share` of the canaries are guessed. `bonferroni`: the best of `SHARES`, each tested at beta / 6. `split`: the share
            is chosen on a random half of the canaries, and the bound made on the other.

    Raises:
        TooFewImages: fewer than 10 patients on one side.
    """
    patients = patients_of(scores)
    rng = np.random.default_rng(seed)
    sides = [np.flatnonzero(patients.member), np.flatnonzero(~patients.member)]
    n = min(map(len, sides))
    if n < 10:
        raise TooFewImages(f"An audit needs 10 patients on each side; there are {len(sides[0])} members and {len(sides[1])} others.")
    chosen = rng.permutation(np.concatenate([rng.permutation(side)[:n] for side in sides]))
    values, member = patients.values[chosen], patients.member[chosen]
    if rule == "fixed":
        return _bound(values, member, share, delta, beta, rule)
    if rule == "bonferroni":
        return max((_bound(values, member, one, delta, beta / len(SHARES), rule) for one in SHARES), key=lambda found: found.epsilon)
    half = len(values) // 2
    best = max(SHARES, key=lambda one: _bound(values[:half], member[:half], one, delta, beta, rule).epsilon)
    return _bound(values[half:], member[half:], best, delta, beta, rule)


def _bound(values: np.ndarray, member: np.ndarray, share: float, delta: float, beta: float, rule: Rule) -> Audit:
    """Guesses are made in the order of the scores; ties as they come, for the order of the canaries is random."""
    each = max(1, int(share * len(values) / 2))
    order = np.argsort(-values, kind="stable")
    correct = int(member[order[:each]].sum() + (~member[order[-each:]]).sum())
    epsilon = epsilon_lower_bound(len(values), 2 * each, correct, delta, beta)
    return Audit(epsilon, delta, 1 - beta, len(values), 2 * each, correct, rule)
