"""Who plays and who is read against."""

import numpy as np
import pytest

from bench_core.engine.power.draws import Patients, one_film_each
from bench_core.errors import InputError
from bench_core.features import FeatureSet


def real(patients: int = 120, films: int = 200, seed: int = 0) -> FeatureSet:
    values = np.random.default_rng(seed).normal(size=(films, 3))
    return FeatureSet(values, subjects=[f"p{i % patients}" for i in range(films)], kind="real")


def test_no_patient_is_on_two_sides_and_repeats_differ() -> None:
    features = real()
    patients = Patients(features, 40, seed=1)
    assert patients.pool == 80
    drawn = [patients.draw(repeat) for repeat in range(3)]
    for draw in drawn:
        people = [set(features.subjects[patients.firsts[rows]]) for rows in (draw.own, draw.spare)]
        people.append(set(features.subjects[draw.against]))
        assert [len(p) for p in people] == [40, 26, 54]
        assert len(set.union(*people)) == 120
        assert draw.own.max() < patients.pool
        assert np.isin(features.subjects[draw.against], list(people[2])).sum() == sum(s in people[2] for s in features.subjects)
    assert not np.array_equal(drawn[0].own, drawn[1].own)
    again = Patients(features, 40, seed=1)
    np.testing.assert_array_equal(again.draw(2).own, drawn[2].own)
    np.testing.assert_array_equal(again.firsts, patients.firsts)


def test_the_order_of_rows_does_not_matter() -> None:
    features = real()
    order = np.random.default_rng(5).permutation(len(features))
    turned = FeatureSet(features.values[order], subjects=features.subjects[order], kind="real")
    np.testing.assert_array_equal(features.values[Patients(features, 40, 1).firsts], turned.values[Patients(turned, 40, 1).firsts])


@pytest.mark.parametrize(("patients", "n", "hint"), [(120, 90, "at most n = 80"), (25, 20, "Give a larger real set.")])
def test_too_few_patients_are_told_with_the_fix(patients: int, n: int, hint: str) -> None:
    with pytest.raises(InputError, match=f"held-out has {patients} patients") as told:
        Patients(real(patients), n, 0, "held-out")
    assert hint in told.value.hint
    Patients(real(120), 80, 0)  # what the hint says is possible


def test_one_film_of_each_training_patient() -> None:
    features = real(30, 90)
    rows = one_film_each(features, 20, 0)
    assert len(rows) == 20 == len(set(features.subjects[rows]))
    assert len(one_film_each(features, 50, 0)) == 30
