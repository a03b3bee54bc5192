"""Promises that every fault keeps, over the registry; and what some of them do, to the pixel."""

import importlib

import numpy as np
import pytest

from bench_core import registry
from bench_core.data import FINDINGS
from bench_core.errors import NotPossible, UnknownName
from bench_core.faults.answers import Answers
from bench_core.registry import Fault

FAULTS = list(registry.faults().values())
every = pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.id)
films = pytest.mark.parametrize("fault", [f for f in FAULTS if f.works_on == "film"], ids=lambda f: f.id)
sets = pytest.mark.parametrize("fault", [f for f in FAULTS if f.works_on == "answers"], ids=lambda f: f.id)
N, PATIENTS, COPIED = 60, 200, 60


def film(height: int = 64, width: int = 48) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.clip(128 + 40 * np.sin(np.arange(width) / 3) + 10 * rng.normal(size=(height, width)), 20, 235).astype(np.uint8)


def answers(seed: int = 1) -> Answers:
    labels = (np.random.default_rng(seed).random((PATIENTS + COPIED, len(FINDINGS))) < 0.4).astype(float)
    return Answers(np.arange(N), np.arange(N, PATIENTS), np.arange(PATIENTS, PATIENTS + COPIED), labels, FINDINGS)


def rows_of(fault: Fault, strength: float, seed: int = 0) -> np.ndarray:
    variant = {"variant": "Edema"} if fault.variants != ("",) else {}
    return fault.function(answers(), strength, np.random.default_rng(seed), **variant)


@every
def test_file_function_and_id_are_one_word(fault: Fault) -> None:
    assert fault.function.__module__ == f"bench_core.faults.{fault.id}"
    assert getattr(importlib.import_module(fault.function.__module__), fault.id) is fault.function
    assert fault.title and len(fault.summary) > 20
    assert len(fault.strengths) >= 2 and len(set(fault.strengths)) == len(fault.strengths)
    for template in (fault.named, fault.below, fault.up_to):
        assert "7" in template.format("7", variant="Edema")
    assert fault.words(fault.strengths[0], fault.variants[0])
    assert bool(fault.families) != bool(fault.borne)


@films
def test_films_are_spoiled_alike_with_the_same_chance_and_the_more_the_stronger(fault: Fault) -> None:
    clean = film()
    before = clean.copy()
    spoiled = [fault.function(clean, strength, np.random.default_rng(3)) for strength in fault.strengths]
    np.testing.assert_array_equal(clean, before)
    np.testing.assert_array_equal(spoiled[0], fault.function(clean, fault.strengths[0], np.random.default_rng(3)))
    assert all(s.shape == clean.shape and s.dtype == np.uint8 for s in spoiled)
    apart = [np.abs(s.astype(float) - clean).mean() for s in spoiled]
    assert apart[0] < apart[-1] and apart[-1] > 1
    if fault.families:
        assert apart == sorted(apart)


@sets
def test_more_answers_are_wrong_the_stronger_and_the_same_ones_at_least(fault: Fault) -> None:
    wrong = [rows_of(fault, strength) != np.arange(N) for strength in fault.strengths]
    assert [w.sum() for w in wrong] == sorted(w.sum() for w in wrong) and wrong[0].any()
    assert all((later >= earlier).all() for earlier, later in zip(wrong, wrong[1:], strict=False))
    np.testing.assert_array_equal(rows_of(fault, fault.strengths[0]), rows_of(fault, fault.strengths[0]))


def test_a_share_of_copies_is_that_share_of_training_films_of_like_findings() -> None:
    copies = registry.find_fault("copies")
    rows, given = rows_of(copies, 20), answers()
    copied = np.flatnonzero(rows >= PATIENTS)
    assert len(copied) == 12 and len(set(rows[copied])) == 12
    np.testing.assert_array_equal(np.delete(rows, copied), np.delete(np.arange(N), copied))
    apart = (given.labels[rows[copied]] != given.labels[copied]).sum(axis=1).mean()
    assert apart < (given.labels[PATIENTS : PATIENTS + 12] != given.labels[copied]).sum(axis=1).mean()
    few = Answers(given.own, given.spare, given.train[:3], given.labels, FINDINGS)
    with pytest.raises(NotPossible, match="12 films are to be answered by others, and there are 3"):
        copies.function(few, 20, np.random.default_rng(0))


def test_a_lost_finding_is_in_no_film_and_nothing_else_changes_much() -> None:
    lost, given, column = registry.find_fault("lost_finding"), answers(), FINDINGS.index("Edema")
    rows = rows_of(lost, 100)
    assert not (given.labels[rows, column] == 1).any()
    changed = rows != np.arange(N)
    np.testing.assert_array_equal(changed, given.labels[:N, column] == 1)
    assert set(rows[changed]) <= set(given.spare.tolist())
    assert len(set(rows)) == N
    assert np.delete(given.labels[rows] != given.labels[:N], column, axis=1)[changed].mean() < 0.3  # any other film: 0.48
    nobody = Answers(given.own, given.spare, given.train, np.zeros_like(given.labels), FINDINGS)
    with pytest.raises(NotPossible, match="0 of 60 prompts ask for Edema"):
        lost.function(nobody, 100, np.random.default_rng(0), variant="Edema")


def test_repeats_are_repeats_and_shuffled_labels_keep_all_films() -> None:
    assert len(set(rows_of(registry.find_fault("collapsed_modes"), 95).tolist())) == 3
    shuffled = rows_of(registry.find_fault("shuffled_labels"), 100)
    assert sorted(shuffled) == list(range(N)) and not (shuffled == np.arange(N)).any()


def test_a_blur_keeps_the_mean_a_shift_keeps_the_film_and_contrast_scales() -> None:
    clean, rng = film(), np.random.default_rng(0)
    assert registry.find_fault("blur").function(clean, 2, rng).mean() == pytest.approx(clean.mean(), abs=0.5)
    shifted = registry.find_fault("shift").function(clean, 2, rng)
    inner = clean[4:-4, 4:-4]
    found = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)
             if np.array_equal(shifted[4 + dy : 60 + dy, 4 + dx : 44 + dx], inner)]  # fmt: skip
    assert len(found) == 1 and found[0] != (0, 0)
    flatter = registry.find_fault("contrast").function(clean, 40, rng).astype(float)
    assert flatter.std() == pytest.approx(0.6 * clean.std(), rel=0.02)
    altered = registry.find_fault("altered_copies").alter
    assert altered is not None and not np.array_equal(altered(clean, 50, rng), clean)


def test_an_unknown_fault_is_named() -> None:
    with pytest.raises(UnknownName, match="no fault named 'blurr'"):
        registry.find_fault("blurr")
