"""Who holds which run: atomic claims, workers that fall silent, runs that kill their workers."""

import threading
import time

import pytest
from sqlalchemy import update

from bench_core import api
from bench_core.store import claims, schema, turns
from bench_core.store import workers as workers_module
from bench_core.store.claims import MOST_ATTEMPTS, LostRun
from bench_core.store.workspace import Workspace
from tests.fakes import request
from tests.jobs.queueing import submit


def test_each_run_is_claimed_once(workspace: Workspace):
    ids = {api.submit(request(f"set {i}", seed=i)) for i in range(12)}
    claimed: list[str] = []

    def take() -> None:
        worker = workspace.runs.enlist()
        while run_id := workspace.runs.claim(worker):
            claimed.append(run_id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(ids)


def test_higher_priority_first_then_the_order_of_asking(workspace: Workspace):
    later = [api.submit(request(f"set {i}", seed=i), priority=0) for i in range(3)]
    urgent = api.submit(request("urgent", seed=9), priority=5)
    worker = workspace.runs.enlist()
    assert [workspace.runs.claim(worker) for _ in range(5)] == [urgent, *later, None]


def test_a_silent_worker_is_taken_for_dead_and_may_write_no_more(workspace: Workspace, monkeypatch):
    run_id = api.submit(request())
    silent, fresh = workspace.runs.enlist(), workspace.runs.enlist()
    assert workspace.runs.claim(silent) == run_id
    assert workspace.runs.claim(fresh) is None
    with workspace.database.write() as connection:
        old = time.time() - 2 * workers_module.SILENT_SECONDS
        connection.execute(update(schema.workers).where(schema.workers.c.id == silent).values(heartbeat=old))
    assert workspace.runs.claim(fresh) == run_id
    with pytest.raises(LostRun):
        workspace.runs.report(run_id, silent, done=1)
    workspace.runs.report(run_id, fresh, done=1)


def test_a_worker_that_was_silent_takes_nothing_that_is_taken_from_it_again(workspace: Workspace):
    """As where the database was away for all: the first that comes back takes the others for dead."""
    runs = [api.submit(request(name, seed=seed)) for name, seed in (("one", 5), ("two", 50))]
    first, second = workspace.runs.enlist(), workspace.runs.enlist()
    with workspace.database.write() as connection:
        connection.execute(update(schema.workers).values(heartbeat=time.time() - 2 * workers_module.SILENT_SECONDS))
    assert workspace.runs.claim(first) == runs[0]
    assert workspace.runs.claim(second) is None  # not on the list
    workspace.runs.beat(second)
    assert workspace.runs.claim(second) == runs[1]
    third = workspace.runs.enlist()
    assert workspace.runs.claim(third) is None
    for worker, run_id in zip((first, second), runs, strict=True):
        workspace.runs.report(run_id, worker, done=1)
    assert [workspace.runs.get(run_id)["attempts"] for run_id in runs] == [0, 0]


def test_a_run_that_kills_its_workers_is_not_taken_up_for_ever(workspace: Workspace):
    run_id = api.submit(request())
    for _ in range(MOST_ATTEMPTS):
        worker = workspace.runs.enlist()
        assert workspace.runs.claim(worker) == run_id
        with workspace.database.write() as connection:
            connection.execute(update(schema.workers).where(schema.workers.c.id == worker).values(heartbeat=0.0))
    assert workspace.runs.claim(workspace.runs.enlist()) is None
    run = api.run(run_id)
    assert run.status == "failed"
    assert "workers died" in run.error


def test_a_worker_that_starts_leaves_previews_of_running_runs_alone(workspace: Workspace):
    running, queued = api.submit(request("one")), api.submit(request("two", seed=50))
    assert workspace.runs.claim(workspace.runs.enlist()) == running
    kept, gone = workspace.runs.preview_path(running), workspace.runs.preview_path(queued)
    for path in (kept, gone):
        path.write_bytes(b"")
    workspace.runs.clear_previews()
    assert {path.name for path in kept.parent.iterdir()} == {kept.name}


def test_workers_give_turns_to_users(workspace: Workspace):
    ann = [submit(f"a{i}", "ann", i * 10) for i in range(3)]
    bob = [submit(f"b{i}", "bob", 100 + i * 10) for i in range(2)]
    worker, taken = workspace.runs.enlist(), []
    for number in range(5):
        run_id = workspace.runs.claim(worker)
        with workspace.database.write() as connection:  # as if it had run for a minute
            connection.execute(update(schema.runs).where(schema.runs.c.id == run_id).values(started=time.time() - 60 - number))
        workspace.runs.end(run_id, worker, "done")
        taken.append(run_id)
    assert taken == [ann[0], bob[0], ann[1], bob[1], ann[2]]


def test_a_batch_does_not_make_way_when_another_worker_is_free(workspace: Workspace):
    batch = submit("batch", "ann", 0)
    worker = workspace.runs.enlist()
    workspace.runs.claim(worker)
    submit("quick", "bob", 500, 10)
    assert workspace.runs.must_give_way(batch, worker) == "quick"
    workspace.runs.enlist()
    assert workspace.runs.must_give_way(batch, worker) == ""


def test_after_its_turn_a_run_makes_way_for_users_who_had_less(workspace: Workspace):
    batch = submit("batch", "ann", 0)
    worker = workspace.runs.enlist()
    workspace.runs.claim(worker)
    submit("other", "bob", 500)
    submit("own", "ann", 900)
    assert workspace.runs.must_give_way(batch, worker) == ""
    with workspace.database.write() as connection:
        connection.execute(update(schema.runs).where(schema.runs.c.id == batch).values(started=time.time() - claims.TURN_SECONDS - 1))
    assert workspace.runs.must_give_way(batch, worker) == "other"


def test_runs_that_have_waited_do_not_interrupt_each_other(workspace: Workspace):
    for number, owner in enumerate(("ann", "bob", "carl")):
        submit(owner, owner, 100 * number)
    with workspace.database.write() as connection:
        connection.execute(update(schema.runs).values(since=time.time() - 3 * turns.AGEING_SECONDS))
    worker = workspace.runs.enlist()
    taken = workspace.runs.claim(worker)
    assert taken is not None and workspace.runs.must_give_way(taken, worker) == ""
    submit("quick", "dana", 900, api.INTERACTIVE)
    assert workspace.runs.must_give_way(taken, worker) == "quick"
