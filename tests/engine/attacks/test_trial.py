"""A trial: who plays, what the controls must say, what is seen of planted leaks, and which verdict follows."""

from dataclasses import replace

import numpy as np
import pytest

from bench_core import registry
from bench_core.engine.attacks.controls import DOSES
from bench_core.engine.attacks.judging import holds_chance, judge, set_attack
from bench_core.engine.attacks.parts import Parts, one_after_the_other, parts_of
from bench_core.engine.attacks.trial import trial
from bench_core.errors import InputError, TooFewImages
from bench_core.features import FeatureSet
from bench_core.membership import Knowledge, MembershipScores

D = 8


def people(n: int, seed: int, kind: str, per: int = 2) -> FeatureSet:
    values = np.random.default_rng(seed).normal(size=(n, D))
    return FeatureSet(values, kind=kind, subjects=[f"{kind}{i // per}" for i in range(n)])


@pytest.fixture(scope="module")
def parts() -> Parts:
    return parts_of(people(400, 1, "train"), people(800, 2, "real"), seed=0)


def tried(parts: Parts, released: FeatureSet, attack: str = "gan_leaks", **settings: float) -> dict:
    known = Knowledge(released=released, reference=parts.reference)
    return trial(registry.find_attack(attack), parts, known, settings, 0, lambda _: None)[0]


def test_nobody_plays_twice(parts: Parts) -> None:
    sides = [set(part.subjects.tolist()) for part in (parts.members, parts.others, parts.reference, parts.stand_in)]  # type: ignore[union-attr]
    assert [len(side) for side in sides] == [200, 200, 100, 100]
    assert len(set().union(*sides)) == 600


def test_what_cannot_be_asked_is_told() -> None:
    train, real = people(40, 1, "train"), people(40, 2, "real")
    with pytest.raises(InputError, match="training set shows one patient only"):
        parts_of(people(10, 1, "train", per=10), real, 0)
    with pytest.raises(TooFewImages, match="held-out set has 3 patients; an attack and its controls need 8"):
        parts_of(train, people(6, 2, "real"), 0)
    with pytest.raises(InputError, match="20 patients lie on both sides: 'train0'"):
        parts_of(train, people(40, 2, "train"), 0)


def test_a_perfect_generator_is_cleared_with_the_power_that_the_attack_had(parts: Parts) -> None:
    row = tried(parts, people(150, 9, "released", per=1))
    assert row["verdict"] == "nothing found" and row["auc_low"] < 0.5 < row["auc_high"]
    assert row["message"].startswith("Did not tell members from others; it sees ")
    planted = row["controls"]["planted"]
    assert [one["dose"] for one in planted] == list(DOSES)
    assert planted[-1]["seen"] and planted[-1]["auc"] > 0.95 and planted[0]["auc"] < planted[2]["auc"]
    assert (planted[1]["patients"], planted[1]["of"], planted[1]["images"]) == (10, 200, 20)
    assert row["controls"]["perfect"]["passed"] and row["controls"]["members"]["passed"]
    assert row["tpr_at"]["0.001"]["tpr"] is None and "needs 1,000 held-out patients; there are 200" in row["tpr_at"]["0.001"]["message"]


def test_copies_are_a_leak_and_said_in_patients(parts: Parts) -> None:
    row = tried(parts, one_after_the_other(people(100, 9, "released", per=1), parts.members.take(np.arange(60))))
    assert row["verdict"] == "leak" and row["p_value"] < 0.01
    assert "of 200 training patients score above" in row["message"]
    assert row["tpr_at"]["0.01"]["hits"] >= 28


def test_an_attack_that_fails_its_control_shows_no_verdict(parts: Parts) -> None:
    """Training images are of another hospital: any attack tells them apart, whatever was released."""
    moved = FeatureSet(parts.members.values * 0.5, subjects=parts.members.subjects, kind="train")
    row = tried(replace(parts, members=moved), people(150, 9, "released", per=1))
    assert row["verdict"] == "control failed" and row["message"].startswith("No verdict: it tells a perfect generator apart")
    blind = tried(parts, people(150, 9, "released", per=1), "monte_carlo_percentile", percentile=50.0)
    assert blind["verdict"] in ("control failed", "nothing found")


def test_a_classifier_that_learned_generated_against_real_is_said_so(parts: Parts) -> None:
    strange = people(150, 9, "released", per=1)
    row = tried(parts, FeatureSet(strange.values + 3, kind="released"), "generated_distribution", trees=20)
    assert row["controls"]["generated"]["seen"] and row["verdict"] == "nothing found"
    assert "tells generated from real images" in row["message"]


def test_what_an_attack_lacks_is_a_row(parts: Parts) -> None:
    row = tried(parts, people(150, 9, "released", per=1), "gan_leaks_by_generator")
    assert row["verdict"] == "not possible" and "name one (--other SET)" in row["message"] and row["auc"] is None


def test_the_attack_on_sets() -> None:
    rng, member = np.random.default_rng(0), np.arange(200) < 100
    found = set_attack(MembershipScores(rng.normal(size=200) + 0.5 * member, member, np.arange(200)))
    assert found["size"] == 50 and found["share"] > 0.95


def test_chance_holds_control_at_its_level() -> None:
    rng, member = np.random.default_rng(0), np.arange(300) < 150
    held = [holds_chance(judge(MembershipScores(rng.normal(size=300), member, np.arange(300)), 0.99)) for _ in range(100)]
    assert sum(held) >= 94
