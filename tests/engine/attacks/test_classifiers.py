"""A classifier of the findings that learned from the training images is attacked, with probes of the attacker's own."""

import numpy as np
import pandas as pd

from bench_core import api, registry
from bench_core.engine.attacks.classifiers import SHADOWS, trained
from bench_core.engine.attacks.parts import parts_of
from bench_core.engine.attacks.trial import trial
from bench_core.features import FeatureSet
from bench_core.membership import Knowledge
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, REFERENCE


def people(n: int, seed: int, kind: str) -> FeatureSet:
    """Findings by chance: whatever a classifier knows of them it knows by heart."""
    rng = np.random.default_rng(seed)
    labels = pd.DataFrame(rng.integers(0, 2, (n, 4)), columns=["Edema", "Fracture", "Pneumonia", "Atelectasis"])
    return FeatureSet(rng.normal(size=(n, 60)), kind=kind, subjects=[f"{kind}{i // 2}" for i in range(n)], labels=labels)


def test_members_of_a_classifier_that_learned_by_heart_are_told_and_others_are_not() -> None:
    parts = parts_of(people(120, 1, "train"), people(240, 2, "real"), seed=0)
    made = trained(parts, 0)
    assert made.shadows is not None and len(made.shadows) == SHADOWS
    known = Knowledge(reference=parts.reference, model=made.model, shadows=made.shadows)
    for name in ("classifier_loss", "lira_online", "lira_offline", "rmia"):
        row = trial(registry.find_attack(name), parts, known, {}, 0, lambda _: None)[0]
        assert row["verdict"] == "leak" and row["auc"] > 0.8, name
        assert row["controls"]["perfect"]["passed"] and row["controls"]["members"]["passed"]


def test_without_images_and_generator_it_is_the_classifier_that_is_asked_about(study: Workspace) -> None:
    run = api.wait(api.submit(api.AttackSpec(train="train", real="real", encoder=ENCODER)))
    assert run.status == "done", run.error
    found = api.attacks(REFERENCE, None)
    assert found["attack"].tolist() == ["classifier_loss", "lira_offline", "lira_online", "rmia"]
    assert (found["target"] == "classifier").all() and (found["verdict"] != "not possible").all()
