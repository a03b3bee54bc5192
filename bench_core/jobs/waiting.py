"""Waiting for a run; where no worker lives, this process carries it out itself."""

import threading
import time
from collections.abc import Callable

from bench_core.engine.models import Models
from bench_core.engine.run import carry_out
from bench_core.jobs.worker import enlisted
from bench_core.records import Run
from bench_core.store.runs import UNFINISHED
from bench_core.store.workspace import Workspace

LOOK_SECONDS = 0.25


def wait_for(workspace: Workspace, run_id: str, on_progress: Callable[[Run], None] | None = None, models: Models | None = None) -> Run:
    """Returns the run when it has ended. `on_progress` is called a few times a second meanwhile, from a thread of its own.

    An interrupt (Ctrl-C) cancels the run: finished images are kept, and the same request goes on where it stopped.
    """
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(LOOK_SECONDS):
            if on_progress:
                on_progress(workspace.runs.describe(run_id))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        while workspace.runs.get(run_id)["status"] in UNFINISHED:
            if workspace.runs.worker_alive() or not _carried_out_here(workspace, run_id, models):
                time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        workspace.runs.cancel(run_id)
        raise
    finally:
        ended.set()
        watcher.join()
    run = workspace.runs.describe(run_id)
    if on_progress:
        on_progress(run)
    return run


def _carried_out_here(workspace: Workspace, run_id: str, models: Models | None) -> bool:
    """False when another process holds the run."""
    with enlisted(workspace, serves=False) as worker:
        if workspace.runs.claim(worker, run_id) is None:
            return False
        try:
            carry_out(workspace, run_id, worker, models or Models(workspace.config))
        except KeyboardInterrupt:
            workspace.runs.end(run_id, worker, "cancelled", message="Interrupted; what was finished is kept.")
            raise
    return True
