"""Risk by patient as a run: from a set to tables, once."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.errors import InputError
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER
from tests.fakes import write_images


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Workspace:
    """30 training patients of two films each, 20 others, with random findings."""
    rng = np.random.default_rng(0)
    for seed, (kind, count) in enumerate((("train", 60), ("real", 20))):
        table = pd.DataFrame({"path": write_images(tmp_path / kind, count, seed=seed)})
        table["subject_id"] = [f"{kind}{i // 2}" for i in range(count)]
        table["Edema"], table["Fracture"] = rng.integers(0, 2, (2, count))
        table.to_csv(tmp_path / f"{kind}.csv", index=False)
        api.import_images(kind, tmp_path / kind, tmp_path / f"{kind}.csv", kind)
    return workspace


def test_patients_are_ranked_and_named(study: Workspace, tmp_path: Path) -> None:
    reference = api.Reference("real", "train", ENCODER)
    assert all(table.empty for table in api.patient_risks(reference))
    given = ["patient-risk", "--train", "train", "--encoder", ENCODER, "--targets", "8", "--shuffles", "19"]
    assert main([*given, "--per-patient", str(tmp_path / "risk.parquet")]) == 0
    patients, shares = api.patient_risks(reference)
    assert sorted(patients["patient"]) == sorted({f"train{i}" for i in range(30)})
    assert patients["auc"].is_monotonic_decreasing and (patients["images"] == 2).all()
    table = study.sets.open("train").table.set_index("image_id")
    assert table.loc[patients["image_id"], "subject_id"].tolist() == patients["patient"].tolist()
    assert shares["cut"].tolist() == [0.6, 0.7, 0.8, 0.9] and (shares["targets"] == 8).all()
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "risk.parquet"), patients)
    again = api.wait(api.submit(api.PatientRiskSpec(train="train", encoder=ENCODER, targets=8, shuffles=19)))
    assert again.status == "done" and api.patient_risks(reference)[0].equals(patients)


def test_the_population_and_small_generators(study: Workspace) -> None:
    for more in ({"real": "real", "attack": "rmia"}, {"learner": "mixture", "attack": "lira_offline"}):
        run = api.wait(api.submit(api.PatientRiskSpec(train="train", encoder=ENCODER, targets=8, shuffles=19, **more)))
        assert run.status == "done", run.error
        shares = api.patient_risks(api.Reference("real", "train", ENCODER))[1]
        assert shares["attack"].iloc[0] == more["attack"]


def test_what_cannot_be_is_said_before_it_is_queued(study: Workspace) -> None:
    with pytest.raises(InputError, match="same set"):
        api.submit(api.PatientRiskSpec(train="train", real="train", encoder=ENCODER))
    with pytest.raises(InputError, match="RMIA compares probabilities"):
        api.submit(api.PatientRiskSpec(train="train", encoder=ENCODER, learner="mixture", attack="rmia"))
