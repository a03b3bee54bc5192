"""Leaks that are planted in models: attacks see them from some dose on, and those that do not show no verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from bench_core import registry
from bench_core.engine.attacks.classifiers import trained
from bench_core.engine.attacks.parts import Parts, parts_of
from bench_core.engine.attacks.plants import PATIENTS, REPEATS, in_denoiser
from bench_core.engine.attacks.trial import trial
from bench_core.membership import Knowledge
from tests.contract.asked_models import MadeDiffusion, labelled


@pytest.fixture(scope="module")
def parts() -> Parts:
    return parts_of(labelled(120, 1, "train"), labelled(320, 2, "real"), 0)


@dataclass
class Learner(MadeDiffusion):
    """Knows a film by heart once it learned it so often."""

    needs: int = 20

    def learn(self, latents: np.ndarray, told: np.ndarray, repeats: Sequence[int], seed: int) -> Iterator[tuple[int, MadeDiffusion]]:
        for times in repeats:
            model = MadeDiffusion()
            model.heart = dict(zip(told, latents, strict=True)) if times >= self.needs else {}
            yield times, model


def test_a_diffusion_model_learns_films_of_people_whom_it_never_saw(parts: Parts) -> None:
    def tried(needs: int) -> dict:
        plant = in_denoiser(Learner(needs=needs), parts, 0)
        assert plant is not None and len(np.unique(plant.people.units)) == PATIENTS and plant.models is plant.models
        assert set(plant.people.subjects) <= set(parts.stand_in.subjects)  # type: ignore[arg-type]
        known = Knowledge(model=Learner())
        return trial(registry.find_attack("diffusion_loss"), parts, known, {"draws": 1}, 0, lambda _: None, plant)[0]

    row = tried(20)
    planted = row["controls"]["planted"]
    assert [(one["dose"], one["unit"], one["seen"]) for one in planted] == [
        (times, "times", times >= 20) for times in REPEATS["diffusion model"]
    ]
    assert row["verdict"] == "nothing found" and "it sees 24 patients whose films a model learned 25 times" in row["message"]
    blind = tried(1000)
    assert blind["verdict"] == "control failed"
    assert blind["message"] == "No verdict: it does not see 24 patients whose films a model learned 80 times."
    assert in_denoiser(MadeDiffusion(), parts, 0) is None, "it cannot learn: no leak is planted"


def test_a_classifier_learns_some_of_its_members_again_and_again(parts: Parts) -> None:
    made = trained(parts, 0)
    assert made.plant is not None and set(made.plant.people.subjects) <= set(parts.members.subjects)  # type: ignore[arg-type]
    known = Knowledge(reference=parts.reference, model=made.model, shadows=made.shadows)
    for name in ("classifier_loss", "lira_online", "rmia"):
        row = trial(registry.find_attack(name), parts, known, {}, 0, lambda _: None, made.plant)[0]
        planted = row["controls"]["planted"]
        assert [one["dose"] for one in planted] == list(REPEATS["classifier"]) and planted[-1]["seen"], name
        assert planted[-1]["auc"] > planted[0]["auc"] - 0.02
