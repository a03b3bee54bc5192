"""Generation: image i and its seed, provenance, going on where it stopped."""

import numpy as np

from bench_core import api
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.engine.studies import done
from tests.fakes import request


def test_image_i_has_seed_plus_i_whatever_the_batch_size(workspace: Workspace):
    one = api.find_set(done(request("one", prompts=3, count=2, batch_size=1)).set_id)
    pixels = [one.read(i) for i in range(6)]
    assert list(one.table["seed"]) == [5, 6, 7, 8, 9, 10]
    assert list(one.table["prompt"]) == ["prompt 0"] * 2 + ["prompt 1"] * 2 + ["prompt 2"] * 2
    assert list(one.table["Edema"]) == [0, 0, 1, 1, 0, 0]
    assert set(one.table["view"]) == {"AP"}
    api.delete_set("one")
    many = api.find_set(done(request("many", prompts=3, count=2, batch_size=4)).set_id)
    assert many.id == one.id
    for i in range(6):
        np.testing.assert_array_equal(many.read(i), pixels[i])


def test_provenance_makes_the_image_again(workspace: Workspace):
    run = done(request(strength=0.5))
    images = api.find_set(run.set_id)
    told = api.read_provenance(images.path(3).read_bytes())
    assert told is not None
    assert (told["generator"], told["prompt"], told["seed"]) == ("tiny", "prompt 1", 8)
    assert told["settings"]["strength"] == 0.5
    settings = fakes.TinySettings(**told["settings"])
    np.testing.assert_array_equal(fakes.picture(told["prompt"], told["seed"], settings), images.read(3))
    assert api.read_provenance(api.image_png(run.set_id, "000003")) is None


def test_the_same_request_is_not_done_twice(workspace: Workspace):
    done(request())
    fakes.made.clear()
    again = done(request())
    assert fakes.made == []
    assert "4 of which were there" in again.message
    done(request("other name", batch_size=1))
    assert fakes.made == []
    assert set(api.sets()["name"]) == {"set", "other name"}
    assert api.sets()["id"].nunique() == 1


def test_a_failed_run_keeps_its_images_and_goes_on(workspace: Workspace):
    spec = request("set", prompts=6, count=1, batch_size=2, fail_at_seed=8)
    run = api.wait(api.submit(spec))
    assert (run.status, run.error, run.hint) == ("failed", "The tiny generator fails.", "It was asked to.")
    assert list(api.find_set("set").table["seed"]) == [5, 6]
    assert list(api.sets()["complete"]) == [False]
    fakes.made.clear()
    assert api.wait(api.repeat(run.id)).status == "failed"
    assert fakes.made == []


def test_images_can_be_read_while_the_run_goes_on(workspace: Workspace):
    seen: set[int] = set()
    run_id = api.submit(request("set", prompts=6, count=1, batch_size=1, delay=0.1))
    set_id = api.run(run_id).set_id
    assert set_id is not None

    def look(run: api.Run) -> None:
        if run.done:
            images = api.find_set(set_id)
            seen.add(len(images))
            assert images.read(len(images) - 1).shape == (16, 16)

    api.wait(run_id, look)
    assert len(seen) > 2


def test_colour_images_are_kept_as_they_are(workspace: Workspace):
    images = api.find_set(done(request(color=True)).set_id)
    assert images.read(0).shape == (16, 16)
