"""Generation runs: seeds, provenance, resume, cancel, names."""

import numpy as np
import pytest

from bench_core import api
from bench_core.errors import InputError, MissingWeights, NameTaken, SettingError, UnknownName
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.fakes import request


def done(spec: api.GenerateSpec) -> api.Run:
    run = api.wait(api.submit(spec))
    assert run.status == "done", run.error
    return run


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


def test_the_same_name_with_another_request_is_an_error(workspace: Workspace):
    done(request())
    with pytest.raises(NameTaken, match="belongs to another request"):
        api.submit(request(seed=6))
    with pytest.raises(NameTaken):
        api.submit(request(strength=0.9))


def test_a_queued_request_is_not_queued_twice(workspace: Workspace):
    assert api.submit(request()) == api.submit(request())
    assert len(api.runs()) == 1
    with pytest.raises(NameTaken):
        api.submit(request(seed=6))


def test_default_settings_written_out_are_the_same_request(workspace: Workspace):
    assert api.submit(request()) == api.submit(request(num_inference_steps="2", strength="1.0"))


def test_a_failed_run_keeps_its_images_and_goes_on(workspace: Workspace):
    spec = request("set", prompts=6, count=1, batch_size=2, fail_at_seed=8)
    run = api.wait(api.submit(spec))
    assert (run.status, run.error, run.hint) == ("failed", "The tiny generator fails.", "It was asked to.")
    assert list(api.find_set("set").table["seed"]) == [5, 6]
    assert list(api.sets()["complete"]) == [False]
    fakes.made.clear()
    assert api.wait(api.repeat(run.id)).status == "failed"
    assert fakes.made == []


def test_cancel_keeps_finished_images_and_the_same_request_goes_on(workspace: Workspace):
    spec = request("set", prompts=8, count=1, batch_size=2, delay=0.05)
    run_id = api.submit(spec)
    fakes.made.clear()

    def cancel_late(run: api.Run) -> None:
        if run.done >= 2:
            api.cancel(run_id)

    run = api.wait(run_id, cancel_late)
    assert run.status == "cancelled"
    kept = list(fakes.made)
    assert 2 <= len(kept) < 8
    assert list(api.find_set("set").table["seed"]) == kept
    assert api.wait(api.repeat(run_id)).status == "done"
    assert sorted(fakes.made) == list(range(5, 13))
    assert list(api.find_set("set").table["seed"]) == list(range(5, 13))


def test_a_queued_run_is_cancelled_at_once(workspace: Workspace):
    run_id = api.submit(request())
    api.cancel(run_id)
    assert api.run(run_id).status == "cancelled"
    assert api.wait(run_id).status == "cancelled"


def test_progress_and_preview(workspace: Workspace):
    seen = []
    api.wait(api.submit(request("set", prompts=4, count=1, batch_size=2, num_inference_steps=4, delay=0.2)), seen.append)
    running = [r for r in seen if r.status == "running"]
    assert any(r.steps == 4 and 1 <= r.step <= 4 for r in running)
    assert any(r.preview_png for r in running)
    assert any(r.eta_seconds for r in running)
    assert seen[-1].progress == 1.0
    assert seen[-1].preview_png is None


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


def test_what_cannot_be_asked_for(workspace: Workspace):
    with pytest.raises(UnknownName, match="Did you mean 'tiny'"):
        api.submit(request().model_copy(update={"generator": api.Choice(id="tinyy")}))
    with pytest.raises(SettingError, match="no setting 'stepz'"):
        api.submit(request(stepz=3))
    with pytest.raises(SettingError, match="num_inference_steps = 99"):
        api.submit(request(num_inference_steps=99))
    with pytest.raises(MissingWeights, match="weights are not on this machine"):
        api.submit(request().model_copy(update={"generator": api.Choice(id="tiny-absent")}))
    for name in ("  ", "a\nb", "0123456789abcdef"):
        with pytest.raises(InputError):
            api.submit(request(name))
    with pytest.raises(InputError, match="too large"):
        api.submit(request(seed=2**31 - 2))
    assert len(api.runs()) == 0


def test_estimates(workspace: Workspace):
    assert api.estimate("tiny", {}, 10).seconds == 20.0  # the card's word
    assert api.estimate("tiny", {"num_inference_steps": 4}, 10).seconds == 40.0
    done(request(delay=0.05))
    measured = api.estimate("tiny", {"delay": 0.05}, 4).seconds
    assert measured is not None
    assert 0.1 <= measured < 4
    assert api.estimate("tiny", {"delay": 0.05, "num_inference_steps": 4}, 4).seconds == pytest.approx(2 * measured)


def test_settings_as_a_form(workspace: Workspace):
    fields = {f.name: f for f in api.settings_schema("tiny")}
    assert (fields["num_inference_steps"].type, fields["num_inference_steps"].low, fields["num_inference_steps"].high) == ("int", 1, 50)
    assert fields["num_inference_steps"].help == "Steps."
    assert (fields["color"].type, fields["color"].default) == ("bool", False)


def test_new_weights_are_another_set(workspace: Workspace):
    first = api.run(api.submit(request())).set_id
    card = workspace.config.cards / "generators" / "tiny.toml"  # type: ignore[operator]
    card.write_text(card.read_text() + 'revision = "2"\n')
    assert api.run(api.submit(request("other"))).set_id != first
