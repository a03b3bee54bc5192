"""One run from its start to its end: cancelled, and asked for again."""

from bench_core import api
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.fakes import request


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
