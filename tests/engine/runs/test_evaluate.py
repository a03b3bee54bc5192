"""Evaluation runs: features once, numbers stored and reused, neighbours, projection, studies."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key, draws_key
from bench_core.errors import InputError, NotPossible, UnknownName
from bench_core.store.workspace import Workspace
from tests.fakes import TinyEncoder, request, write_images

ENCODER = "tiny-pixels"
REFERENCE = api.Reference("real", "train", ENCODER)
QUICK = [api.Choice(id="frechet_distance"), api.Choice(id="nearest_train_distance"), api.Choice(id="copy_share")]


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A real, a training and two synthetic sets; the second holds copies of training images."""
    for number, (kind, count) in enumerate((("real", 40), ("train", 60))):
        names = write_images(tmp_path / kind, count, seed=number + 1)
        table = pd.DataFrame(
            {"path": names, "subject_id": [f"{kind}{i // 2}" for i in range(count)], "prompt": [f"{i}" for i in range(count)]}
        )
        table["Edema"] = np.arange(count) % 2
        table.to_csv(tmp_path / f"{kind}.csv", index=False)
        api.import_images(kind, tmp_path / kind, tmp_path / f"{kind}.csv", kind)
    api.wait(api.submit(request("fresh", prompts=15, count=2)))
    api.import_images("copies", tmp_path / "train", None, "synthetic")
    return workspace


def evaluation(synthetic: str = "fresh", **more) -> api.EvaluateSpec:
    given = {"train": "train", "encoders": [ENCODER], "metrics": QUICK, **more}
    return api.EvaluateSpec(synthetic=synthetic, real="real", **given)


def evaluate(spec: api.EvaluateSpec) -> api.Run:
    run = api.wait(api.submit(spec))
    assert run.status == "done", run.error
    return run


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


def test_a_named_metric_that_cannot_run_is_an_error(study: Workspace):
    with pytest.raises(NotPossible, match="nearest_train_distance.*train"):
        api.submit(evaluation(train=None))
    with pytest.raises(UnknownName, match="Did you mean 'frechet_distance'"):
        api.submit(evaluation(metrics=[api.Choice(id="frechet_distanc")]))
    with pytest.raises(UnknownName, match="Did you mean 'real'"):
        api.submit(evaluation().model_copy(update={"real": "reall"}))
    with pytest.raises(InputError, match="two roles"):
        api.submit(evaluation(train="real"))


def test_subgroups(study: Workspace):
    run = evaluate(evaluation(metrics=QUICK[:1], subgroup="finding", intervals=False))
    frame = api.run_results(run.id)
    assert list(frame["subgroup"]) == ["all", "finding=Edema"]


def test_subgroups_by_view_and_at_equal_n(study: Workspace, tmp_path: Path):
    names = write_images(tmp_path / "views", 90, seed=7)
    pd.DataFrame({"path": names, "view": ["AP"] * 50 + ["lateral"] * 36 + ["odd"] * 4}).to_csv(tmp_path / "views.csv", index=False)
    api.import_images("views", tmp_path / "views", tmp_path / "views.csv", "synthetic")
    api.import_images("views-real", tmp_path / "views", tmp_path / "views.csv", "real")
    asked = {"metrics": QUICK[:1], "intervals": False, "train": None, "subgroup": "view"}
    run = evaluate(evaluation("views", **asked).model_copy(update={"real": "views-real"}))
    assert api.run_results(run.id)[["subgroup", "n_synthetic"]].to_numpy().tolist() == [["all", 90], ["view=AP", 50], ["view=lateral", 36]]
    run = evaluate(evaluation("views", equal_n=True, **asked).model_copy(update={"real": "views-real"}))
    assert api.run_results(run.id)[["n_synthetic", "n_real"]].to_numpy().tolist() == [[90, 90], [36, 36], [36, 36]]
    assert len(api.members("views", "view=AP")) == 50 and len(api.members("views", "finding=Edema")) == 0
    with pytest.raises(InputError, match="grouping by 'age'"):
        api.members("views", "age=9")


def test_sets_of_one_reference_are_compared_from_stored_draws(study: Workspace, tmp_path: Path):
    evaluate(evaluation())
    evaluate(evaluation("copies"))
    table = api.compare(REFERENCE)
    assert set(table["metric"]) == {c.id for c in QUICK}
    assert {(r["first"], r["second"]) for r in table.to_dict("records")} in ({("fresh", "copies")}, {("copies", "fresh")})
    row = table.set_index("metric").loc["nearest_train_distance"]
    assert row["excludes_zero"] and row[row["better"]] == "fresh"
    values = api.results().query("metric == 'nearest_train_distance'").set_index("set_name")["matched"]
    assert row["difference"] == pytest.approx(values[row["first"]] - values[row["second"]]) and row["basis"] == "matched"
    chance = api.pareto(REFERENCE, ["nearest_train_distance"]).set_index("set_name")["probability"]
    assert chance.to_dict() == {"fresh": 1, "copies": 0}
    assert list(api.pareto(REFERENCE, ["copy_share"], synthetic=["copies"])["set_name"]) == ["copies"]
    assert api.redundancy(REFERENCE).empty  # two sets have no rank correlation
    assert study.derived.count("draws") == 2
    out = tmp_path / "compared.json"
    assert main(["compare", "--real", "real", "--train", "train", "--encoder", ENCODER, "--metrics", "copy_share", "--json", str(out)]) == 0
    written = json.loads(out.read_text())
    assert [len(written[k]) for k in ("differences", "pareto", "redundancy")] == [1, 2, 0]


def test_numbers_without_draws_are_made_again(study: Workspace):
    first = evaluate(evaluation())
    study.derived.forget([draws_key(study.results.rows()[0]["step_key"])])
    assert api.pareto(REFERENCE, ["copy_share"]).empty and api.compare(REFERENCE).empty
    evaluate(evaluation())
    assert list(api.pareto(REFERENCE, ["copy_share"])["set_name"]) == ["fresh"]
    evaluate(evaluation(intervals=False, seed=5))
    assert study.derived.count("draws") == 1
    for run_id in [first.id, *api.runs()["id"]]:
        if run_id in set(api.runs()["id"]) and api.run(run_id).kind == "evaluate":
            api.delete_run(run_id)
    assert study.derived.count("draws") == 0


def test_a_number_without_an_interval_does_not_hide_one_that_has_it(study: Workspace):
    evaluate(evaluation())
    evaluate(evaluation(intervals=False, subgroup="finding"))
    frame = api.results(synthetic=["fresh"])
    frame = frame[frame["subgroup"] == "all"]
    assert frame["metric"].tolist() == [c.id for c in QUICK]
    assert frame["low"].notna().all()
    evaluate(evaluation("copies", intervals=False))
    frame = api.results(synthetic=["copies"])
    assert len(frame) == 3 and frame["low"].isna().all() and frame["value"].notna().all()


def test_values_an_image(study: Workspace):
    evaluate(evaluation())
    values = api.per_image("fresh", ENCODER, "nearest_train_distance")
    assert list(values.index) == list(api.find_set("fresh").table["image_id"])
    assert values.notna().all()
    with pytest.raises(NotPossible):
        api.per_image("fresh", ENCODER, "frechet_distance")


def test_deleting_a_run_deletes_its_numbers_and_values(study: Workspace):
    first, second = evaluate(evaluation()), evaluate(evaluation())
    api.delete_run(first.id)
    assert len(api.results()) == len(QUICK)
    assert study.derived.count("per image") == 1
    api.delete_run(second.id)
    assert len(api.results()) == 0
    assert study.derived.count("per image") == 0


def test_neighbours(study: Workspace):
    with pytest.raises(NotPossible, match="Evaluate it first"):
        api.neighbours("copies", REFERENCE)
    evaluate(evaluation("copies"))
    frame = api.neighbours("copies", REFERENCE, k=3)
    assert "held_out_share" not in api.neighbours("copies", api.Reference("", "train", ENCODER))
    assert len(frame) == 60 * 3
    nearest = frame[frame["rank"] == 1]
    assert (nearest["distance"] == 0).all()
    assert (nearest["image_id"].to_numpy() == nearest["train_image_id"].to_numpy()).all()
    assert (nearest["ratio"] == 0).all()
    assert (nearest["held_out_share"] == 0).all()
    assert (frame["ratio"] >= 0).all()
    ratios = api.held_out(REFERENCE)
    assert ratios.shape == (40,)
    assert (ratios > 0).all()
    features = study.features.read(card_key(encoder_card(study.config, ENCODER)), api.find_set("train").table["digest"].tolist())
    row = frame[(frame["rank"] == 2)].iloc[0]
    others = {i: j for j, i in enumerate(api.find_set("train").table["image_id"])}
    expected = np.linalg.norm(features[others[row["image_id"]]] - features[others[row["train_image_id"]]])
    assert row["distance"] == pytest.approx(expected, rel=1e-4)
    with pytest.raises(InputError):
        api.neighbours("copies", REFERENCE, k=0)
    for ask in (lambda only: api.neighbours("copies", only), api.held_out):
        with pytest.raises(NotPossible, match="has none"):
            ask(api.Reference("real", None, ENCODER))


def test_projection_is_made_once(study: Workspace, monkeypatch):
    evaluate(evaluation())
    assert api.stored_projection(["real", "fresh"], ENCODER) is None
    run = api.wait(api.submit(api.ProjectSpec(sets=["real", "fresh"], encoder=ENCODER)))
    assert run.status == "done", run.error
    monkeypatch.setattr("bench_core.engine.runs.project._fit", None)
    frame = api.projection(["fresh", "real"], ENCODER)
    assert len(frame) == 70
    assert np.isfinite(frame[["x", "y"]].to_numpy()).all()
    assert set(frame["placed"]) == {"fitted"}
    assert set(zip(frame["set_name"], frame["kind"], frame["generator"].fillna("none"), strict=True)) == {
        ("real", "real", "none"), ("fresh", "synthetic", "tiny"),
    }  # fmt: skip
    assert frame["Edema"].notna().sum() == 70


def test_a_large_projection_is_fitted_on_a_sample(study: Workspace, monkeypatch):
    evaluate(evaluation("copies"))
    monkeypatch.setattr("bench_core.engine.runs.project.FITTED", 30)
    monkeypatch.setattr("bench_core.engine.runs.project._spread", lambda count, share, seed: np.arange(count) % 2 == 0)
    frame = api.projection(["train", "real"], ENCODER, seed=1)
    assert frame["placed"].value_counts().to_dict() == {"fitted": 50, "interpolated": 50}
    fitted = frame[frame["placed"] == "fitted"]
    for axis in ("x", "y"):
        assert frame[axis].between(fitted[axis].min(), fitted[axis].max()).all()
    assert api.stored_projection(["real", "train"], ENCODER, seed=1, limit=100) is not None  # a limit that is not reached changes nothing
    thin = api.projection(["train", "real"], ENCODER, seed=1, limit=20)
    assert thin["set_name"].value_counts().to_dict() == {"train": 10, "real": 10}


def test_a_page_waits_for_no_mean_image_of_a_large_set_and_an_evaluation_makes_it(study: Workspace, monkeypatch):
    monkeypatch.setattr("bench_core.engine.answers.mean_image.AT_ONCE", 10)
    assert api.quick_mean_image("fresh") is None
    evaluate(evaluation(metrics=QUICK[:1]))
    assert api.quick_mean_image("fresh") == api.mean_image("fresh")
    monkeypatch.setattr("bench_core.engine.answers.mean_image.AT_ONCE", 100)
    assert api.quick_mean_image("real") == api.mean_image("real")


def test_patients_on_both_sides_are_named(study: Workspace, tmp_path: Path):
    names = write_images(tmp_path / "leak", 20, seed=9)
    pd.DataFrame({"path": names, "subject_id": ["real0"] * 20}).to_csv(tmp_path / "leak.csv", index=False)
    api.import_images("leak", tmp_path / "leak", tmp_path / "leak.csv", "train")
    run = evaluate(evaluation(train="leak", metrics=QUICK[:1]))
    assert "1 patients are in both" in run.message


def test_numbers_are_read_against_a_reference(study: Workspace):
    """Without a training set: whatever it was; without a reference: all."""
    evaluate(evaluation())
    evaluate(evaluation().model_copy(update={"train": None, "metrics": [api.Choice(id="frechet_distance")]}))
    rows = {
        name: len(api.results(reference))
        for name, reference in {
            "all": None, "with train": REFERENCE, "any train": api.Reference("real", None, ENCODER),
            "another encoder": api.Reference("real", None, "phantom-clip"), "another real": api.Reference("train", None, ENCODER),
        }.items()
    }  # fmt: skip
    assert rows == {"all": len(QUICK) + 1, "with train": len(QUICK), "any train": len(QUICK) + 1, "another encoder": 0, "another real": 0}
    with pytest.raises(UnknownName):
        api.results(api.Reference("", None, ENCODER))
    ids = {name: api.find_set(name).id for name in ("real", "train")}
    found = [api.Reference(ids["real"], train, ENCODER) for train in (ids["train"], None)]
    assert api.references() == found, "the one with a training set first"
    assert [r.name for r in api.references()] == [f"real / train · {ENCODER}", f"real · {ENCODER}"]


def test_references_and_deletion(study: Workspace):
    evaluate(evaluation())
    found = api.references()
    assert [(s.real, s.train, s.encoder) for s in found] == [(api.find_set("real").id, api.find_set("train").id, ENCODER)]
    api.delete_set("train")
    assert api.references() == []
    assert len(api.results()) == 0
    assert study.derived.count("neighbours") == 0


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
