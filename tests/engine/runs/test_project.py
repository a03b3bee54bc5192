"""Maps: made once, and fitted on a sample where there are many images."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench_core import api
from bench_core.engine.runs.project import _fit
from bench_core.errors import Cancelled
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, evaluate, evaluation
from tests.fakes import write_images


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


def test_equal_images_lie_at_one_point_and_are_told(workspace: Workspace, tmp_path: Path):
    write_images(tmp_path / "films", 12)
    for number in range(5):
        shutil.copy(tmp_path / "films" / "film_0.png", tmp_path / "films" / f"again_{number}.png")
    api.import_images("films", tmp_path / "films", None, "real")
    run = api.wait(api.submit(api.ProjectSpec(sets=["films"], encoder=ENCODER)))
    assert run.message == "17 points, 5 of them where an equal image lies"
    points = api.projection(["films"], ENCODER).set_index("image_id")
    assert points.loc[["film_0", *(f"again_{n}" for n in range(5))], ["x", "y"]].drop_duplicates().shape[0] == 1
    assert points[["x", "y"]].drop_duplicates().shape[0] == 12


def test_a_map_of_equal_images_is_refused_with_the_way(workspace: Workspace, tmp_path: Path):
    write_images(tmp_path / "films", 3)
    for number in range(9):
        shutil.copy(tmp_path / "films" / "film_0.png", tmp_path / "films" / f"again_{number}.png")
    api.import_images("films", tmp_path / "films", None, "real")
    run = api.wait(api.submit(api.ProjectSpec(sets=["films"], encoder=ENCODER)))
    assert "at least 10 different images; among these 12 there are 3" in run.error and "add images" in run.hint


def test_a_fit_says_how_far_it_is_and_ends_where_it_is_told_to():
    heard: list[int] = []

    def on_share(percent: int) -> None:
        heard.append(percent)
        if len(heard) == 2:
            raise Cancelled("Enough.")

    values = np.random.default_rng(0).normal(size=(3_000, 8)).astype(np.float32)
    with pytest.raises(Cancelled):
        _fit(values, "euclidean", 0, on_share)
    assert heard[0] == 0 < heard[1] < 100


def test_what_umap_runs_is_compiled_once_for_all_processes():
    from umap import layouts, umap_

    _fit(np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32), "euclidean", 0, lambda _: None)
    for compiled in (layouts._nb_optimize_layout_euclidean_single_epoch, umap_.smooth_knn_dist, umap_.compute_membership_strengths):
        assert list(Path(compiled.stats.cache_path).glob(f"*{compiled.py_func.__name__}*.nbc"))


def test_a_map_is_stopped_while_it_is_fitted(study: Workspace, monkeypatch: pytest.MonkeyPatch):
    evaluate(evaluation())
    run_id = api.submit(api.ProjectSpec(sets=["real", "fresh", "train"], encoder=ENCODER, seed=3))
    said: list[str] = []

    def fit(values: np.ndarray, distance: str, seed: int, on_share: Callable[[int], None]) -> np.ndarray:
        for percent in range(100):
            on_share(percent)
            said.append(api.run(run_id).message)
            api.cancel(run_id)
        return values[:, :2]

    monkeypatch.setattr("bench_core.engine.runs.project._fit", fit)
    monkeypatch.setattr("bench_core.engine.progress.EVERY_SECONDS", 0.0)
    assert api.wait(run_id).status == "cancelled"
    assert said == ["UMAP of 130 images, 0 %"]
    assert api.stored_projection(["real", "fresh", "train"], ENCODER, seed=3) is None
