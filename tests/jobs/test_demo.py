"""The embedded study, small: what is there is not made again, what is not committed is left out and said."""

import zlib
from types import SimpleNamespace

import numpy as np
import pytest

from bench_core import api, phantom
from bench_core.jobs import demo, demo_sets
from bench_core.store.workspace import Workspace
from bench_core.training import demo_images
from tests.fakes import SIDE, TinyEncoder, install

FILMS = {"phantom-train": ("train", 11, 24), "phantom-real": ("real", 12, 20)}


def quick_film(image_id: str) -> SimpleNamespace:
    """Stands in for the renderer, which has tests of its own."""
    return SimpleNamespace(image=np.random.default_rng(zlib.crc32(image_id.encode())).integers(0, 256, (SIDE, SIDE)).astype(np.uint8))


@pytest.fixture
def small(workspace: Workspace, monkeypatch) -> Workspace:
    """Twenty films, four reports, an encoder of 16 numbers, and committed images of one learned generator only."""
    cards = workspace.config.cards
    assert cards is not None
    install(cards)
    (cards / "encoders" / "phantom-clip.toml").write_text('title = "Tiny"\nbackend = "tiny"\n')
    for name in ("phantom-gan", "phantom-vae"):
        (cards / "generators" / f"{name}.toml").write_text('title = "Tiny"\nbackend = "tiny"\n')
    monkeypatch.setattr(demo, "COHORTS", FILMS)
    prompts = [api.PromptSpec(text=f"report {i}", labels={"Edema": i % 2}) for i in range(4)]
    monkeypatch.setattr(demo_images, "prompts", lambda: prompts)
    images = [np.full((SIDE, SIDE), i, np.uint8) for i in range(8)]
    monkeypatch.setattr(demo_images, "images", lambda name: images if name == "phantom-gan" else None)
    monkeypatch.setattr(phantom, "render", quick_film)
    for module in (demo, demo_sets):
        monkeypatch.setattr(module, "LEARNED", ("phantom-gan", "phantom-vae"))
        monkeypatch.setattr(module, "WEIGHTLESS", ("copycat",))
    return workspace


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


def test_learned_images_are_a_set_like_any_other(small: Workspace):
    api.prepare_demo()
    images = api.find_set("phantom-gan")
    assert [int(images.read(i)[0, 0]) for i in range(8)] == list(range(8))
    assert list(images.table["seed"]) == [demo_images.SEED + i for i in range(8)]
    told = api.read_provenance(images.path(3).read_bytes())
    assert told is not None
    assert (told["generator"], told["prompt"], told["seed"]) == ("phantom-gan", "report 1", demo_images.SEED + 3)
    run = api.wait(api.submit(demo_sets.demo_spec(small, "phantom-gan")))
    assert "8 of which were there" in run.message


def test_the_rest_is_queued_for_a_worker(small: Workspace):
    api.prepare_demo()
    queued = api.runs()
    queued = queued[queued["status"] == "queued"]
    assert sorted(queued["kind"]) == ["evaluate"] * 4 + ["project"]
    asked = [api.run(i).spec for i in queued["id"]]
    asked = [s for s in asked if isinstance(s, api.EvaluateSpec)]
    heavy = {"ms_ssim_diversity", "mean_image_size", "likelihood_divergence"}  # a first start renders no film, and waits for no slow fit
    found = [(s.subgroup, sorted(heavy & {c.id for c in s.metrics or []})) for s in reversed(asked)]
    assert found == [("finding", [])] * 2 + [(None, sorted(heavy))] * 2
    assert not heavy & set(api.results()["metric"])


def test_films_are_rendered_when_they_are_first_needed(small: Workspace):
    api.prepare_demo()
    train = api.find_set("phantom-train")
    assert train.render is not None
    assert train.table["digest"].str.startswith("phantom:").all()
    path = train.path(5)
    assert path.exists()
    before = path.read_bytes()
    path.unlink()
    assert train.path(5).read_bytes() == before


def test_a_deleted_set_is_made_again(small: Workspace):
    api.prepare_demo()
    for run_id in api.runs()["id"]:
        api.cancel(run_id)
    api.delete_set("phantom-gan")
    api.prepare_demo()
    assert "phantom-gan" in set(api.sets()["name"])
    assert "phantom-gan" in set(api.results()["set_name"])
