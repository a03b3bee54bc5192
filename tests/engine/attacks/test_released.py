"""A classifier as an arm makes it, attacked: who is asked about, and that learning by heart shows."""

from dataclasses import replace

import numpy as np
import pytest

from bench_core import api, registry
from bench_core.engine.attacks.parts import parts_of
from bench_core.engine.attacks.released import ReleasedClassifier, check_taught
from bench_core.engine.attacks.trial import trial
from bench_core.errors import InputError, NotPossible
from bench_core.membership import Knowledge
from bench_core.spec import Taught
from tests.engine.attacks.test_classifiers import people


def attacked(taught: Taught, released: bool) -> dict:
    sets = {"train": people(200, 1, "train"), "real": people(240, 2, "real")}
    if released:
        sets["synthetic"] = people(200, 3, "synthetic")
    found = ReleasedClassifier(taught, sets, 0)
    parts = replace(parts_of(sets["train"], sets["real"], 0), members=found.members)
    lent = found.lent(parts)
    known = Knowledge(reference=parts.reference, model=lent.model, shadows=lent.shadows)
    return trial(registry.find_attack("rmia"), parts, known, {}, 0, lambda _: None)[0]


def test_a_classifier_of_real_films_gives_them_away_and_one_of_others_does_not() -> None:
    real, synthetic = attacked(Taught(), False), attacked(Taught(arm="synthetic_only"), True)
    assert real["verdict"] == "leak" and real["auc"] > 0.7
    assert synthetic["verdict"] != "leak" and synthetic["auc"] < real["auc"] - 0.15


def test_those_who_say_when_to_stop_are_never_asked_about() -> None:
    sets = {"train": people(200, 1, "train"), "real": people(40, 2, "real"), "synthetic": people(50, 3, "synthetic")}
    whole, tenth = (ReleasedClassifier(Taught(share=s), sets, 0).members for s in (1.0, 0.1))
    other = ReleasedClassifier(Taught(arm="synthetic_only"), sets, 0).members
    assert len(whole) == len(other) == 180 and len(tenth) == 18
    assert set(tenth.rows) < set(whole.rows)


def test_what_cannot_be_released_is_refused() -> None:
    with pytest.raises(InputError, match="synthetic_only"):
        check_taught(Taught(arm="synthetic_only"), None)
    with pytest.raises(NotPossible, match="reconstructed"):
        check_taught(Taught(arm="reconstructed"), "id")
    with pytest.raises(ValueError, match="epsilon"):
        Taught(classifier="private")
    with pytest.raises(ValueError, match="epsilon"):
        api.UtilitySpec(synthetic="a", real="b", train="c", encoder="d", epsilon=2.0)
    assert np.isclose(Taught(classifier="private", epsilon=2).epsilon, 2)
