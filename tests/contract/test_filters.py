"""Promises that every filter keeps, over the registry; and what those that come along do."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench_core import registry
from bench_core.data import ImageSet
from bench_core.engine.answers.filters import log_of, marks_of
from bench_core.errors import NotPossible, UnknownName
from bench_core.features import FeatureSet
from bench_core.registry import Filter

FILTERS = list(registry.filters().values())
every = pytest.mark.parametrize("one", FILTERS, ids=lambda one: one.id)
Sets = dict[str, FeatureSet]


def feature_set(values: np.ndarray, kind: str, labels: np.ndarray, order: np.ndarray | None = None, **more: Any) -> FeatureSet:
    """Features with a table; image i is `kind-i`, whatever the order."""
    order = np.arange(len(values)) if order is None else order
    ids = np.array([f"{kind}-{i:03d}" for i in range(len(values))])[order]
    known = {name: np.asarray(column)[order] for name, column in more.items()}
    columns = {"subject_id": known["subjects"]} if "subjects" in known else {"subject_id": [None] * len(ids)}
    table = pd.DataFrame({"image_id": ids, "digest": ids, **columns})
    images = ImageSet("", kind, kind, Path(), table)  # type: ignore[arg-type]
    frame = pd.DataFrame(labels[order], columns=["Edema", "Cardiomegaly"])
    return FeatureSet(np.asarray(values, np.float32)[order], labels=frame, images=images, kind=kind, **known)


def study(order: np.ndarray | None = None) -> Sets:
    """60 images of 20 prompts, the first 6 near one training patient; findings more frequent than among the real ones."""
    rng = np.random.default_rng(3)
    train, real, synthetic = (rng.normal(size=(n, 6)) for n in (80, 90, 60))
    synthetic[:6] = train[0] + 0.01 * rng.normal(size=(6, 6))
    text = synthetic + rng.normal(size=synthetic.shape)
    rare, often = (rng.random((90, 2)) < 0.2).astype(float), (rng.random((60, 2)) < 0.6).astype(float)
    prompts = [f"prompt-{i // 3:02d}" for i in range(60)]
    return {
        "train": feature_set(train, "train", np.zeros((80, 2)), subjects=[f"patient-{i // 2}" for i in range(80)]),
        "real": feature_set(real, "real", rare, subjects=[f"other-{i // 2}" for i in range(90)]),
        "synthetic": feature_set(synthetic, "synthetic", often, order, text=text, prompts=prompts),
    }


def values_by_id(one: Filter, order: np.ndarray | None = None) -> dict[str, float]:
    sets = study(order)
    marks = marks_of(one, sets, {})
    assert sets["synthetic"].images is not None
    return dict(zip(sets["synthetic"].images.table["image_id"], marks.values.tolist(), strict=True))


@every
def test_a_value_for_every_image_the_same_each_time_whatever_the_order(one: Filter) -> None:
    first = values_by_id(one)
    assert len(first) == 60 and not np.isnan(list(first.values())).any()
    assert values_by_id(one) == first
    again = values_by_id(one, np.random.default_rng(1).permutation(60))
    assert again == pytest.approx(first, rel=1e-5)


@every
def test_tightening_takes_away_and_never_adds(one: Filter) -> None:
    values = np.array(list(values_by_id(one).values()))
    at = np.linspace(one.threshold.low, min(one.threshold.high, 60), 60)
    kept = [set(np.flatnonzero(one.threshold.keeps(values, t))) for t in (at if one.threshold.stays == "at_least" else at[::-1])]
    assert all(more >= fewer for more, fewer in zip(kept, kept[1:], strict=False))
    assert len({len(k) for k in kept}) > 2, "no threshold of its range changes anything"
    assert len(kept[0]) == 60, "its loosest threshold keeps all"


@every
def test_the_log_has_every_image_and_a_reason_for_each_that_goes(one: Filter) -> None:
    sets = study()
    train, synthetic = sets["train"].images, sets["synthetic"].images
    assert train is not None and synthetic is not None
    marks = marks_of(one, sets, {})
    at = float(np.median(marks.values[np.isfinite(marks.values)]))
    log = log_of(one, marks, at, synthetic, train)
    assert log["image_id"].tolist() == synthetic.table["image_id"].tolist()
    assert (log["reason"] == "").tolist() == log["kept"].tolist()
    assert not log["reason"].str.contains(r"[{}]|None|nan").any()
    if marks.because is not None:
        assert log["because"].str.startswith("train-").all() and log["patient"].str.startswith("patient-").all()


@every
def test_it_says_what_it_does_and_leaves_its_sets_alone(one: Filter) -> None:
    assert one.summary.endswith(".") and one.threshold.low <= one.threshold.usual <= one.threshold.high
    sets = study()
    before = {role: features.values.copy() for role, features in sets.items()}
    marks_of(one, sets, {})
    assert all((features.values == before[role]).all() for role, features in sets.items())


def test_near_copies_are_those_near_a_training_image() -> None:
    one = registry.find_filter("drop_near_copies")
    values = np.array(list(values_by_id(one).values()))
    assert set(np.flatnonzero(~one.threshold.keeps(values, 0.1))) == set(range(6))


def test_a_false_match_rate_is_a_share_of_held_out_patients() -> None:
    one, sets = registry.find_filter("drop_reidentified"), study()
    values = marks_of(one, sets, {}).values
    nearest = [np.linalg.norm(sets[r].values[:, None] - sets["train"].values[None], axis=2).min(axis=1) for r in ("synthetic", "real")]
    of_patients = nearest[1].reshape(45, 2).min(axis=1)
    np.testing.assert_allclose(values, [(1 + (of_patients <= d).sum()) / 46 for d in nearest[0]], rtol=1e-12)
    assert set(np.flatnonzero(~one.threshold.keeps(values, 1 / 46))) >= set(range(6))
    left = sets["synthetic"].take(np.flatnonzero(one.threshold.keeps(values, 0.1)))
    matched = registry.find_metric("reidentification").function
    assert matched(sets["train"], sets["real"], left, false_matches=0.1).value == 0
    assert matched(sets["train"], sets["real"], sets["synthetic"], false_matches=0.1).value > 0


def test_no_patient_has_more_images_than_the_cap_and_the_farthest_stay() -> None:
    one, sets = registry.find_filter("cap_per_patient"), study()
    marks = marks_of(one, sets, {})
    assert marks.because is not None and sets["train"].subjects is not None
    patients, kept = sets["train"].subjects[marks.because], one.threshold.keeps(marks.values, 2)
    assert max(np.unique(patients[kept], return_counts=True)[1]) == 2 < max(np.unique(patients, return_counts=True)[1])
    own = np.flatnonzero(patients == "patient-0")
    distances = np.linalg.norm(sets["synthetic"].values[own] - sets["train"].values[marks.because[own]], axis=1)
    assert len(own) >= 6 and set(own[kept[own]]) == set(own[np.argsort(distances)[-2:]])


def test_the_best_of_each_prompt_stays() -> None:
    one, sets = registry.find_filter("best_of_n"), study()
    kept = one.threshold.keeps(marks_of(one, sets, {}).values, 1)
    values, text, prompts = sets["synthetic"].values, sets["synthetic"].text, sets["synthetic"].prompts
    assert text is not None and prompts is not None
    cosine = (values * text).sum(axis=1) / np.linalg.norm(values, axis=1) / np.linalg.norm(text, axis=1)
    assert kept.sum() == 20 and all(cosine[kept][i] == cosine[prompts == p].max() for i, p in enumerate(prompts[kept]))


def test_resampled_labels_are_as_frequent_as_the_real_ones() -> None:
    one, sets = registry.find_filter("resample_labels"), study()
    values = marks_of(one, sets, {}).values
    shares = []
    for at in (0, 0.5, 1):
        labels = sets["synthetic"].take(np.flatnonzero(one.threshold.keeps(values, at))).labels
        assert labels is not None
        shares.append(labels.mean().to_numpy())
    assert sets["real"].labels is not None
    target = sets["real"].labels.mean().to_numpy()
    assert (np.abs(shares[0] - target) > 0.2).all() and (np.abs(shares[2] - target) < 0.1).all()
    assert (np.abs(shares[1] - target) < np.abs(shares[0] - target)).all()
    only = one.marks(sets, {"findings": "Edema"}).values
    edema = [s.label("Edema") for s in (sets["synthetic"].take(np.flatnonzero(only >= 1)), sets["real"])]
    assert edema[0].mean() == pytest.approx(edema[1].mean(), abs=0.03)
    for wrong, error in (("Flu", UnknownName), ("Pneumonia", NotPossible)):
        with pytest.raises(error):
            one.marks(sets, {"findings": wrong})
