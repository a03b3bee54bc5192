"""A queue that people share: turns, pause, making way, quotas, models that stay loaded, several workers."""

import threading
from dataclasses import replace

import pytest

from bench_core import api
from bench_core.engine.models import Models
from bench_core.engine.run import carry_out
from bench_core.errors import InputError
from bench_core.jobs import worker as worker_module
from bench_core.jobs.worker import work
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.jobs.queueing import carry, submit, when


def test_a_long_batch_makes_way_for_a_quick_request_and_goes_on_after_it(workspace: Workspace, monkeypatch):
    monkeypatch.setattr("bench_core.engine.progress.LOOK_SECONDS", 0.0)
    batch = submit("batch", "ann", 0, prompts=10, count=2, batch_size=2, delay=0.02)
    worker = workspace.runs.enlist()
    later = when(lambda: api.run(batch).done >= 4, lambda: submit("quick", "bob", 500, 10))
    assert carry(workspace, batch, worker) == "queued"
    later.join()
    run = api.run(batch)
    assert 4 <= run.done < 20
    assert "Made way for 'quick'" in run.message
    quick = workspace.runs.claim(worker)
    assert api.run(quick).name == "quick"
    carry_out(workspace, quick, worker, Models(workspace.config))
    fakes.made.clear()
    assert carry(workspace, batch, worker) == "done"
    assert len(fakes.made) == 20 - run.done, "what was made before is not made again"
    assert api.run(batch).seconds > 0.2, "both stretches count"


def test_a_run_is_paused_between_batches_and_goes_on(workspace: Workspace):
    run_id = submit("set", "ann", 0, prompts=10, count=1, batch_size=2, delay=0.05)
    asked = when(lambda: api.run(run_id).done >= 2, lambda: api.pause(run_id))
    assert carry(workspace, run_id) == "paused"
    asked.join()
    run = api.run(run_id)
    assert 2 <= run.done < 10
    assert run.done % 2 == 0, "the batch in progress was finished"
    assert not run.pausing
    assert len(api.find_set("set")) == run.done
    assert workspace.runs.claim(workspace.runs.enlist()) is None
    with pytest.raises(InputError):
        api.delete_set("set")
    api.resume(run_id)
    assert api.run(run_id).status == "queued"
    fakes.made.clear()
    assert carry(workspace, run_id) == "done"
    assert len(fakes.made) == 10 - run.done


def test_cancelling_between_steps_keeps_finished_batches_and_says_cancelled_not_paused(workspace: Workspace):
    run_id = submit("set", "ann", 0, prompts=6, count=1, batch_size=2, delay=0.2)
    asked = when(lambda: api.run(run_id).done >= 2 and api.run(run_id).step >= 1, lambda: api.cancel(run_id))
    assert carry(workspace, run_id) == "cancelled"
    asked.join()
    assert len(api.find_set("set")) == api.run(run_id).done


def test_a_run_of_known_length_says_when_the_next_one_starts(workspace: Workspace):
    run_id = submit("set", "ann", 0)
    assert carry(workspace, run_id) == "done"
    again = submit("more", "ann", 50, prompts=6, count=2)
    workspace.runs.enlist()
    expected = workspace.runs.get(again)["expected"]
    assert expected > 0
    behind = submit("behind", "ann", 900)
    assert api.run(behind).starts_in == pytest.approx(expected, rel=0.01)


def test_workers_say_what_they_have_loaded_and_let_go_of_it_when_idle(workspace: Workspace, monkeypatch):
    monkeypatch.setattr(worker_module, "LOOK_SECONDS", 0.01)
    config = replace(workspace.config, idle_seconds=0.2)
    workspace = api.open_workspace(config)
    run_id = submit("set", "ann", 0)
    stop, seen = threading.Event(), []

    def look() -> bool:
        seen.extend(tuple(w["loaded"]) for w in workspace.runs.workers())
        return api.run(run_id).status == "done" and () in seen[seen.index(("tiny",)) :] if ("tiny",) in seen else False

    done = when(look, stop.set)
    work(workspace, stop)
    done.join()
    assert ("tiny",) in seen
