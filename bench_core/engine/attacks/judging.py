"""What the scores of an attack say: area, rates at few false alarms, one test of all of it."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bench_core.membership import MembershipScores, Roc, TailTest, TprAt, auc_of, patients_of, tail_test, tpr_at
from bench_core.membership.roc import LEVELS

LEVEL = 0.01
"""An attack tells members from others where chance alone does as much in at most so many cases."""
CONTROL = 0.99
"""Level of the interval of a control that must hold 0.5."""
SET_SIZE = 50
DRAWS = 2000


@dataclass(frozen=True)
class Judgement:
    """Attributes: p_value is of the area and both ends of the ROC curve together (Bonferroni); rates count patients, the area records."""

    roc: Roc
    rates: tuple[TprAt, ...]
    tails: tuple[TailTest, ...]
    p_value: float

    @property
    def seen(self) -> bool:
        """Whether members are told from others."""
        return self.p_value < LEVEL

    def facts(self) -> dict[str, Any]:
        """As a row of a table or of JSON has it."""
        return {
            "auc": self.roc.auc, "auc_low": self.roc.low, "auc_high": self.roc.high, "p_value": self.p_value,
            "tpr_at": {f"{rate.fpr:g}": asdict(rate) for rate in self.rates},
        }  # fmt: skip


def judge(scores: MembershipScores, level: float = 0.95) -> Judgement:
    """The area with its interval, the rates, and the test of all of it.

    Raises:
        TooFewImages: one patient on a side.
    """
    roc, patients = auc_of(scores, level), patients_of(scores)
    others = int((~patients.member).sum())
    ends = {int(fpr * others + 1e-9): fpr for fpr in LEVELS}
    tails = tuple(tail_test(patients, fpr) for fpr in ends.values())
    chances = [roc.p_value, *(tail.p_value for tail in tails)]
    return Judgement(roc, tuple(tpr_at(patients, fpr) for fpr in LEVELS), tails, min(1.0, len(chances) * min(chances)))


def holds_chance(judgement: Judgement) -> bool:
    """Whether a control that must be at chance is: its interval holds 0.5, and nothing stands out at either end."""
    return judgement.roc.low <= 0.5 <= judgement.roc.high and not judgement.seen


def set_attack(scores: MembershipScores, seed: int = 0) -> dict[str, Any]:
    """How often the patients of a random set of members have the higher sum of scores than as many others; ties half."""
    patients, rng = patients_of(scores, "mean"), np.random.default_rng(seed)
    sides = [patients.values[patients.member], patients.values[~patients.member]]
    size = min(SET_SIZE, *(len(side) // 2 for side in sides))
    sums = [np.array([side[rng.choice(len(side), size, replace=False)].sum() for _ in range(DRAWS)]) for side in sides]
    wins = float((sums[0] > sums[1]).mean() + 0.5 * (sums[0] == sums[1]).mean())
    return {"size": size, "draws": DRAWS, "share": wins}
