"""Promises that every metric keeps, over the registry: a new metric is covered without a new test."""

import importlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import gaussian_filter

from bench_core import registry
from bench_core.data import FINDINGS, ImageSet, Score
from bench_core.engine.scoring.uncertainty import Measurement, measure
from bench_core.errors import BenchError, MissingPackage
from bench_core.features import FeatureSet
from bench_core.registry import Metric, Target

METRICS = list(registry.metrics().values())
every = pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.id)
D = 12
SIDE = 256
DIRECTIONS = np.random.default_rng(7).normal(size=(len(FINDINGS), D)) * 0.5
TEXTURES = np.stack([gaussian_filter(t, 4) * 150 for t in np.random.default_rng(8).normal(size=(D, SIDE, SIDE))]).astype(np.float32)
SMALL = {"fpr": 0.1, "beta": 0.2, "pairs": 100}
"""Settings, of the metrics that have them, at which sets as small as these say something."""
Sets = dict[str, FeatureSet]


class Pictures(ImageSet):
    """Pictures that follow the features, without files: each feature is how much of one texture there is."""

    def read(self, row: int) -> np.ndarray:  # (SIDE, SIDE) uint8
        """The picture of that row."""
        return np.clip(128 + np.tensordot(self.meta["values"][row, :D], TEXTURES, 1), 0, 255).astype(np.uint8)


def feature_set(values: np.ndarray, **more: Any) -> FeatureSet:
    """A feature set with pictures."""
    values = np.asarray(values, np.float32)
    pictures = [row.tobytes().hex() for row in values]
    table = pd.DataFrame({"image_id": [f"image-{i}" for i in range(len(values))], "digest": pictures})
    return FeatureSet(values, images=Pictures("", "", more["kind"], Path(), table, meta={"values": values}), **more)


def images(n: int, seed: int, kind: str, *, shift: float = 0.0) -> FeatureSet:
    """Images whose findings move their features; `shift` moves them all."""
    rng = np.random.default_rng(seed)
    labels = (rng.random((n, len(FINDINGS))) < 0.3).astype(float)
    signal = labels @ DIRECTIONS
    values, text = signal + rng.normal(size=(n, D)) + shift, signal + 0.3 * rng.normal(size=(n, D))
    owner: dict[str, Any] = {"subjects": [f"{seed}-{i // 2}" for i in range(n)]}
    if kind == "synthetic":
        owner = {"prompts": [f"prompt-{i}" for i in range(n)]}
    return feature_set(values, text=text, kind=kind, labels=pd.DataFrame(labels, columns=list(FINDINGS)), **owner)


@cache
def perfect(seed: int = 0) -> Mapping[str, FeatureSet]:
    """Three sets of one distribution; what metrics remember of them, pictures and neighbours, is read once for all."""
    return made_anew(seed)


def made_anew(seed: int = 0) -> Sets:
    """Three sets of which nothing was computed yet."""
    return {
        "train": images(240, 10 * seed, "train"),
        "real": images(160, 10 * seed + 1, "real"),
        "synthetic": images(120, 10 * seed + 2, "synthetic"),
    }


def changed(
    features: FeatureSet, values: np.ndarray | None = None, text: np.ndarray | None = None, rows: np.ndarray | None = None
) -> FeatureSet:
    """The set with other values or texts, and labels of other rows."""
    labels = features.labels
    assert labels is not None
    return feature_set(
        features.values if values is None else values,
        text=features.text if text is None else text,
        kind=features.kind, subjects=features.subjects, labels=labels if rows is None else labels.iloc[rows],
        prompts=features.prompts if rows is None or features.prompts is None else features.prompts[rows],
    )  # fmt: skip


def spoiled(sets: Mapping[str, FeatureSet], metric: Metric, share: float) -> Sets:
    """The sets made worse in what the metric's family measures."""
    family = metric.family
    synthetic, train = sets["synthetic"], sets["train"]
    n = len(synthetic)
    first = np.arange(n) < share * n
    rolled = np.where(first, np.roll(np.arange(n), 1), np.arange(n))  # a share of the images has another image's prompt
    if family == "privacy":  # copies of training images
        copies = train.values[:n] + 1e-3
        return {**sets, "synthetic": changed(synthetic, values=np.where(first[:, None], copies, synthetic.values))}
    if family in ("alignment", "utility"):
        assert synthetic.text is not None
        worse = {**sets, "synthetic": changed(synthetic, text=synthetic.text[rolled], rows=rolled)}
        if "synthetic" not in metric.reads:
            count = np.arange(len(train))
            worse["train"] = changed(train, rows=np.where(count < share * len(train), np.roll(count, 1), count))
        return worse
    values = synthetic.values
    if "logits" in metric.needs:  # unsure of every class
        return {**sets, "synthetic": changed(synthetic, values=(1 - 0.9 * share) * values)}
    if family == "variety":  # more and more images become much like one of them
        return {**sets, "synthetic": changed(synthetic, values=np.where(first[:, None], values + 0.8 * (values[0] - values), values))}
    return {**sets, "synthetic": changed(synthetic, values=values + 2 * share)}


def score(metric: Metric, sets: Mapping[str, FeatureSet], seed: int = 0) -> Score:
    given = {name: value for name, value in {"seed": seed, **SMALL}.items() if name in (metric.function.__kwdefaults__ or {})}
    try:
        return metric.function(*(sets[name] for name in metric.reads), **given)
    except MissingPackage as error:
        pytest.skip(str(error))


def measured(metric: Metric, sets: Mapping[str, FeatureSet], seed: int = 0) -> Measurement:
    try:
        small = {name: value for name, value in SMALL.items() if name in metric.settings.model_fields}
        return measure(metric, sets, settings=metric.settings(**small).model_dump(), seed=seed)
    except MissingPackage as error:
        pytest.skip(str(error))


def badness(metric: Metric, value: float) -> float:
    """How bad a value is: up is worse."""
    if isinstance(metric.goal, Target):
        return abs(value - metric.goal.value)
    return value if metric.goal == "minimize" else -value


def within(metric: Metric, *values: float) -> bool:
    low, high = metric.bounds
    return all(np.isfinite(v) and (low is None or v >= low) and (high is None or v <= high) for v in values)


def test_there_are_metrics_of_every_family() -> None:
    assert {m.family for m in METRICS} == {"fidelity", "variety", "alignment", "privacy", "utility"}


@every
def test_file_function_and_id_are_one_word(metric: Metric) -> None:
    module = importlib.import_module(metric.function.__module__)
    assert metric.function.__module__.split(".")[-2:] == [metric.family, metric.id] or not metric.function.__module__.startswith(
        "bench_core"
    )
    assert getattr(module, metric.id) is metric.function


@every
def test_it_says_what_it_is(metric: Metric) -> None:
    assert metric.title
    assert len(metric.summary) > 20
    assert metric.paper.startswith(("arXiv:", "doi:", "https://"))
    assert metric.min_samples >= 1
    assert "synthetic" in metric.reads or metric.family == "utility"
    metric.settings()  # every setting has a default


@every
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_finite_and_within_bounds(metric: Metric, share: float) -> None:
    sets = spoiled(perfect(), metric, share)
    found = score(metric, sets)
    assert within(metric, found.value)
    if found.per_image is not None:
        assert len(found.per_image) == len(sets["synthetic"])
        assert np.isfinite(found.per_image).all()
        assert found.value == pytest.approx(np.mean(found.per_image)) or found.value == pytest.approx(np.median(found.per_image))


@every
def test_reproducible_and_leaves_its_inputs_alone(metric: Metric) -> None:
    sets, fresh = made_anew(), made_anew()
    before = {name: (f.values.copy(), f.labels) for name, f in sets.items()}
    first, again = score(metric, sets, seed=3), score(metric, sets, seed=3)
    assert first.value == again.value == score(metric, fresh, seed=3).value
    for name, (values, labels) in before.items():
        np.testing.assert_array_equal(sets[name].values, values)
        pd.testing.assert_frame_equal(sets[name].labels, labels)


@every
def test_the_order_of_rows_does_not_matter(metric: Metric) -> None:
    sets = spoiled(perfect(), metric, 0.3)
    rng = np.random.default_rng(0)
    orders = {name: rng.permutation(len(features)) for name, features in sets.items()}
    turned = {
        name: feature_set(
            f.values[orders[name]], text=f.text[orders[name]], kind=f.kind, labels=f.labels.iloc[orders[name]],
            subjects=None if f.subjects is None else f.subjects[orders[name]],
            prompts=None if f.prompts is None else f.prompts[orders[name]],
        )
        for name, f in sets.items()
    }  # fmt: skip
    a, b = (measured(metric, s, seed=5) for s in (sets, turned))
    for one, two in [(a.score.value, b.score.value), (a.low, b.low), (a.high, b.high), (a.matched, b.matched), (a.null, b.null)]:
        assert one == pytest.approx(two, rel=1e-6, abs=1e-7)
    if a.score.per_image is not None:
        np.testing.assert_allclose(a.score.per_image[orders["synthetic"]], b.score.per_image, rtol=1e-6, atol=1e-7)


@every
def test_it_moves_the_right_way(metric: Metric) -> None:
    """Fidelity: away from real; variety: collapse onto one image; privacy: planted copies of training images; else: others' labels."""
    values = [
        np.mean([badness(metric, score(metric, spoiled(perfect(seed), metric, share)).value) for seed in range(3)])
        for share in (0.0, 0.4, 1.0)
    ]
    assert values[0] < values[1] < values[2]


@every
def test_what_is_spoiled_lies_outside_the_null_range(metric: Metric) -> None:
    found = measured(metric, spoiled(perfect(1), metric, 1.0))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.score.value <= found.high
    assert found.null is not None
    assert found.null_low is not None
    assert found.null_high is not None
    assert found.matched is not None
    assert found.null_low <= found.null <= found.null_high
    assert within(metric, found.low, found.high, found.null_low, found.null_high)
    if "synthetic" in metric.reads:
        above, below = found.matched > found.null_high, found.matched < found.null_low
        assert {"minimize": above, "maximize": below}.get(str(metric.goal), above or below)


@every
@pytest.mark.parametrize("case", ["one image", "identical sets", "constant features", "one constant feature"])
def test_awkward_sets_give_a_number_or_a_reason(metric: Metric, case: str) -> None:
    sets = perfect()
    if case == "one image":
        sets = {name: f.take([0]) for name, f in sets.items()}
    elif case == "identical sets":
        sets = dict.fromkeys(sets, sets["train"])
    elif case == "constant features":
        sets = {name: changed(f, values=np.ones_like(f.values)) for name, f in sets.items()}
    else:
        sets = {
            name: changed(f, values=np.pad(f.values, ((0, 0), (0, 1)), constant_values=5), text=np.pad(f.text, ((0, 0), (0, 1))))
            for name, f in sets.items()
        }
    try:
        found = score(metric, sets)
    except BenchError as error:
        assert error.message
        assert case in ("one image", "constant features") or "lie on both sides" in error.message
    else:
        assert within(metric, found.value) or case == "one image"
