"""Evaluation runs: features once, numbers stored and reused, neighbours, projection, studies."""

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.errors import InputError
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, QUICK, evaluate, evaluation
from tests.fakes import TinyEncoder, request


def test_numbers_are_stored_with_everything_that_decides_them(study: Workspace):
    run = evaluate(evaluation())
    frame = api.results(synthetic=["fresh"])
    assert list(frame["metric"]) == [c.id for c in QUICK]
    row = frame.iloc[0]
    assert (row["status"], row["encoder"], row["subgroup"], row["set_name"], row["generator"]) == ("ok", ENCODER, "all", "fresh", "tiny")
    assert (row["n_real"], row["n_synthetic"]) == (40, 30)
    assert row["low"] <= row["value"] <= row["high"]
    assert row["null_low"] <= row["null"] <= row["null_high"]
    assert row["run"] == run.id
    assert api.run_results(run.id)["value"].tolist() == frame["value"].tolist()
    assert api.run(run.id).progress == 1.0


def test_each_image_is_encoded_once(study: Workspace):
    TinyEncoder.calls = 0
    evaluate(evaluation())
    assert TinyEncoder.calls == 40 + 60 + 30
    evaluate(evaluation(seed=1))
    evaluate(evaluation("copies"))  # the same pixels as the training images
    assert TinyEncoder.calls == 40 + 60 + 30


def test_what_was_computed_is_copied(study: Workspace, monkeypatch):
    first = evaluate(evaluation())
    monkeypatch.setattr("bench_core.engine.scoring.score_sets.score_sets", None)
    second = evaluate(evaluation())
    assert first.id != second.id
    pd.testing.assert_frame_equal(
        api.run_results(first.id).drop(columns=["run", "created"]), api.run_results(second.id).drop(columns=["run", "created"])
    )
    assert len(api.results()) == len(QUICK)


def test_nulls_are_shared_and_kept(study: Workspace):
    evaluate(evaluation())
    kept = study.derived.count("null")
    assert kept >= 1
    again = evaluate(evaluation(metrics=QUICK[:2]))
    assert study.derived.count("null") == kept
    assert api.run_results(again.id)["null"].notna().any()


def test_all_that_can_run_when_none_is_named(study: Workspace):
    run = evaluate(evaluation(metrics=None, train=None, intervals=False))
    frame = api.run_results(run.id).set_index("metric")
    assert set(frame.index) == set(api.metrics())
    assert frame.loc["frechet_distance", "status"] == "ok"
    assert frame.loc["copy_share", "status"] == "skipped"
    assert "train" in frame.loc["copy_share", "message"]
    assert np.isnan(frame.loc["copy_share", "value"])


def test_subgroups_that_nobody_is_in_are_said(study: Workspace):
    run = evaluate(evaluation(metrics=QUICK[:1], subgroup="finding", intervals=False))
    assert "no numbers by finding for No Finding, " in run.message and "Support Devices: no such image in synthetic" in run.message
    assert "Edema" not in run.message.partition("no numbers by")[2]
    with pytest.raises(InputError, match=r"No image of 'real' \(real\) has a view, so there are no subgroups by view") as caught:
        api.submit(evaluation(metrics=QUICK[:1], subgroup="view"))
    assert "column view" in caught.value.hint


def test_subgroups(study: Workspace):
    run = evaluate(evaluation(metrics=QUICK[:1], subgroup="finding", intervals=False))
    frame = api.run_results(run.id)
    assert list(frame["subgroup"]) == ["all", "finding=Edema"]


def test_a_set_that_grew_is_measured_again(study: Workspace):
    spec = request("grows", prompts=30, count=1, batch_size=15, fail_at_seed=30)
    assert api.wait(api.submit(spec)).status == "failed"
    evaluate(evaluation("grows", metrics=QUICK[:1]))
    before = api.results(synthetic=["grows"]).iloc[0]
    with study.sets.draft(api.find_set("grows").id, "synthetic", {"generator": "tiny"}, total=30) as draft:
        rows = draft.missing
        columns = [{"image_id": str(r), "prompt": "p", "prompt_id": str(r), "seed": r} for r in rows]
        draft.add(rows, columns, [np.full((16, 16), r, np.uint8) for r in rows], [None] * len(rows))
        draft.finish()
    evaluate(evaluation("grows", metrics=QUICK[:1]))
    after = api.results(synthetic=["grows"]).iloc[0]
    assert (before["n_synthetic"], after["n_synthetic"]) == (15, 30)
    assert len(api.results(synthetic=["grows"])) == 1
