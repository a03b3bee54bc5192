"""Attacks as runs: what is asked, stored, read again, and what cannot be."""

from pathlib import Path

import pandas as pd
import pytest

from bench_core import api
from bench_core.errors import InputError
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, REFERENCE
from tests.fakes import write_images


def asked(**more: object) -> api.AttackSpec:
    given = {"synthetic": "copies", "train": "train", "real": "real", "encoder": ENCODER, "attacks": [api.Choice(id="gan_leaks")], **more}
    return api.AttackSpec(**given)  # type: ignore[arg-type]


def test_copies_are_found_kept_and_read_by_patient(study: Workspace) -> None:
    run = api.wait(api.submit(asked(attacks=[api.Choice(id="gan_leaks"), api.Choice(id="gan_leaks_by_generator")])))
    assert run.status == "done", run.error
    found = api.attacks(REFERENCE, "copies").set_index("attack")
    leaks, lacking = found.loc["gan_leaks"], found.loc["gan_leaks_by_generator"]
    assert (leaks["verdict"], leaks["auc"]) == ("leak", 1.0) and leaks["auc_low"] > 0.5
    assert lacking["verdict"] == "not possible" and "another generator" in lacking["message"]
    assert api.attacks(REFERENCE, "fresh").empty
    patients = api.attacked_patients(REFERENCE, leaks["scores"])
    assert patients["member"].iloc[:30].all() and not patients["member"].iloc[30:].any()
    assert set(patients["patient"].iloc[:30]) == {f"train{i}" for i in range(30)}
    assert patients["above"].iloc[0] == 0 and patients["images"].iloc[0] == 2
    first = api.find_set("train").table.set_index("image_id").loc[patients["image_id"].iloc[0]]
    assert first["subject_id"] == patients["patient"].iloc[0]
    curve = api.attack_roc(leaks["scores"])
    assert curve["tpr"].iloc[0] in (0, 1) and curve["tpr"].iloc[-1] == 1
    before = study.derived.count("attack")
    again = api.wait(api.submit(asked()))
    assert again.status == "done" and study.derived.count("attack") == before


def test_what_is_lacking_is_told_before_anything_is_queued(study: Workspace, tmp_path: Path) -> None:
    names = write_images(tmp_path / "mixed", 20, seed=9)
    table = pd.DataFrame({"path": names, "subject_id": [f"train{i}" if i == 3 else f"new{i}" for i in range(20)]})
    table.to_csv(tmp_path / "mixed.csv", index=False)
    api.import_images("mixed", tmp_path / "mixed", tmp_path / "mixed.csv", "real")
    for more, words in (
        ({"train": None}, "No training set was given"),
        ({"real": None}, "No held-out set was given"),
        ({"real": "train"}, "The same set was given for two roles"),
        ({"real": "mixed"}, "1 patients lie on both sides: 'train3'"),
        ({"attacks": [api.Choice(id="gan_leak")]}, "no attack named 'gan_leak'"),
        ({"attacks": [api.Choice(id="gan_leaks", settings={"k": 3})]}, "has no setting 'k'"),
    ):
        with pytest.raises(InputError, match=words):
            api.submit(asked(**more))
