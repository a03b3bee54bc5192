"""Promises that every attack keeps, over the registry: a new attack is covered without a new test."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from bench_core import registry
from bench_core.errors import MissingPackage, NotPossible
from bench_core.features import FeatureSet
from bench_core.membership import Knowledge, MembershipScores, auc_of, scores_of
from bench_core.registry import Attack
from tests.contract import asked_models

ATTACKS = list(registry.attacks().values())
every = pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.id)
N, D = 150, 6
SHORT = {"steps": 600, "epochs": 150}
"""Settings, of the attacks that have them, at which records as few as these are told apart."""
WORLD = np.random.default_rng(5).normal(size=(3, D)) * 1.5


@dataclass(frozen=True)
class Case:
    """Members, non-members, and what the attacker knows."""

    members: FeatureSet
    others: FeatureSet
    known: Knowledge


def people(n: int, seed: int, kind: str, values: np.ndarray | None = None) -> FeatureSet:
    """Two images per patient, of three kinds of people."""
    rng = np.random.default_rng(seed)
    if values is None:
        values = WORLD[rng.integers(3, size=n)] + rng.normal(size=(n, D))
    subjects = None if kind in ("released", "other") else [f"{seed}-{i // 2}" for i in range(n)]
    return FeatureSet(values, kind=kind, subjects=subjects)


def released_images(seed: int, leak: bool) -> Case:
    """A generator that draws new people; where it leaks, it draws its training images."""
    members, others = people(N, 10 * seed + 1, "train"), people(N, 10 * seed + 2, "real")
    near = members.values + 0.01 * np.random.default_rng(seed).normal(size=(N, D))
    released = people(N, 10 * seed + 3, "released", near if leak else None)
    known = Knowledge(released=released, reference=people(N, 10 * seed + 4, "real"), other=people(N, 10 * seed + 5, "other"))
    return Case(members, others, known)


def diffusion_model(seed: int, leak: bool) -> Case:
    """A denoiser that is the best there is; where it leaks, it knows the latent of each member by its report."""
    members, others, model, shadows = asked_models.diffusion_case(seed, leak)
    return Case(members, others, Knowledge(model=model, shadows=shadows))


def classifier(seed: int, leak: bool) -> Case:
    """A classifier that answers by the record; where it leaks, surer of the labels of its members."""
    members, others, model, shadows = asked_models.classifier_case(seed, leak)
    return Case(members, others, Knowledge(model=model, shadows=shadows, reference=asked_models.labelled(N, 10 * seed + 5, "real")))


CASES: dict[str, Callable[[int, bool], Case]] = {
    "released images": released_images,
    "diffusion model": diffusion_model,
    "classifier": classifier,
}
"""How a case is made for each target: seed, and whether what is attacked leaks its members at full dose."""


@cache
def scores(attack: Attack, seed: int, leak: bool) -> MembershipScores:
    case = CASES[attack.target](seed, leak)
    return attacked(attack, case)


def attacked(attack: Attack, case: Case, seed: int = 0) -> MembershipScores:
    try:
        short = {name: value for name, value in SHORT.items() if name in attack.settings.model_fields}
        return scores_of(attack, case.members, case.others, case.known, settings=short, seed=seed)
    except MissingPackage as error:
        pytest.skip(str(error))


def test_every_target_has_a_case() -> None:
    assert {a.target for a in ATTACKS} <= set(CASES)


@every
def test_file_function_and_id_are_one_word(attack: Attack) -> None:
    assert attack.function.__module__ == f"bench_core.attacks.{attack.id}"
    assert getattr(importlib.import_module(attack.function.__module__), attack.id) is attack.function


@every
def test_it_says_what_it_is(attack: Attack) -> None:
    assert attack.title and len(attack.summary) > 20 and attack.formula and attack.references
    assert attack.paper.startswith(("arXiv:", "doi:", "https://"))
    assert attack.target in registry.TARGETS
    attack.settings()  # every setting has a default


@every
def test_it_sees_what_leaks_at_full_dose(attack: Attack) -> None:
    found = auc_of(scores(attack, 0, True), level=0.99)
    assert found.auc > 0.6 and found.low > 0.5


@every
def test_it_is_at_chance_where_nothing_leaks(attack: Attack) -> None:
    found = auc_of(scores(attack, 0, False), level=0.999)
    assert found.low <= 0.5 <= found.high


@every
def test_reproducible_in_any_order_of_records_and_leaves_its_inputs_alone(attack: Attack) -> None:
    case = CASES[attack.target](0, True)
    sets = [case.members, case.others, *(v for v in vars(case.known).values() if isinstance(v, FeatureSet))]
    before = [one.values.copy() for one in sets]
    rng = np.random.default_rng(1)
    rows, other_rows = rng.permutation(len(case.members)), rng.permutation(len(case.others))
    turned = attacked(attack, replace(case, members=case.members.take(rows), others=case.others.take(other_rows)))
    straight, n = scores(attack, 0, True).values, len(rows)
    np.testing.assert_allclose(turned.values[:n], straight[:n][rows], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(turned.values[n:], straight[n:][other_rows], rtol=1e-5, atol=1e-6)
    for one, values in zip(sets, before, strict=True):
        np.testing.assert_array_equal(one.values, values)


@every
def test_what_it_lacks_is_said(attack: Attack) -> None:
    case = CASES[attack.target](0, False)
    for name in attack.reads[1:]:
        with pytest.raises(NotPossible, match=f"there is no {name} to read"):
            scores_of(attack, case.members, case.others, replace(case.known, **{name: None}))
