"""Patients and prompts are counted, not their images."""

from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.data import ImageSet
from bench_core.engine.scoring.units import texts_of, units_of
from bench_core.features import UNNAMED, FeatureSet


def features(n: int, **more: object) -> FeatureSet:
    return FeatureSet(np.random.default_rng(n).normal(size=(n, 3)), **more)


def test_a_patient_or_a_prompt_counts_once() -> None:
    sets = {
        "real": features(12, subjects=[f"p{i // 3}" for i in range(12)]),
        "synthetic": features(10, prompts=[f"t{i // 5}" for i in range(10)]),
        "train": features(5),
    }
    assert units_of("real", sets).counted() == "4 patients (12 images)"
    assert units_of("synthetic", sets).counted() == "2 prompts (10 images)"
    assert units_of("train", sets).counted() == "5 images"
    assert units_of("real", sets).of.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert units_of("train", {"train": features(3, prompts=["one"] * 3)}).counted() == "1 prompt (3 images)"
    view = {**sets, "real": sets["real"].take([0, 1, 9])}
    assert units_of("real", view).of.tolist() == [0, 0, 1]


def test_images_whose_patient_is_unknown_stand_alone() -> None:
    assert units_of("real", {"real": features(3, subjects=[f"{UNNAMED}{i}" for i in range(3)])}).counted() == "3 images"
    assert units_of("real", {"real": features(3, subjects=["a", "a", f"{UNNAMED}2"])}).counted() == "2 patients (3 images)"


def test_a_report_of_several_patients_may_be_asked_for_as_often() -> None:
    sets = {
        "real": features(6, subjects=list("aabcde"), prompts=["clear", "clear", "clear", "clear", "effusion", "edema"]),
        "synthetic": features(8, prompts=["clear"] * 5 + ["effusion"] * 3),
    }
    units = units_of("synthetic", sets)
    assert len(units) == 4  # three patients are clear, one has an effusion
    assert sorted(np.bincount(units.of)) == [1, 2, 2, 3]
    assert len(units_of("synthetic", {"synthetic": sets["synthetic"]})) == 2
    turned = np.random.default_rng(0).permutation(8)
    again = units_of(
        "synthetic", {**sets, "synthetic": FeatureSet(sets["synthetic"].values[turned], prompts=sets["synthetic"].prompts[turned])}
    )
    assert (again.of[:, None] == again.of[None]).tolist() == (units.of[turned][:, None] == units.of[turned][None]).tolist()


def test_texts_come_from_the_table_where_there_is_one() -> None:
    table = pd.DataFrame({"image_id": list("ab"), "prompt": ["one", None], "digest": list("ab")})
    images = ImageSet("id", "name", "synthetic", Path(), table)
    assert texts_of(features(2, images=images, prompts=["x", "y"])).fillna("").tolist() == ["one", ""]
    assert texts_of(features(2, prompts=["x", "y"])).tolist() == ["x", "y"]
    assert texts_of(features(2)).tolist() == [None, None]
