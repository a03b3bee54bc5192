"""The embedded study, small: what is there is not made again, what is not committed is left out and said."""

from pathlib import Path

from bench_core import api
from bench_core.jobs import demo
from bench_core.registry import find_run_kind
from bench_core.store.workspace import Workspace
from tests.fakes import TinyEncoder


def test_the_study_is_made_once(small: Workspace):
    assert not api.demo_state().ready
    said: list[str] = []
    api.prepare_demo(lambda done, total, message: said.append(message))
    state = api.demo_state()
    assert state.ready
    assert "2 synthetic sets" in state.message
    assert "not there yet: phantom-vae" in state.message
    assert "could not be evaluated" not in state.message, api.runs()[["name", "status", "error"]].to_string()
    assert {"Images of copycat", "Images of phantom-gan", "Evaluating copycat", "Evaluating phantom-gan"} <= set(said)
    assert set(api.sets()["name"]) == {"phantom-train", "phantom-real", "copycat", "phantom-gan"}
    assert set(api.results()["set_name"]) == {"copycat", "phantom-gan"}
    encoded, runs = TinyEncoder.calls, list(api.runs()["id"])
    api.prepare_demo()
    assert (TinyEncoder.calls, list(api.runs()["id"])) == (encoded, runs)


def test_the_rest_is_queued_for_a_worker(small: Workspace, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("bench_core.jobs.demo_results.FOLDER", tmp_path / "nothing")  # whatever metrics came along with it
    api.prepare_demo()
    queued = api.runs()
    queued = queued[queued["status"] == "queued"]
    assert sorted(queued["kind"]) == ["evaluate"] * 4 + ["project"]
    asked = [api.run(i).spec for i in queued["id"]]
    asked = [s for s in asked if isinstance(s, api.EvaluateSpec)]
    # A first start renders no film, and waits for no slow fit.
    heavy = {"ms_ssim_diversity", "mean_image_size", "spectral_distance", "likelihood_divergence"}
    found = [(s.subgroup, sorted(heavy & {c.id for c in s.metrics or []})) for s in reversed(asked)]
    assert found == [("finding", [])] * 2 + [(None, sorted(heavy))] * 2
    assert not heavy & set(api.results()["metric"])


def test_a_deleted_set_is_made_again(small: Workspace):
    api.prepare_demo()
    for run_id in api.runs()["id"]:
        api.cancel(run_id)
    api.delete_set("phantom-gan")
    api.prepare_demo()
    assert "phantom-gan" in set(api.sets()["name"])
    assert "phantom-gan" in set(api.results()["set_name"])


def test_what_numbers_see_is_found_where_there_are_films_enough(small: Workspace, monkeypatch):
    assert not [spec for spec in demo.wanted() if spec.kind == "power"]
    monkeypatch.setattr("bench_core.jobs.demo.ENOUGH_FILMS", 20)
    (spec,) = [spec for spec in demo.wanted() if spec.kind == "power"]
    assert (spec.real, spec.train, spec.n) == ("phantom-real", "phantom-train", [200])


def test_every_kind_of_run_that_is_wanted_can_come_along(small: Workspace, monkeypatch):
    monkeypatch.setattr("bench_core.jobs.demo.ENOUGH_FILMS", 20)
    monkeypatch.setattr("bench_core.jobs.demo.ATTACKED", ("phantom-gan",))
    kinds = {spec.kind for spec in demo.wanted()}
    assert kinds > {"evaluate", "project", "utility", "attack", "patient_risk", "prompt_memory"}
    assert all(find_run_kind(kind).makes for kind in kinds)
