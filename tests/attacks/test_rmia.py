"""RMIA against its authors' code."""

import json

import numpy as np
import pandas as pd

from bench_core.attacks.rmia import rmia
from bench_core.data import FINDINGS
from bench_core.features import FeatureSet
from bench_core.membership import Shadow
from tests.attacks.given_answers import Given, numbered, shadows_of
from tests.reference import likelihood_attacks as reference


def asked(gamma: float, way: str = "offline") -> np.ndarray:
    """The attack on the reference inputs; the population are records of higher numbers."""
    records, crowd = numbered(reference.RECORDS), numbered(reference.POPULATION, first=reference.RECORDS)
    chances = np.concatenate([reference.probabilities(), reference.population()], axis=1)
    logits = np.log(chances / (1 - chances))
    shadows: list[Shadow] = shadows_of(logits[:-1], reference.member()[:-1], records)
    return rmia(records, Given(logits[-1]), shadows, crowd, gamma=gamma, way=way)  # type: ignore[arg-type]


def test_offline_is_the_authors_number() -> None:
    theirs = json.loads(reference.FILE.read_text())["rmia_offline_gamma_1"]
    assert len(set(theirs)) > 3
    np.testing.assert_allclose(asked(gamma=1.0), theirs, atol=1e-12)


def test_a_higher_bar_is_beaten_less() -> None:
    assert np.all(asked(gamma=2.0) <= asked(gamma=1.2)) and np.any(asked(gamma=1.2) > 0)


def test_online_takes_models_with_and_without() -> None:
    chances, member = reference.probabilities(), reference.member()
    inside, outside = (np.nanmean(np.where(use, chances[:-1], np.nan), axis=0) for use in (member[:-1], ~member[:-1]))
    ratio = chances[-1] / ((inside + outside) / 2)
    others = reference.population()[-1] / reference.population()[:-1].mean(axis=0)
    np.testing.assert_allclose(asked(1.0, "online"), (ratio[:, None] > others).mean(axis=1), atol=1e-12)


def test_with_several_findings_the_likelihood_of_all_labels_is_compared() -> None:
    """A member that is twice as likely by all of six findings together is beaten by nobody, though each alone says little."""
    records, crowd = numbered(4), numbered(40, first=4)
    names = tuple(FINDINGS[:6])
    same = [FeatureSet(one.values, labels=pd.DataFrame({name: np.ones(len(one), int) for name in names})) for one in (records, crowd)]
    usual, target = np.full(44, 0.5), np.full(44, 0.5)
    target[0] = 1.2
    shadows = [Shadow(Given(usual, names), same[0], np.zeros(4, bool))]
    scores = rmia(same[0], Given(target, names), shadows, same[1], a=1.0)
    assert scores.tolist() == [1, 0, 0, 0]
    p, q = 1 / (1 + np.exp(-1.2)), 1 / (1 + np.exp(-0.5))
    assert p / q < 2 < (p / q) ** 6
