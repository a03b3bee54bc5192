"""Numbers of what a filter would leave are those of a set made of it."""

import numpy as np
import pandas as pd
import pytest

from bench_core import api, registry
from bench_core.data import FINDINGS
from bench_core.engine.answers import what_if
from bench_core.engine.answers.what_if import WhatIf, metrics_of, steps
from bench_core.engine.scoring.uncertainty import measure
from bench_core.errors import BenchError, InputError, NotPossible
from bench_core.features import FeatureSet
from bench_core.registry import Marks
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, evaluate, evaluation

D = 10
RELATIVE = 1e-9
SINGLE = {"extraction_ratio": 1e-6}
"""Metrics that read distances in single precision, and how far a block of other rows may move them."""


def raw(n: int, seed: int, kind: str) -> dict:
    rng = np.random.default_rng(seed)
    labels = (rng.random((n, len(FINDINGS))) < 0.4).astype(float)
    values = rng.normal(size=(n, D)) + labels @ np.random.default_rng(5).normal(size=(len(FINDINGS), D)) * 0.4
    owner = {"prompts": [f"p{i // 2}" for i in range(n)]} if kind == "synthetic" else {"subjects": [f"{kind}{i // 2}" for i in range(n)]}
    return {"values": values.astype(np.float32), "text": (values + rng.normal(size=(n, D))).astype(np.float32), "labels": labels, **owner}


def features(kind: str, given: dict, rows: np.ndarray | None = None) -> FeatureSet:
    """A set of its own that shares nothing with any other."""
    rows = np.arange(len(given["values"])) if rows is None else rows
    own = {name: np.asarray(given[name])[rows] for name in given}
    labels = pd.DataFrame(own.pop("labels"), columns=list(FINDINGS))
    return FeatureSet(own.pop("values"), labels=labels, kind=kind, **own)


@pytest.fixture(scope="module")
def made_up() -> tuple[WhatIf, dict[str, dict]]:
    given = {kind: raw(n, seed, kind) for seed, (kind, n) in enumerate((("train", 90), ("real", 80), ("synthetic", 100)))}
    given["synthetic"]["values"][:7] = given["train"]["values"][:7] + 1e-3
    sets = {kind: features(kind, one) for kind, one in given.items()}
    one = registry.find_filter("drop_near_copies")
    return WhatIf(one, sets, one.marks(sets, {})), given


def test_equal_to_a_full_recomputation(made_up: tuple[WhatIf, dict[str, dict]]) -> None:
    opened, given = made_up
    asked = metrics_of(opened.sets)
    assert {"frechet_distance", "precision", "coverage", "recall", "copy_share", "tstr_auroc", "nearest_train_distance"} <= set(asked)
    for at in (0.1, 0.45, 0.7):
        rows = opened.kept(at)
        assert 20 < len(rows) < 100
        anew = {kind: features(kind, one, rows if kind == "synthetic" else None) for kind, one in given.items()}
        for name in asked:
            metric = registry.find_metric(name)
            found, seed = opened.row(metric, at), {"seed": 0} if "seed" in (metric.function.__kwdefaults__ or {}) else {}
            expected = metric.function(*(anew[role] for role in metric.reads), **seed).value
            assert found["value"] == pytest.approx(expected, rel=SINGLE.get(name, RELATIVE), abs=RELATIVE), (name, at)
            assert (found["kept"], found["share"]) == (len(rows), len(rows) / 100)


def test_what_is_left_of_all_is_the_whole_and_of_nothing_has_no_number(made_up: tuple[WhatIf, dict[str, dict]]) -> None:
    opened, _ = made_up
    metric = registry.find_metric("copy_share")
    assert opened.remaining(None)["synthetic"] is opened.sets["synthetic"] is opened.remaining(0.0)["synthetic"]
    assert opened.row(metric, None)["value"] > opened.row(metric, 0.45)["value"]
    nothing = opened.row(metric, 10.0)
    assert nothing["value"] is None and nothing["message"] == "Nothing remains."


def test_beside_a_perfect_generator_of_as_many_images(made_up: tuple[WhatIf, dict[str, dict]]) -> None:
    opened, given = made_up
    metric, rows = registry.find_metric("coverage"), opened.kept(0.7)
    anew = {kind: features(kind, one, rows if kind == "synthetic" else None) for kind, one in given.items()}
    expected, found = measure(metric, anew, settings={"k": 5}), opened.row(metric, 0.7, beside_perfect=True)
    assert found["value"] == expected.score.value
    assert found["low"] <= found["value"] <= found["high"] and abs(found["matched"] - expected.matched) < 0.05  # other draws
    for name in ("null", "null_low", "null_high"):
        assert found[name] == pytest.approx(getattr(expected, name), rel=RELATIVE), name


def test_steps_go_from_nothing_to_most() -> None:
    near, cap = registry.find_filter("drop_near_copies"), registry.find_filter("cap_per_patient")
    found = steps(near, Marks(np.linspace(0.2, 30, 200)))
    assert found == sorted(found) and len(found) <= 24 and found[0] == 0.2 and found[-1] == 10.0
    assert steps(cap, Marks(np.array([1.0, 2, 3, 1, 1, 2]))) == [3, 2, 1]
    assert steps(registry.find_filter("resample_labels"), Marks(np.full(5, np.inf))) == []


def test_of_a_stored_study(study: Workspace) -> None:
    evaluate(evaluation("copies"))
    choice = api.Choice(id="drop_near_copies")
    spec = api.FilterSpec(name="x", images="copies", filter=choice, real="real", train="train", encoder=ENCODER)
    found, asked = api.filter_steps(spec)
    assert found[0] == 0 and "copy_share" in asked
    told: list[tuple[int, int, str]] = []
    frame = api.what_remains(spec, ["copy_share", "coverage"], [None, 0.5], on_progress=lambda *said: told.append(said))
    again = [api.what_remains(spec, ["coverage"], [None], True) for _ in range(2)]
    assert again[0].equals(again[1]) and study.derived.count("what remains") == 1 and again[0]["null"].notna().all()
    assert len(frame) == 4 and told[-1][:2] == (3, 4)
    log = api.what_goes(spec.model_copy(update={"threshold": 0.5}))
    assert log["kept"].sum() == frame["kept"].iat[-1] < frame["kept"].iat[0] == 60
    assert (frame[frame["metric"] == "copy_share"]["value"].diff().dropna() < 0).all()
    for wrong, error, said in (
        ({"threshold": 11.0}, InputError, "11"), ({"train": None}, NotPossible, "needs a training set"),
        ({"encoder": None}, NotPossible, "encoder"), ({"images": "gone"}, BenchError, "gone"),
    ):  # fmt: skip
        with pytest.raises(error, match=said):
            api.what_goes(spec.model_copy(update=wrong))
    for seed in range(3):
        api.what_goes(spec.model_copy(update={"filter": api.Choice(id=("cap_per_patient", "drop_reidentified", "drop_near_copies")[seed])}))
    assert len(what_if._open) == what_if.KEPT_OPEN
