"""Maps: made once, and fitted on a sample where there are many images."""

import numpy as np

from bench_core import api
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, evaluate, evaluation


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


def test_a_map_says_how_far_it_is_and_can_be_stopped_while_it_is_fitted(study: Workspace):
    evaluate(evaluation())
    seen: list[api.Run] = []
    run_id = api.submit(api.ProjectSpec(sets=["real", "fresh", "train"], encoder=ENCODER, seed=3))

    def on_progress(run: api.Run) -> None:
        if run.message.endswith(" 0 %"):  # the fit has begun
            api.cancel(run_id)
        seen.append(run)

    run = api.wait(run_id, on_progress)
    assert run.status == "cancelled"
    assert api.stored_projection(["real", "fresh", "train"], ENCODER, seed=3) is None
