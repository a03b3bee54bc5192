"""The risk of each patient, not only on average: how well an attack tells, over many target models, those that learned from the patient.

Every target model is attacked with all others as shadow models. A patient has a score for each target, and knows which targets learned
from them: the area under that patient's own ROC curve, over targets, is their risk. With K targets it has a standard error of about
0.29 / sqrt(K / 4), so some patients lie above any cut by chance; how many is found by shuffling, patient by patient, who was trained on,
and attacking again. Areas below 0.5 stay as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

CUTS = (0.6, 0.7, 0.8, 0.9)
RiskAttack = Literal["lira_online", "lira_offline", "classifier_loss", "rmia"]
By = Literal["mean", "max"]
FEWEST = 8
SHUFFLING = 1


@dataclass(frozen=True, eq=False)
class Answers:
    """What target models said of every record.

    Attributes:
        member: (K, N) bool, who was trained on.
        phi: (K, N), the answer that LiRA reads, high where the model knows the record.
        loss: (K, N); probability: (K, N), for the attacks of these names.
        units: (N,) int, equal numbers for records of one patient.
        population: (K, M) probabilities of records that no target learned from, for RMIA.
        known, population_known: (N,), (M,) how many findings the probabilities are of; 1 where None.
    """

    member: np.ndarray
    phi: np.ndarray
    loss: np.ndarray
    probability: np.ndarray
    units: np.ndarray
    population: np.ndarray | None = None
    known: np.ndarray | None = None
    population_known: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class PatientRisk:
    """What was found.

    Attributes:
        patients: one row per patient, most at risk first: `unit`, `auc`, `auc_max` (by their highest record instead of the mean),
            `p_value` (share of shuffled patients at least as high), `stands_out` (above the highest shuffled patient in 95 % of
            shuffles), `row` (of the record that tells most), `images`.
        shares: one row per cut: `cut`, `patients`, `above`, `share`, `low`, `high` (exact binomial, 95 %), `null`, `null_high` (mean and
            95 % point of the share over shuffles), `p_value`.
        targets: K.
    """

    patients: pd.DataFrame
    shares: pd.DataFrame
    targets: int


def patient_risk(
    answers: Answers,
    *,
    attack: RiskAttack = "lira_online",
    shuffles: int = 40,
    seed: int = 0,
    on_shuffle: Callable[[int], None] | None = None,
) -> PatientRisk:
    """Risk by patient, with its null.

    Args:
        on_shuffle: told how many of the shuffles are done.
    """
    units, unit = np.unique(answers.units, return_inverse=True)
    first = np.unique(unit, return_index=True)[1]
    scores = scores_of_targets(answers, answers.member, attack)
    by_mean, by_max = by_patient(scores, unit, "mean"), by_patient(scores, unit, "max")
    member = answers.member[:, first]  # (K, P)
    areas, of_highest = areas_over_targets(by_mean, member), areas_over_targets(by_max, member)
    rng = np.random.default_rng((seed, SHUFFLING))  # not the draws by which `halves` chose, which a shuffle by the same would undo
    null = np.empty((shuffles, len(units)))
    for number in range(shuffles):
        turned = np.take_along_axis(member, rng.random(member.shape).argsort(axis=0), axis=0)
        null[number] = areas_over_targets(by_patient(scores_of_targets(answers, turned[:, unit], attack), unit, "mean"), turned)
        if on_shuffle:
            on_shuffle(number + 1)
    of_records = areas_over_targets(scores, answers.member)
    telling = np.lexsort((-of_records, unit))[np.r_[0, np.cumsum(np.bincount(unit))[:-1]]]
    order = np.sort(null.ravel())
    table = pd.DataFrame(
        {
            "unit": units,
            "auc": areas,
            "auc_max": of_highest,
            "p_value": (len(order) - np.searchsorted(order, areas, side="left") + 1) / (len(order) + 1),
            "stands_out": areas > np.quantile(null.max(axis=1), 0.95),
            "row": telling,
            "images": np.bincount(unit),
        }
    )
    return PatientRisk(table.sort_values("auc", ascending=False, ignore_index=True), shares_above(areas, null), len(member))


def scores_of_targets(answers: Answers, member: np.ndarray, attack: RiskAttack) -> np.ndarray:  # (K, N)
    """Every target attacked with all others as shadow models; `member` is who the attacker believes was trained on by each."""
    if attack == "classifier_loss":
        return -answers.loss
    if attack == "rmia":
        return _rmia(answers, member)
    inside, outside = _others(answers.phi, member), _others(answers.phi, ~member)
    if attack == "lira_offline":
        from scipy.stats import norm

        return np.asarray(norm.logcdf((answers.phi - outside[0]) / np.sqrt(outside[1])))
    spread = (inside[1] + outside[1]) / 2
    return np.asarray(((answers.phi - outside[0]) ** 2 - (answers.phi - inside[0]) ** 2) / (2 * spread))


def _others(values: np.ndarray, use: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # (K, N) x 2 -> (K, N), (K, 1)
    """Mean over the other targets in `use`, and one variance for all records, of all other targets about each record's mean."""
    mine = np.where(use, values, 0.0)
    count, total = use.sum(axis=0), mine.sum(axis=0)
    left = np.maximum(count - use, 1)
    mean = (total - mine) / left
    squares = (mine**2).sum(axis=0) - mine**2
    variance = (squares - left * mean**2).sum(axis=1, keepdims=True) / np.maximum((left - 1).sum(axis=1, keepdims=True), 1)
    return mean, np.maximum(variance, 1e-12)


def _rmia(answers: Answers, member: np.ndarray, gamma: float = 2.0, a: float = 0.33) -> np.ndarray:  # (K, N)
    """As `attacks/rmia.py`, offline; without a population, each record's rivals are the records that the target did not learn from."""
    usual = ((1 + a) * _others(answers.probability, ~member)[0] + 1 - a) / 2
    ratio = (answers.probability / usual) ** (1 if answers.known is None else answers.known)
    out = np.empty_like(ratio)
    crowd, of_crowd = answers.population, 1 if answers.population_known is None else answers.population_known
    for k in range(len(ratio)):
        others = ratio[k, ~member[k]]
        if crowd is not None:
            others = (crowd[k] / (((1 + a) * np.delete(crowd, k, axis=0).mean(axis=0) + 1 - a) / 2)) ** of_crowd
        out[k] = np.searchsorted(np.sort(others), ratio[k] / gamma) / len(others)
    return out


def by_patient(scores: np.ndarray, unit: np.ndarray, by: By) -> np.ndarray:  # (K, N) -> (K, P)
    """The mean, or the highest, of a patient's records."""
    order = np.argsort(unit, kind="stable")
    starts = np.r_[0, np.cumsum(np.bincount(unit))[:-1]]
    if by == "max":
        return np.asarray(np.maximum.reduceat(scores[:, order], starts, axis=1))
    return np.asarray(np.add.reduceat(scores[:, order], starts, axis=1) / np.bincount(unit))


def areas_over_targets(scores: np.ndarray, member: np.ndarray) -> np.ndarray:  # (K, P), (K, P) -> (P,)
    """For each column, the chance that a target that learned from it scores above one that did not, ties half."""
    from scipy.stats import rankdata

    ranks = rankdata(scores, axis=0)
    n = member.sum(axis=0)
    return np.asarray(((ranks * member).sum(axis=0) - n * (n + 1) / 2) / (n * (len(member) - n)))


def shares_above(areas: np.ndarray, null: np.ndarray) -> pd.DataFrame:  # (P,), (R, P)
    """How many patients lie above each cut, with exact intervals and what shuffling gives."""
    from scipy.stats import beta

    rows, n = [], len(areas)
    for cut in CUTS:
        above, chance = int((areas > cut).sum()), (null > cut).mean(axis=1)
        rows.append(
            {
                "cut": cut, "patients": n, "above": above, "share": above / n,
                "low": float(beta.ppf(0.025, above, n - above + 1)) if above else 0.0,
                "high": float(beta.ppf(0.975, above + 1, n - above)) if above < n else 1.0,
                "null": float(chance.mean()), "null_high": float(np.quantile(chance, 0.95)),
                "p_value": float((1 + (chance >= above / n).sum()) / (len(null) + 1)),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
