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


@metric(
    title="Epsilon, lower bound",
    family="privacy",
    goal="minimize",
    bounds=(0, None),
    paper="arXiv:2305.08846",
    heavy=True,
    slow_repeats=True,
    formula=r"\max_{r} \left\{ \varepsilon : \Pr\left[\mathrm{Bin}(r, \tfrac{1}{1 + e^{-\varepsilon}}) \ge v_r\right] < \tfrac{\beta}{6}"
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
    The table has the guesses.

    Raises:
        UnknownName: there is no such attack.
        InputError: it needs more than images, or a patient is in both sets.
        TooFewImages: fewer than 10 patients on one side.

    References:
        Steinke, Nasr, Jagielski 2023, arXiv:2305.08846, with guesses of one kind. Six shares of guesses (1 to 50 %) are tried, each at
        beta / 6 (Bonferroni). A patient is one canary; of the training patients as many as there are others, drawn by content. The
        attack is that of `membership_auc`.
    """
    canaries = _balanced(patients_of(attacked(train, real, synthetic, attack)))
    right = np.cumsum(canaries.member[np.argsort(-canaries.values, kind="stable")])
    n, rows = len(canaries.member), []
    for share in SHARES:
        guesses = max(1, int(share * n))
        correct = int(right[guesses - 1])
        rows.append((share, n, guesses, correct, bound(n, guesses, correct, delta, beta / len(SHARES))))
    table = pd.DataFrame(rows, columns=["share", "canaries", "guesses", "correct", "epsilon"])
    return Score(float(table["epsilon"].max()), tables={"guesses": table})


def _balanced(patients: MembershipScores) -> MembershipScores:
    """As many members as others, in a random order that the scores alone decide, so that neither rows nor names do."""
    sides = [np.flatnonzero(side) for side in (patients.member, ~patients.member)]
    n, rng = min(map(len, sides)), np.random.default_rng(0)
    if n < 10:
        raise TooFewImages(f"An audit needs 10 patients on each side; there are {len(sides[0])} members and {len(sides[1])} others.")
    kept = [rng.permutation(side[np.argsort(patients.values[side], kind="stable")])[:n] for side in sides]
    return patients.take(rng.permutation(np.concatenate(kept)))
