"""The arms of a task: what they learn from, what they gain, what cannot be trained; without any training."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from bench_core.arms.materials import Stage
from bench_core.downstream.draws import Draws
from bench_core.downstream.tasks import AskedOfTask, TaskStudy
from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.registry import Tallies

REAL, SYNTHETIC, TESTED = 40, 20, 30


class Counting:
    """Says how many different images it learned from, and is judged by that."""

    def __init__(self) -> None:
        self.learned: list[np.ndarray] = []

    def train(self, stages: Sequence[Stage], seed: int) -> Any:
        rows = np.concatenate([stage.rows for stage in stages])
        self.learned.append(rows)
        return len(np.unique(rows))

    def tallies(self, said: Any) -> Mapping[str, Tallies]:
        part = Tallies.of_means(np.full(TESTED, said / 100) + np.linspace(-0.1, 0.1, TESTED))
        return {"many": Tallies(part.counts, part.value, {"Edema": part})}


def study(task: Counting, impossible: Mapping[Any, NotPossible], arms: Sequence[str], parts: Any = None) -> list[dict[str, Any]]:
    draws = Draws(FeatureSet(np.zeros((REAL, 1), np.float32), subjects=[str(i // 2) for i in range(REAL)]), SYNTHETIC)
    asked = AskedOfTask(arms, (0.5, 1.0), trainings=2)
    return TaskStudy(task, asked, draws, np.arange(TESTED), impossible, parts).carried_out()


def test_arms_gain_over_real_images_alone_at_the_same_share() -> None:
    task = Counting()
    rows = {(r["arm"], r["share"], r["finding"]): r for r in study(task, {}, ["augmented", "duplicates", "synthetic_only"])}
    assert rows["augmented", 1.0, "all"]["gain"] == pytest.approx(SYNTHETIC / 100)
    assert rows["augmented", 0.5, "Edema"]["gain_low"] == pytest.approx(SYNTHETIC / 100)  # paired: no patient decides it
    assert rows["duplicates", 1.0, "all"]["gain"] == pytest.approx(0)
    assert np.isnan(rows["real_only", 1.0, "all"]["gain"]) and rows["real_only", 1.0, "all"]["low"] < rows["real_only", 1.0, "all"]["value"]
    assert rows["synthetic_only", 1.0, "all"]["n_real"] == 0 and rows["augmented", 1.0, "all"]["n_added"] == SYNTHETIC
    held = set(range(REAL + SYNTHETIC)) - set(np.concatenate(task.learned).tolist())
    assert len(held) == 4 and max(held) < REAL  # those of the two patients who validate in the study of classifiers are left out here too


def test_more_real_images_are_those_of_other_patients_and_are_refused_where_none_are_left() -> None:
    rows = {(r["arm"], r["share"]): r for r in study(Counting(), {}, ["more_real"]) if r["finding"] in ("all", "")}
    assert rows["more_real", 0.5]["gain"] == pytest.approx((REAL - 4) / 2 / 100)  # all others: fewer than synthetic ones would be
    assert rows["more_real", 0.5]["n_added"] == (REAL - 4) / 2
    assert "none to add" in rows["more_real", 1.0]["message"] and rows["more_real", 1.0]["trainings"] == 0


def test_what_cannot_be_trained_says_why_and_the_rest_goes_on() -> None:
    rows = study(Counting(), {"synthetic": NotPossible("Nobody knows.")}, ["augmented", "duplicates"])
    assert {r["message"] for r in rows if r["arm"] == "augmented"} == {"Nobody knows."}
    assert all(r["trainings"] == 2 for r in rows if r["arm"] == "duplicates")


def test_controls_on_changed_films_learn_from_those_of_patients_in_use() -> None:
    task, draws = Counting(), Draws(FeatureSet(np.zeros((REAL, 1), np.float32), subjects=[str(i // 2) for i in range(REAL)]), SYNTHETIC)
    asked = AskedOfTask(["altered", "reconstructed"], (0.5,), trainings=2)
    altered = asked.changes(draws, "altered", REAL + SYNTHETIC)
    assert altered is not None and AskedOfTask(["augmented"]).changes(draws, "altered", 0) is None
    rows = TaskStudy(
        task, asked, draws, np.arange(TESTED), {"reconstructed": NotPossible("It has no autoencoder.")}, None, {"altered": altered}
    ).carried_out()  # fmt: skip
    of = {r["arm"]: r for r in rows if r["finding"] in ("all", "")}
    assert of["altered"]["gain"] == pytest.approx(SYNTHETIC / 100) and of["altered"]["n_added"] == SYNTHETIC
    assert of["reconstructed"]["message"] == "It has no autoencoder."
    learned = task.learned[-1]
    in_use = set(learned[learned < REAL].tolist())
    assert {int(altered.bases[row - REAL - SYNTHETIC]) for row in learned if row >= REAL} <= in_use


def test_finished_trainings_are_not_done_again() -> None:
    kept: dict[str, Any] = {}

    class Parts:
        get, put = staticmethod(kept.get), staticmethod(kept.__setitem__)

    first, again = Counting(), Counting()
    before, after = (study(task, {}, ["augmented"], Parts()) for task in (first, again))
    assert [row["value"] for row in before] == [row["value"] for row in after]
    assert len(first.learned) == 8 and not again.learned
