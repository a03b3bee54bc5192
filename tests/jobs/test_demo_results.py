"""The results that come along: another workspace that takes them has what it would have computed, and computes nothing."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.engine.runs import project
from bench_core.jobs import demo, demo_archive, demo_results
from bench_core.jobs.ahead import Ahead
from bench_core.jobs.worker import work
from bench_core.store.workspace import Workspace
from bench_core.training import demo_images
from tests.fakes import SIDE, TinyEncoder

NEVER_SAME = ["run", "created", "seconds"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first test made for all: the images that come along, the study's workspace, and its results."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "images" / "phantom-gan").mkdir(parents=True)
    for row in range(8):
        pixels = np.full((SIDE, SIDE, 3), row, np.uint8)
        Image.fromarray(pixels).save(folder / "images" / "phantom-gan" / f"{row:03d}.webp", "WEBP", lossless=True)
    return folder


@pytest.fixture
def made(small: Workspace, kept: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The small study, made from scratch with all that takes long, and its results taken out to where others look for them."""
    monkeypatch.setattr(demo_images, "FOLDER", kept / "images")
    monkeypatch.setattr(demo, "LEARNED", ("phantom-gan",))
    monkeypatch.setattr(demo_results, "FOLDER", kept / "results")
    monkeypatch.setattr(project, "_fit", lambda values, *_: values[:, :2].astype(np.float32))  # UMAP takes long to load
    home = small.config.home
    if not (kept / "home").exists():
        demo.prepare(small, None, from_scratch=True)
        work(small, threading.Event(), until_idle=True)
        demo_archive.taken_out(small, list(demo.COHORTS), demo.wanted()).write(kept / "results")
        small.database.engine.dispose()  # the database is one file then
        shutil.copytree(home, kept / "home")
    else:
        small.database.engine.dispose()
        shutil.rmtree(home)
        shutil.copytree(kept / "home", home)
    return small


@pytest.fixture
def fresh(made: Workspace, tmp_path: Path) -> Workspace:
    """An empty workspace, current for the facade."""
    home = tmp_path / "fresh"
    return api.open_workspace(replace(made.config, home=home, database_url=f"sqlite:///{home / 'bench.sqlite'}"))


def facts(frame: pd.DataFrame) -> pd.DataFrame:
    """What must be the same, in an order of its own."""
    frame = frame.drop(columns=NEVER_SAME).assign(settings=frame["settings"].map(str))
    return frame.sort_values(["set_name", "subgroup", "metric"], ignore_index=True)


def test_nothing_is_computed_and_all_is_there(made: Workspace, fresh: Workspace):
    everything = ["phantom-train", "phantom-real", "copycat", "phantom-gan"]
    expected, expected_map = facts(results_of(made)), projection_of(made, everything)
    TinyEncoder.calls = 0
    api.open_workspace(fresh.config)
    api.prepare_demo()
    assert TinyEncoder.calls == 0
    runs = api.runs()
    assert set(runs["status"]) == {"done"}
    assert len(runs) == len(demo.wanted())
    assert runs["seconds"].max() > 0, "what such a run takes is known, so that the next one's time can be told"
    pd.testing.assert_frame_equal(facts(api.results()), expected)
    assert api.results()["subgroup"].str.startswith("finding=").any()
    stored = api.stored_projection(everything, "phantom-eye")
    assert stored is not None
    pd.testing.assert_frame_equal(stored, expected_map)
    assert fresh.derived.count("null") == made.derived.count("null")  # four reports are too few for any; test_demo_archive has some
    assert fresh.derived.count("draws") == made.derived.count("draws") > 0
    near = api.neighbours("copycat", api.references()[0])
    assert len(near) == 8 * 5
    api.prepare_demo()
    assert list(api.runs()["id"]) == list(runs["id"])


def results_of(workspace: Workspace) -> pd.DataFrame:
    api.open_workspace(workspace.config)
    return api.results()


def projection_of(workspace: Workspace, names: list[str]) -> pd.DataFrame:
    api.open_workspace(workspace.config)
    found = api.stored_projection(names, "phantom-eye")
    assert found is not None
    return found


def test_images_are_the_same_bytes_when_they_are_asked_for(made: Workspace, fresh: Workspace):
    api.prepare_demo()
    for name in ("copycat", "phantom-gan"):
        before, now = made.sets.open(name), fresh.sets.open(name)
        assert now.id == before.id
        assert now.fingerprint == before.fingerprint
        assert all(now.needs_making(row) for row in range(8))
        for row in (0, 5):
            assert now.path(row).read_bytes() == before.path(row).read_bytes()
        assert now.needs_making(1)
    thumbnails = fresh.thumbnails.folder
    assert {p.relative_to(thumbnails) for p in thumbnails.rglob("*.webp")} >= {
        Path(fresh.thumbnails.place(fresh.sets.open(name), row, 128)) for name in ("copycat", "phantom-real") for row in range(8)
    }


def test_an_idle_worker_makes_the_images_that_nobody_asked_for(fresh: Workspace):
    api.prepare_demo()
    ahead = Ahead(fresh)
    assert sum(iter(ahead.step, False)) == 16
    assert not any(fresh.sets.open(name).needs_making(row) for name in ("copycat", "phantom-gan") for row in range(8))


def test_a_deleted_set_comes_back_with_all_its_numbers(fresh: Workspace):
    api.prepare_demo()
    before = facts(api.results())
    api.delete_set("copycat")
    assert "copycat" not in set(api.results()["set_name"])
    api.prepare_demo()
    pd.testing.assert_frame_equal(facts(api.results()), before)
    assert set(api.runs()["status"]) == {"done"}


def test_results_of_something_else_are_left_where_they_are(fresh: Workspace, monkeypatch: pytest.MonkeyPatch):
    """Another version of a metric, another image, another encoder: another key."""
    metric = api.metrics()["recall"]
    monkeypatch.setitem(api.metrics(), "recall", replace(metric, version=metric.version + 1))  # type: ignore[index]
    TinyEncoder.calls = 0
    api.prepare_demo()
    assert TinyEncoder.calls > 0
    rows = api.results()
    assert set(rows.loc[rows["metric"] == "recall", "version"]) == {metric.version + 1}
    assert (api.runs()["status"] == "queued").sum() == 2, "by finding: light metrics only; the heavy ones, and the map, are as they were"


def test_a_metric_that_was_added_is_all_that_is_left_to_do(fresh: Workspace, monkeypatch: pytest.MonkeyPatch):
    added = replace(api.metrics()["recall"], id="recall_of_a_guest")
    monkeypatch.setitem(api.metrics(), "recall_of_a_guest", added)  # type: ignore[index]
    TinyEncoder.calls = 0
    api.prepare_demo()
    assert TinyEncoder.calls == 0
    runs = api.runs()
    left = [api.run(i).spec for i in runs.loc[runs["status"] == "queued", "id"]]
    assert (runs["status"] == "done").sum() == len(runs) - len(left)
    asked = [(s.synthetic, s.subgroup, [c.id for c in s.metrics or []]) for s in left if isinstance(s, api.EvaluateSpec)]
    sets = {fresh.sets.find(name) for name in ("copycat", "phantom-gan")}
    assert {a[0] for a in asked} == sets and len(asked) == len(left) == 4
    assert {(by, *metrics) for _, by, metrics in asked} == {(None, "recall_of_a_guest"), ("finding", "recall_of_a_guest")}
