"""What a run says of itself while it goes on."""

from typing import Any

import pytest
from sqlalchemy import update

from bench_core import api
from bench_core.engine.models import Models
from bench_core.engine.progress import Pace, Reporter
from bench_core.engine.runs.evaluate import evaluate
from bench_core.store import schema
from bench_core.store.workspace import Workspace
from tests.engine.studies import evaluation
from tests.fakes import request


def test_progress_and_preview(workspace: Workspace):
    seen = []
    api.wait(api.submit(request("set", prompts=4, count=1, batch_size=2, num_inference_steps=4, delay=0.2)), seen.append)
    running = [r for r in seen if r.status == "running"]
    assert any(r.steps == 4 and 1 <= r.step <= 4 for r in running)
    assert any(r.preview_png for r in running)
    assert any(r.eta_seconds for r in running)
    assert seen[-1].progress == 1.0
    assert seen[-1].preview_png is None


def test_progress_forgets_the_workers_that_died_before_it(study: Workspace):
    run_id = api.submit(evaluation(subgroup="finding"))
    with study.database.write() as connection:
        connection.execute(update(schema.runs).values(attempts=2))
    assert api.wait(run_id).status == "done"
    assert study.runs.get(run_id)["attempts"] == 0


def test_the_bar_moves_within_a_batch_and_the_time_left_is_measured_from_its_first_step(workspace: Workspace):
    seen = []
    steps, delay = 10, 0.15
    api.wait(api.submit(request("set", prompts=4, count=1, batch_size=2, num_inference_steps=steps, delay=delay)), seen.append)
    running = [r for r in seen if r.status == "running"]
    shares = [r.progress for r in running]
    assert shares == sorted(shares), "it never goes back"
    first = [r for r in running if r.done == 0 and 0 < r.step < steps]
    assert {r.progress for r in first} == {0.5 * r.step / steps for r in first}
    assert len({r.progress for r in first}) > 2
    told = [r for r in first if r.eta_seconds]
    assert told, "before any image is finished"
    whole = 2 * steps * delay
    for r in told:
        assert 0.3 * whole * (1 - r.progress) < r.eta_seconds < 4 * whole * (1 - r.progress) + 1


def test_pace():
    pace = Pace(0.2, now=100.0)
    assert pace.ends(0.2, 150.0, clock=1000.0) is None
    assert pace.ends(0.4, 120.0, clock=1000.0) == pytest.approx(1060.0)


def test_an_evaluation_moves_during_a_metric(study: Workspace):
    spec, seen = evaluation(metrics=[api.Choice(id="kernel_distance")]), []
    run_id = api.submit(spec)
    worker = study.runs.enlist(serves=False)
    study.runs.claim(worker, run_id)

    class Watcher(Reporter):
        def at(self, done: int, total: int, message: str, **more: Any) -> None:
            seen.append((done, total, message))
            super().at(done, total, message, **more)

    evaluate(study, run_id, study.runs.spec(run_id), Models(study.config), Watcher(study, run_id, worker))
    inside = {done for done, _, message in seen if message.endswith("Kernel distance")}
    assert len(inside) > 5, seen
    assert [done for done, *_ in seen] == sorted(done for done, *_ in seen)


@pytest.mark.parametrize("images", [0, 2])
def test_a_cancelled_run_says_what_is_kept(workspace: Workspace, images: int):
    run_id = api.submit(request("set", prompts=16, count=1, batch_size=2, num_inference_steps=4, delay=0.1))

    def stop(run: api.Run) -> None:
        if run.status == "running" and run.done >= images and run.message.endswith("images"):
            api.cancel(run_id)

    run = api.wait(run_id, stop)
    assert run.status == "cancelled"
    kept = len(api.find_set("set").table) if run.done else 0
    assert run.message == (f"Cancelled; {kept} of 16 images are kept." if kept else "Cancelled; no image was finished.")
    assert (kept > 0) == (run.done > 0) and kept == run.done


def test_a_cancelled_evaluation_counts_its_numbers(study: Workspace):
    run_id = api.submit(evaluation())
    api.cancel(run_id)
    assert api.run(run_id).message == "Cancelled before it started; nothing was made."
    again = api.submit(evaluation(seed=3))
    worker = study.runs.enlist(serves=False)
    study.runs.claim(worker, again)
    study.runs.end_cancelled(again, worker)
    assert api.run(again).message == "Cancelled; nothing was finished, so nothing is kept."
