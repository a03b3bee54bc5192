"""Copies are planted, looked for, and judged by held-out patients, through queue, facade and command line."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.errors import BenchError, InputError, NotPossible, TooFewImages
from bench_core.memorization import plants
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER

REFERENCE = api.Reference("real", "train", ENCODER)


def done(spec: api.RunSpec) -> api.Run:
    run = api.wait(api.submit(spec))
    if run.status != "done":
        raise BenchError(run.error, run.hint)
    return run


@pytest.fixture(autouse=True)
def few_patients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plants, "FEWEST_PATIENTS", 5)


def spec(synthetic: str) -> api.DetectSpec:
    return api.DetectSpec(synthetic=synthetic, train="train", real="real", encoder=ENCODER)


def test_copies_are_named_with_their_originals_and_what_was_found_is_not_looked_for_again(study: Workspace) -> None:
    with pytest.raises(NotPossible, match="were not looked for in 'copies'"):
        api.detections("copies", REFERENCE)
    done(spec("copies"))
    found = api.detections("copies", REFERENCE)
    best = found[found["rank"] == 1]
    assert (best["image_id"] == best["train_image_id"]).all() and len(best) == 60
    assert best["pixels"].min() > 0.999 and (best["p_pixels"] == 1 / 21).all()  # 20 held-out patients
    assert best["train_subject_id"].tolist() == [f"train{int(name.split('_')[1]) // 2}" for name in best["image_id"]]
    assert best["words"].eq("unrelated").all(), "20 patients cannot tell 1 %"
    kept = study.derived.count("copies")
    done(spec("copies"))
    assert study.derived.count("copies") == kept == 2


def test_planted_copies_are_found_and_their_table_says_what_they_are(study: Workspace, tmp_path: Path) -> None:
    main(
        [
            "plant",
            "--set",
            "train",
            "--real",
            "real",
            "--out",
            "planted",
            "--count",
            "2",
            "--encoder",
            "",
            "--json",
            str(tmp_path / "p.json"),
        ]
    )
    answer, table = json.loads((tmp_path / "p.json").read_text()), api.find_set("planted").table
    assert answer["set"] == api.find_set("planted").id and answer["planted"] == "50 copies among 10 held-out films"
    assert table["truth"].value_counts().to_dict() == {"exact": 40, "near": 10, "unrelated": 10}
    exact = table[(table["planting"] == "none") & (table["truth"] == "exact")]
    train, planted = api.find_set("train"), api.find_set("planted")
    for row, source in zip(exact.index, exact["source_image_id"], strict=True):
        np.testing.assert_array_equal(planted.read(row), train.read(train.rows_by_id[source]))
    done(spec("planted"))
    recall = api.planted_recall("planted", REFERENCE)
    assert recall["recall"].isna().all() and recall["found"].sum() == 0, "10 patients cannot tell 5 %"
    with pytest.raises(NotPossible, match="has no planted copies"):
        api.planted_recall("copies", REFERENCE)
    score, called = api.planted_f1("planted", REFERENCE)
    assert 0 <= score <= 1 and called.to_numpy().sum() == len(table)


def test_the_same_seed_plants_the_same_and_bad_input_is_told(study: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = lambda seed: plants.planned(np.arange(60).astype(str), np.arange(40).astype(str), 2, seed)
    pd.testing.assert_frame_equal(plan(3), plan(3))
    assert not plan(3).equals(plan(4))
    with pytest.raises(InputError, match="same set was given for two roles"):
        api.submit(api.PlantSpec(name="x", train="train", real="train"))
    with pytest.raises(InputError, match="three different sets"):
        api.submit(api.DetectSpec(synthetic="copies", train="train", real="train", encoder=ENCODER))
    with pytest.raises(NotPossible, match="no training set"):
        api.detections("copies", api.Reference("real", None, ENCODER))
    monkeypatch.setattr(plants, "FEWEST_PATIENTS", 20)
    with pytest.raises(TooFewImages, match="20 held-out patients are too few: 40 are needed"):
        api.submit(api.PlantSpec(name="x", train="train", real="real"))
