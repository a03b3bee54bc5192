"""The sets of the embedded study."""

from bench_core import api
from bench_core.jobs import demo_sets
from bench_core.store.workspace import Workspace
from bench_core.training import demo_images


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
