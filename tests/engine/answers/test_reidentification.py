"""Whose patient: the cut is set by held-out patients, copies are found, and what is lacking is said."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.engine.answers import reidentification as answer
from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet
from bench_core.store.workspace import Workspace
from tests.engine.studies import REFERENCE, evaluate, evaluation
from tests.fakes import write_images


def test_copies_are_found_and_fresh_images_are_not(study: Workspace) -> None:
    with pytest.raises(NotPossible, match="Evaluate it first"):
        api.reidentification("copies", REFERENCE)
    evaluate(evaluation("copies"))
    found = api.reidentification("copies", REFERENCE, rate=0.05)
    assert found.count.found == len(found.matches) == 60 and found.patients == 30
    assert (found.matches["image_id"] == found.matches["train_image_id"]).all() and found.matches["score"].eq(0).all()
    assert np.allclose(found.matches["chance"], 1 / 21) and found.count.chance < 1e-6
    assert found.count.patients == 20 and found.count.share == 1 / 21 and not (found.held_out > 0).any()
    assert found.pairs.worth["same"] == 20 and found.pairs.worth["different"] == 40 * 39 / 2 - 20
    table = found.pairs.table
    assert table.groupby("kind")["count"].sum().to_dict() == {"same": 20, "different": 760}
    assert found.pairs.false_matches(np.inf) == 0 and found.pairs.false_matches(-np.inf) == 1
    metric = api.Choice(id="reidentification", settings={"false_matches": 0.05})
    run = evaluate(evaluation("fresh", metrics=[metric]))
    strangers = api.reidentification("fresh", REFERENCE, rate=0.05)
    assert strangers.count.found < 10 and strangers.count.chance > 0.01
    assert api.run_results(run.id)["value"].tolist() == [strangers.count.found / strangers.count.images]  # the metric says the same


def test_what_is_lacking_is_said(study: Workspace, tmp_path: Path) -> None:
    evaluate(evaluation("copies"))
    assert "20 held-out patients support no smaller share" in api.reidentification("copies", REFERENCE, rate=0.01).count.caution
    with pytest.raises(InputError, match="rate of 1 cannot"):
        api.reidentification("copies", REFERENCE, rate=1)
    for reference, match in (
        (api.Reference("real", None, REFERENCE.encoder), "has none"),
        (api.Reference("", "train", REFERENCE.encoder), "held-out"),
    ):
        with pytest.raises(NotPossible, match=match):
            api.reidentification("copies", reference)
    names = write_images(tmp_path / "both", 4, seed=9)
    pd.DataFrame({"path": names, "subject_id": ["train3", "a", "b", "c"]}).to_csv(tmp_path / "both.csv", index=False)
    api.import_images("both", tmp_path / "both", tmp_path / "both.csv", "real")
    with pytest.raises(InputError, match="1 patients are in train and in both \\(train3\\)"):
        api.reidentification("copies", api.Reference("both", "train", REFERENCE.encoder))


def test_real_pairs_tell_what_the_encoder_is_worth() -> None:
    rng = np.random.default_rng(0)
    who = rng.normal(size=(50, 4)).repeat(2, 0)
    subjects = [f"p{i // 2}" for i in range(100)]
    near = FeatureSet(who + 0.01 * rng.normal(size=who.shape), subjects=subjects, kind="real")
    same, different, rank_one = answer.real_pairs(near, None)
    table, worth = answer.describe_pairs(same, different, rank_one)
    assert worth == {"auroc": 1.0, "rank_one": 1.0, "same": 50, "different": 100 * 99 / 2 - 50}
    assert table["count"].sum() == 100 * 99 / 2
    same, different, rank_one = answer.real_pairs(FeatureSet(rng.normal(size=(100, 4)), subjects=subjects, kind="real"), None)
    assert abs(answer.describe_pairs(same, different, rank_one)[1]["auroc"] - 0.5) < 0.15 and rank_one < 0.1
    with pytest.raises(NotPossible, match="two images"):
        answer.real_pairs(FeatureSet(rng.normal(size=(4, 2)), subjects=list("abcd"), kind="real"), None)
    with pytest.raises(NotPossible, match="subject_id"):
        answer.real_pairs(FeatureSet(rng.normal(size=(4, 2)), kind="real"), None)


def test_pairs_of_many_films_are_those_of_whole_patients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "FILMS", 5)
    features = FeatureSet(np.random.default_rng(0).normal(size=(9, 2)), subjects=list("aabbccdde"), kind="real")
    same, different, _ = answer.real_pairs(features, None)
    assert len(same) == 2 and len(different) == 4  # a and b: a third patient would make six


def test_a_networks_own_layer_scores_pairs_in_blocks_as_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    one, other = (FeatureSet(rng.random((n, 3)).astype(np.float32), kind=k) for n, k in ((7, "synthetic"), (5, "train")))
    head = (np.asarray([-2.0, -1.0, 0.5], np.float32), 0.3)
    monkeypatch.setattr(answer, "CELLS", 20)
    scores, rows = answer.best_matches(one, other, head)
    whole = 1 / (1 + np.exp(-(np.abs(one.values[:, None] - other.values[None]) @ head[0] + 0.3)))
    assert np.allclose(scores, whole.max(1)) and np.array_equal(rows, whole.argmax(1))


def test_the_chance_of_a_score_counts_every_held_out_patient_once() -> None:
    held_out, patients = np.asarray([3.0, 1.0, 1.0, 2.0]), np.asarray(["a", "b", "b", "c"])
    chances = answer.chance_of_scores(np.asarray([4.0, 3.0, 1.5, 1.0, 0.0]), held_out, patients)
    assert np.allclose(chances, np.asarray([1, 2, 3, 4, 4]) / 4)


def test_the_benchmarks_figures_pair_an_image_with_the_training_image_of_its_prompt(study: Workspace, tmp_path: Path) -> None:
    names = write_images(tmp_path / "made", 5, seed=77)
    prompts = ["3", "3", "7", "nobody's", "7"]
    pd.DataFrame({"path": names, "prompt": prompts}).to_csv(tmp_path / "made.csv", index=False)
    api.import_images("made", tmp_path / "made", tmp_path / "made.csv", "synthetic")
    evaluate(evaluation("made"))
    every = api.reidentification("made", REFERENCE, rate=0.05).matches.set_index("image_id")["score"]
    found = api.paired_reidentification("made", REFERENCE, delta=-1e9)
    assert found.table["prompt"].tolist() == ["3", "7"] and found.table["images"].tolist() == [2, 2] and found.above == 2
    assert found.table["train_image_id"].tolist() == [api.find_set("train").table["image_id"][i] for i in (3, 7)]
    assert found.mean <= found.maximum <= every.max() and api.paired_reidentification("made", REFERENCE, delta=0.0).above == 0
    with pytest.raises(NotPossible, match="for a training report"):
        api.paired_reidentification("copies", REFERENCE)
