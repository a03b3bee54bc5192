"""How long a request will take."""

import pytest

from bench_core import api
from bench_core.spec import Choice, PromptSpec
from bench_core.store.workspace import Workspace
from tests.engine.studies import done
from tests.fakes import request


def test_estimates(workspace: Workspace):
    assert api.estimate("tiny", {}, 10).seconds == 20.0  # the card's word
    assert api.estimate("tiny", {"num_inference_steps": 4}, 10).seconds == 40.0
    done(request(delay=0.05))
    measured = api.estimate("tiny", {"delay": 0.05}, 4).seconds
    assert measured is not None
    assert 0.1 <= measured < 4
    assert api.estimate("tiny", {"delay": 0.05, "num_inference_steps": 4}, 4).seconds == pytest.approx(2 * measured)


def test_speed_is_unknown_stated_measured_or_scaled(workspace: Workspace) -> None:
    assert api.estimate("sd-2-1", {}, 75_000).seconds is None
    assert "measured" in api.estimate("sd-2-1", {}, 75_000).basis
    stated = api.estimate("phantom-ldm", {}, 1000)
    assert stated.seconds == pytest.approx(500) and "card" in stated.basis
    assert api.estimate("phantom-ldm", {"height": 512, "width": 512}, 1000).seconds == pytest.approx(2000)
    run = api.submit(api.GenerateSpec(name="few", generator=Choice(id="tiny"), prompts=[PromptSpec(text="a")], count=4))
    assert api.wait(run).status == "done"
    assert api.estimate("tiny", {}, 8).basis == "at the speed measured here"
    other = api.estimate("tiny", {"num_inference_steps": 20}, 8)
    assert other.basis.startswith("scaled")
    assert other.seconds == pytest.approx(10 * float(api.estimate("tiny", {}, 8).seconds or 0))


def test_a_run_that_was_cancelled_within_its_first_batch_tells_its_speed(workspace: Workspace) -> None:
    run_id = api.submit(request("set", prompts=8, count=1, batch_size=8, num_inference_steps=20, delay=0.1))

    def stop(run: api.Run) -> None:
        if run.step > 3:
            api.cancel(run_id)

    run = api.wait(run_id, stop)
    assert (run.status, run.done) == ("cancelled", 0)
    found = api.estimate("tiny", {"num_inference_steps": 20, "delay": 0.1}, 8)
    assert found.basis == "at the speed measured here" and 1.5 < float(found.seconds or 0) < 8
