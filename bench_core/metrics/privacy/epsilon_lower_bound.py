from functools import cache
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.membership import MembershipScores, patients_of
from bench_core.membership import epsilon_lower_bound as bound
from bench_core.metrics.attacked import attacked
from bench_core.registry import metric

SHARES = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5)
DRAWS = 25
"""Draws of as many training patients as there are others; the bound is that of the median draw."""


@metric(
    title="Epsilon, lower bound",
    family="privacy",
    goal="minimize",
    bounds=(0, None),
    paper="arXiv:2305.08846",
    heavy=True,
    slow_repeats=True,
    formula=r"\max_{r} \left\{ \varepsilon : \Pr\left[\mathrm{Bin}(r, \tfrac{1}{1 + e^{-\varepsilon}}) \ge v_r\right] < \tfrac{\beta}{12}"
    r" \right\}, \quad v_r \text{ of the } r \text{ highest scores are members'}",
)
def epsilon_lower_bound(
    train: FeatureSet,
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    attack: Annotated[str, Field(description="Id of an attack on released images.")] = "gan_leaks_by_data",
    beta: Annotated[float, Field(gt=0, lt=0.5, description="How often the bound may be too high.")] = 0.05,
    delta: Annotated[float, Field(ge=0, lt=0.1)] = 0.0,
) -> Score:
    """The least epsilon of differential privacy that fits what an attack guesses rightly: above 0 it leaks, 0 proves nothing.

    The patients with the highest scores are guessed to be in the training set, half of all canaries being; nobody is guessed to be out,
    since a patient who was not copied looks like any other. An estimate rather than a proof, unless a coin decided who was trained on.
    It takes many canaries: at the smaller sizes that compare with a perfect generator it is often 0. The interval is that of the bound over
    the draws of canaries, since half of them prove less than half as much. The table has the guesses.

    Raises:
        UnknownName: there is no such attack.
        InputError: it needs more than images, or a patient is in both sets.
        TooFewImages: fewer than 10 patients on one side.

    References:
        Steinke, Nasr, Jagielski 2023, arXiv:2305.08846, with guesses of one kind. A patient is one canary. Of the larger side as many are
        drawn as the smaller has, 25 times, and of each share of guesses the median number is right: twice a median of p-values is one
        (Rueschendorf 1982), hence beta / 2. Six shares of guesses (1 to 50 %) are tried, each at a sixth of that (Bonferroni). The attack
        is that of `membership_auc`.
    """
    patients = patients_of(attacked(train, real, synthetic, attack))
    n = 2 * min(int(patients.member.sum()), int((~patients.member).sum()))
    if n < 20:
        sides = f"{int(patients.member.sum())} members and {int((~patients.member).sum())} others"
        raise TooFewImages(f"An audit needs 10 patients on each side; there are {sides}.")
    right, rows = _right(patients, n // 2), []
    for share in SHARES:
        guesses = max(1, int(share * n))
        correct = int(np.median(right[:, guesses - 1]))
        rows.append((share, n, guesses, correct, _bound(n, guesses, correct, delta, beta / 2 / len(SHARES))))
    table = pd.DataFrame(rows, columns=["share", "canaries", "guesses", "correct", "epsilon"])
    value = float(table["epsilon"].max())
    each = [max(_bound(n, g, int(draw[g - 1]), delta, beta / 2 / len(SHARES)) for g in table["guesses"]) for draw in right]
    low, high = np.quantile(each, [0.025, 0.975])
    return Score(value, tables={"guesses": table}, low=min(value, float(low)), high=max(value, float(high)))


@cache
def _bound(canaries: int, guesses: int, correct: int, delta: float, beta: float) -> float:
    return bound(canaries, guesses, correct, delta, beta)


def _right(patients: MembershipScores, n: int) -> np.ndarray:  # (DRAWS, 2 n)
    """In draws of n members and n others, how many of so many highest scores are members'; what is drawn depends on the scores alone."""
    rng, sides = np.random.default_rng(0), []
    for side in (patients.member, ~patients.member):
        rows = np.flatnonzero(side)
        sides.append(rows[np.argsort(patients.values[rows], kind="stable")])
    right = np.empty((DRAWS, 2 * n), int)
    for draw in right:
        chosen = rng.permutation(np.concatenate([rng.permutation(side)[:n] for side in sides]))  # ties fall as they come
        draw[:] = np.cumsum(patients.member[chosen][np.argsort(-patients.values[chosen], kind="stable")])
    return right
