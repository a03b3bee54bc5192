"""The bound of one run against the numbers of the paper's appendix, and against made leaks."""

import numpy as np
import pytest

from bench_core.errors import InputError, TooFewImages
from bench_core.membership import MembershipScores, audit, epsilon_lower_bound


@pytest.mark.parametrize(
    ("canaries", "guesses", "correct", "delta", "epsilon"), [(1000, 100, 75, 1e-4, 0.67298), (100_000, 1510, 1439, 1e-5, 2.67585)]
)
def test_the_numbers_of_the_paper(canaries: int, guesses: int, correct: int, delta: float, epsilon: float) -> None:
    assert epsilon_lower_bound(canaries, guesses, correct, delta, 0.05) == pytest.approx(epsilon, abs=2e-5)


def test_what_proves_nothing_is_0_and_delta_only_weakens() -> None:
    assert epsilon_lower_bound(100, 100, 50) == 0 == epsilon_lower_bound(100, 0, 0)
    assert epsilon_lower_bound(100, 20, 20, 0.0) > epsilon_lower_bound(100, 20, 20, 1e-3) > 0
    assert epsilon_lower_bound(10**6, 10**6, 10**6) > 5
    with pytest.raises(InputError, match="correct = 11"):
        epsilon_lower_bound(100, 10, 11)


def scores(shift: float, n: int = 300, seed: int = 0) -> MembershipScores:
    rng = np.random.default_rng(seed)
    member = np.arange(2 * n) < n
    return MembershipScores(rng.normal(size=2 * n) + shift * member, member, np.arange(2 * n))


@pytest.mark.parametrize("rule", ["fixed", "bonferroni", "split"])
def test_a_leak_is_proven_and_its_absence_is_not(rule: str) -> None:
    assert audit(scores(3.0), rule=rule).epsilon > 1  # type: ignore[arg-type]
    bounds = [audit(scores(0.0, seed=seed), rule=rule).epsilon for seed in range(40)]  # type: ignore[arg-type]
    assert sum(bound > 0 for bound in bounds) <= 6  # 5 % of the runs, and chance


def test_half_of_the_canaries_are_members_and_a_patient_is_one() -> None:
    one = scores(3.0, n=100)
    uneven = MembershipScores(one.values[:150], one.member[:150], np.arange(150) // 2)
    found = audit(uneven, share=0.2)
    assert (found.canaries, found.guesses) == (50, 10) and found.correct <= 10
    with pytest.raises(TooFewImages, match="needs 10 patients on each side; there are 50 members and 5 others"):
        audit(uneven.take(np.arange(110)))
