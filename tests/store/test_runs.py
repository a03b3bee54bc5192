"""The runs table: what is listed, in which order, and what is asked of a run."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench_core import api
from bench_core.config import Quota
from bench_core.errors import InputError, QuotaReached, UnknownName
from bench_core.store.workspace import Workspace
from tests.fakes import request
from tests.jobs.queueing import submit


def test_runs_are_listed_and_deleted(workspace: Workspace):
    run_id = api.submit(request())
    worker = workspace.runs.enlist()
    workspace.runs.claim(worker)
    with pytest.raises(InputError, match="is running"):
        api.delete_run(run_id)
    workspace.runs.dismiss(worker)
    api.wait(run_id)
    row = api.runs().iloc[0]
    assert (row["id"], row["status"], row["progress"], row["name"]) == (run_id, "done", 1.0, "set")
    assert row["seconds"] > 0
    api.delete_run("set")
    assert len(api.runs()) == 0
    assert len(api.find_set("set")) == 4


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


def test_a_waiting_run_is_paused_resumed_and_cancelled_and_asking_again_resumes_it(workspace: Workspace):
    run_id = submit("set", "ann", 0)
    api.pause(run_id)
    assert api.run(run_id).status == "paused"
    assert submit("set", "ann", 0) == run_id
    assert api.run(run_id).status == "queued"
    api.pause(run_id)
    api.cancel(run_id)
    assert api.run(run_id).status == "cancelled"
    assert api.run(run_id).message == "Cancelled before it started; nothing was made."


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
