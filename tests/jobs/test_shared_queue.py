"""A queue that people share: turns, pause, making way, quotas, models that stay loaded, several workers."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bench_core import api
from bench_core.config import Config, Quota
from bench_core.engine.models import Models
from bench_core.engine.run import carry_out
from bench_core.errors import InputError, QuotaReached, UnknownName
from bench_core.jobs import serving
from bench_core.jobs import worker as worker_module
from bench_core.jobs.worker import work
from bench_core.store import claims, tables, turns
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.fakes import request


def submit(name: str, owner: str, seed: int, priority: int | None = 0, **more) -> str:
    return api.submit(request(name, seed=seed, **more), priority, owner)


def carry(workspace: Workspace, run_id: str, worker: str | None = None) -> str:
    """Carries a run out in this process, as that worker or one of its own; returns its status."""
    mine = worker or workspace.runs.enlist()
    assert workspace.runs.claim(mine, run_id) == run_id
    carry_out(workspace, run_id, mine, Models(workspace.config))
    if worker is None:
        workspace.runs.dismiss(mine)
    return api.run(run_id).status


def when(condition, act) -> threading.Thread:
    """Does something in a thread as soon as a condition holds."""

    def wait() -> None:
        end = time.monotonic() + 120
        while not condition() and time.monotonic() < end:
            time.sleep(0.005)
        act()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def test_workers_give_turns_to_users(workspace: Workspace):
    ann = [submit(f"a{i}", "ann", i * 10) for i in range(3)]
    bob = [submit(f"b{i}", "bob", 100 + i * 10) for i in range(2)]
    worker, taken = workspace.runs.enlist(), []
    for number in range(5):
        run_id = workspace.runs.claim(worker)
        with workspace.database.write() as connection:  # as if it had run for a minute
            connection.execute(update(tables.runs).where(tables.runs.c.id == run_id).values(started=time.time() - 60 - number))
        workspace.runs.end(run_id, worker, "done")
        taken.append(run_id)
    assert taken == [ann[0], bob[0], ann[1], bob[1], ann[2]]


def test_rows_of_the_queue_become_runs_without_working_out_the_order_again(workspace: Workspace, monkeypatch):
    waiting = [submit(f"a{i}", "ann", i * 10) for i in range(4)]
    api.pause(waiting[1])
    rows, expected = api.runs(), {i: api.run(i) for i in waiting}
    api.cancel(waiting[3])
    api.delete_run(waiting[3])
    monkeypatch.setattr(workspace.runs, "_order", None)
    assert api.runs_in_full(rows) == [expected[i] for i in rows["id"] if i != waiting[3]]
    assert [expected[i].position for i in waiting] == [1, None, 2, 3]


def test_few_images_are_urgent_and_the_queue_says_when_each_starts(workspace: Workspace):
    batch = submit("batch", "ann", 0, None, prompts=20, count=10)
    quick = submit("quick", "ann", 300, None, prompts=2, count=2)
    runs = api.runs().set_index("id")
    assert runs.loc[quick, ["priority", "position"]].tolist() == [10, 1]
    assert runs.loc[batch, ["priority", "position"]].tolist() == [0, 2]
    assert runs["starts_in"].isna().all(), "no worker, no forecast"
    workspace.runs.enlist(device="cuda:1")
    assert api.run(quick).starts_in == 0.0
    assert api.workers()["device"].tolist() == ["cuda:1"]
    api.set_priority(batch, 20)
    assert [api.run(r).position for r in (batch, quick)] == [1, 2]


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
        connection.execute(update(tables.runs).where(tables.runs.c.id == batch).values(started=time.time() - claims.TURN_SECONDS - 1))
    assert workspace.runs.must_give_way(batch, worker) == "other"


def test_runs_that_have_waited_do_not_interrupt_each_other(workspace: Workspace):
    for number, owner in enumerate(("ann", "bob", "carl")):
        submit(owner, owner, 100 * number)
    with workspace.database.write() as connection:
        connection.execute(update(tables.runs).values(since=time.time() - 3 * turns.AGEING_SECONDS))
    worker = workspace.runs.enlist()
    taken = workspace.runs.claim(worker)
    assert taken is not None and workspace.runs.must_give_way(taken, worker) == ""
    submit("quick", "dana", 900, api.INTERACTIVE)
    assert workspace.runs.must_give_way(taken, worker) == "quick"


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


def test_a_waiting_run_is_paused_resumed_and_cancelled_and_asking_again_resumes_it(workspace: Workspace):
    run_id = submit("set", "ann", 0)
    api.pause(run_id)
    assert api.run(run_id).status == "paused"
    assert submit("set", "ann", 0) == run_id
    assert api.run(run_id).status == "queued"
    api.pause(run_id)
    api.cancel(run_id)
    assert api.run(run_id).status == "cancelled"
    assert api.run(run_id).message == "Cancelled before it started."


def test_cancelling_between_steps_keeps_finished_batches_and_says_cancelled_not_paused(workspace: Workspace):
    run_id = submit("set", "ann", 0, prompts=6, count=1, batch_size=2, delay=0.2)
    asked = when(lambda: api.run(run_id).done >= 2 and api.run(run_id).step >= 1, lambda: api.cancel(run_id))
    assert carry(workspace, run_id) == "cancelled"
    asked.join()
    assert len(api.find_set("set")) == api.run(run_id).done


def test_a_held_queue_starts_nothing_until_it_is_released(workspace: Workspace):
    run_id = submit("set", "ann", 0)
    api.hold_queue("bob")
    worker = workspace.runs.enlist()
    assert api.queue_held_by() == "bob"
    assert workspace.runs.claim(worker) is None
    api.release_queue()
    assert api.queue_held_by() is None
    assert workspace.runs.claim(worker) == run_id


def test_quotas_name_the_user_the_numbers_and_the_variable(workspace: Workspace, tmp_path: Path):
    api.open_workspace(replace(workspace.config, quota=Quota(runs=2, images=20)))
    submit("one", "ann", 0, prompts=4, count=2)
    with pytest.raises(QuotaReached, match="ann asked for 8 images.*16 more would pass 20") as caught:
        submit("two", "ann", 100, prompts=8, count=2)
    assert "at most 12" in caught.value.hint
    assert "BENCH_QUOTA_IMAGES" in caught.value.hint
    with pytest.raises(UnknownName):
        api.find_set("two")
    submit("two", "ann", 100, prompts=4, count=1)
    with pytest.raises(QuotaReached, match="ann has 2 runs"):
        submit("three", "ann", 200, prompts=1, count=1)
    submit("three", "bob", 200, prompts=1, count=1)
    assert submit("one", "ann", 0, prompts=4, count=2), "what is asked for already costs nothing"


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


def test_a_worker_a_device(monkeypatch, tmp_path: Path):
    def config(device: str) -> Config:
        return Config.from_environment({"BENCH_HOME": str(tmp_path), "BENCH_DEVICE": device})

    monkeypatch.setattr(serving, "_gpu_count", lambda: 2)
    assert serving.devices(config("auto")) == ["cuda:0", "cuda:1"]
    assert serving.devices(config("cuda:1")) == ["cuda:1"]
    assert serving.devices(config("cuda:0, cpu")) == ["cuda:0", "cpu"]
    monkeypatch.setattr(serving, "_gpu_count", lambda: 0)
    assert serving.devices(config("auto")) == ["auto"]
    two = serving.worker_variables(["cpu", "cpu"], cores=4)
    assert two == [{"BENCH_DEVICE": "cpu", "OMP_NUM_THREADS": "2"}] * 2
    assert serving.worker_variables(["cuda:0", "cuda:1"], cores=4) == [{"BENCH_DEVICE": "cuda:0"}, {"BENCH_DEVICE": "cuda:1"}]
    with pytest.raises(InputError, match="BENCH_DEVICE is 'cuda:0,tpu'"):
        config("cuda:0,tpu")
    with pytest.raises(InputError, match="BENCH_QUOTA_RUNS is '-1'"):
        Config.from_environment({"BENCH_QUOTA_RUNS": "-1"})
