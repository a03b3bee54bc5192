"""Runs of several users in a queue."""

import threading
import time

from bench_core import api
from bench_core.engine.models import Models
from bench_core.engine.run import carry_out
from bench_core.store.workspace import Workspace
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
