"""Small target models on random halves."""

import numpy as np
import pandas as pd
import pytest

from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.membership.games import mixture_answers, probe_answers
from bench_core.membership.patient_risk import patient_risk


def people(n: int = 160, width: int = 40, seed: int = 0) -> FeatureSet:
    """Random records with random findings: whatever a probe learns of them it learned by heart."""
    rng = np.random.default_rng(seed)
    labels = pd.DataFrame((rng.random((n, 3)) < 0.5).astype(int), columns=["Edema", "Fracture", "Pneumonia"])
    return FeatureSet(rng.normal(size=(n, width)), kind="train", subjects=[f"p{i // 2}" for i in range(n)], labels=labels)


def test_probes_that_learn_by_heart_put_all_at_risk() -> None:
    told: list[int] = []
    found = probe_answers(people(), 16, reference=people(60, seed=1), on_target=told.append)
    assert found.member.shape == found.phi.shape == (16, 160) and found.population is not None and found.population.shape == (16, 60)
    assert told == [8, 16]
    for attack in ("lira_online", "rmia"):
        risk = patient_risk(found, attack=attack, shuffles=10)  # type: ignore[arg-type]
        assert risk.shares["share"].iloc[0] > 0.9 > risk.shares["null_high"].iloc[0]


def test_a_mixture_of_many_components_leaks_and_one_of_few_does_not() -> None:
    records = people(width=6)
    by_heart = mixture_answers(records, 10, components=20)
    by_shape = mixture_answers(records, 10, components=1)
    above = [patient_risk(one, attack="classifier_loss", shuffles=3).patients["auc"].mean() for one in (by_heart, by_shape)]
    assert above[0] > 0.75 and above[1] < 0.65


def test_too_few_are_said() -> None:
    with pytest.raises(TooFewImages, match="needs 20 patients; there are 10"):
        probe_answers(people(20), 16)
    with pytest.raises(TooFewImages, match="8 target models or more; 4"):
        probe_answers(people(), 4)
    with pytest.raises(TooFewImages, match="A mixture of 50 needs 100 records"):
        mixture_answers(people(), 16, components=50)
