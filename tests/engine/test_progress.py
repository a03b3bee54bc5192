"""What a run says of itself while it goes on."""

from sqlalchemy import update

from bench_core import api
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
