"""What spoils a number is said beside it."""

from pathlib import Path

import numpy as np
import pandas as pd

from bench_core import api
from bench_core.engine.scoring.caveats import look_alikes, shared_patients
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.features import UNNAMED, FeatureSet
from bench_core.spec import Choice, Scoring
from bench_core.store.workspace import Workspace
from tests.engine.studies import QUICK, evaluate, evaluation
from tests.fakes import write_images


def test_patients_on_both_sides_are_named(study: Workspace, tmp_path: Path):
    names = write_images(tmp_path / "leak", 20, seed=9)
    pd.DataFrame({"path": names, "subject_id": ["real0"] * 20}).to_csv(tmp_path / "leak.csv", index=False)
    api.import_images("leak", tmp_path / "leak", tmp_path / "leak.csv", "train")
    run = evaluate(evaluation(train="leak", metrics=QUICK[:1]))
    assert "1 patients are in both" in run.message


def test_what_spoils_a_number_is_said_beside_it() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(200, 5))
    people = np.arange(200) // 2
    sets = {
        "train": FeatureSet(values[:120], kind="train", subjects=people[:120]),
        "real": FeatureSet(values[118:], kind="real", subjects=people[118:]),
        "synthetic": FeatureSet(np.repeat(rng.normal(size=(30, 5)), [2] + [1] * 29, axis=0), kind="synthetic"),
    }
    results, *_ = score_sets(sets, Scoring(metrics=[Choice(id="precision"), Choice(id="copy_share")], intervals=False))
    precision, copies = (r.message for r in results)
    patients = "Few patients: real has 41 patients (82 images)."  # they count, not their images
    assert precision == f"{patients} Few images: synthetic has n = 31. 1 of the 31 synthetic images repeat another one."
    assert copies.endswith("Not held out: 2 images of real are in train too. Not held out: 1 patients of real are in train too.")
    half_known = {role: f"{UNNAMED}3 {role} a a".split(" ") for role in ("real", "train")}
    assert shared_patients(half_known["real"], half_known["train"]) == 1  # row 3 of either set is of nobody that is known
    clean = {"real": FeatureSet(values[:100], kind="real"), "synthetic": FeatureSet(values[100:], kind="synthetic")}
    assert score_sets(clean, Scoring(metrics=[Choice(id="precision")], intervals=False))[0][0].message == ""


def test_patients_that_look_alike_in_two_sets_are_said() -> None:
    told = look_alikes(["00017", "10000032", "p1", f"{UNNAMED}3"], [17, "10000032.0", "P1", "8", f"{UNNAMED}3"])
    assert told.startswith("3 patients of real look like patients of train ('10000032' and '10000032.0')")
    assert look_alikes(["00017", "17", "a"], ["17", "b"]) == ""
