"""Whom a diffusion model is asked about, and what is said of one that cannot be asked."""

import numpy as np
import pytest

from bench_core import api, registry
from bench_core.engine.attacks import models
from bench_core.engine.attacks.models import asked_parts
from bench_core.engine.attacks.parts import parts_of
from bench_core.features import FeatureSet
from bench_core.store.workspace import Workspace
from tests.contract.asked_models import MadeDiffusion
from tests.engine.studies import ENCODER, REFERENCE
from tests.fakes import TinyGenerator


def test_few_patients_are_asked_about_with_all_their_films(monkeypatch: pytest.MonkeyPatch) -> None:
    people = lambda n, kind: FeatureSet(np.random.default_rng(n).normal(size=(n, 3)), subjects=[f"{kind}{i // 2}" for i in range(n)])
    parts = parts_of(people(60, "train"), people(80, "real"), 0)
    monkeypatch.setattr(models, "ASKED", 7)
    asked = asked_parts(parts, registry.find_attack("sima"), 0)
    assert len(np.unique(asked.members.units)) == 7 and len(asked.members) == 14 and len(np.unique(asked.others.units)) == 7
    assert np.array_equal(asked.members.rows, asked_parts(parts, registry.find_attack("sima"), 0).members.rows)
    assert asked_parts(parts, registry.find_attack("gan_leaks"), 0) is parts


def test_a_generator_is_asked_or_says_why_not(study: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = api.AttackSpec(train="train", real="real", encoder=ENCODER, generator="tiny", attacks=[api.Choice(id="sima")])

    def verdict() -> tuple[str, str]:
        run = api.wait(api.submit(spec))
        assert run.status == "done", run.error
        row = api.attacks(REFERENCE, None).set_index("attack").loc["sima"]
        assert np.isnan(row["auc"]) == (row["verdict"] == "not possible")
        return row["verdict"], row["message"]

    refused, message = verdict()
    assert refused == "not possible" and "tiny cannot be queried" in message
    monkeypatch.setattr(TinyGenerator, "not_queried", classmethod(lambda cls, card: ""))
    monkeypatch.setattr(TinyGenerator, "lend_denoiser", lambda self: MadeDiffusion())
    assert verdict()[0] in ("nothing found", "control failed")  # of ten patients either may be chance
