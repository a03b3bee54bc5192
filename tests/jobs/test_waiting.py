"""A process that waits for a run leaves it to a worker and carries it out where there is none."""

from bench_core import api
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.fakes import request
from tests.jobs.started import until


def test_a_waiting_process_leaves_the_work_to_a_worker(workspace: Workspace, start):
    start()
    until(api.worker_alive)
    fakes.made.clear()
    assert api.wait(api.submit(request())).status == "done"
    assert fakes.made == []


def test_a_waiting_process_takes_over_when_the_worker_dies(workspace: Workspace, start):
    worker = start()
    until(api.worker_alive)
    run_id = api.submit(request("set", prompts=8, count=1, batch_size=1, delay=0.1))
    fakes.made.clear()

    def kill(run: api.Run) -> None:
        if run.done >= 2:
            worker.kill()
            worker.wait()

    assert api.wait(run_id, kill).status == "done"
    assert 0 < len(fakes.made) < 8
