"""A worker: takes queued runs one after the other, says that it lives, and hands back what it holds when told to end."""

import _thread
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench_core.engine.cluster.ray import look
from bench_core.engine.models import Models
from bench_core.engine.progress import Shutdown
from bench_core.engine.run import carry_out
from bench_core.jobs.ahead import Ahead
from bench_core.store.image_folders import check_images
from bench_core.store.workspace import Workspace

BEAT_SECONDS = 2.0
LOOK_SECONDS = 0.5


@contextmanager
def enlisted(workspace: Workspace, *, serves: bool, models: Models | None = None) -> Iterator[str]:
    """Registers this process as a worker for the block, with a heartbeat; what it holds at the end goes back into the queue."""
    device = workspace.config.device
    worker = workspace.runs.enlist(serves, device)
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_SECONDS):
            try:
                workspace.runs.beat(worker, serves, device, models.loaded() if models else ())
            except Exception as error:  # noqa: BLE001  a database that is away for a moment must not end the heartbeat
                print(f"worker: no heartbeat: {error}", file=sys.stderr)

    heart = threading.Thread(target=beat, name="heartbeat", daemon=True)
    heart.start()
    try:
        yield worker
    finally:
        ended.set()
        heart.join()
        workspace.runs.dismiss(worker)


def work(workspace: Workspace, stop: threading.Event, *, until_idle: bool = False) -> int:
    """Carries out runs until `stop` is set (or, with `until_idle`, nothing is queued); returns how many it took.

    Without a run it makes images of bundled sets, one at a time (see `ahead`); after `idle_seconds` of the configuration it lets go of its
    models, and of the GPU's memory.

    Raises:
        InputError, MissingPackage, StoreError: the configured engine is not there, or where images go cannot be used (see `look` and
            `check_images`); no run was taken.
    """
    look(workspace.config)
    check_images(workspace.config.images)
    models = Models(workspace.config)
    count, busy, ahead = 0, time.monotonic(), Ahead(workspace)
    with enlisted(workspace, serves=True, models=models) as worker:
        workspace.runs.clear_previews()
        while not stop.is_set():
            run_id = workspace.runs.claim(worker, loaded=models.loaded())
            if run_id is None:
                if until_idle:
                    break
                if models.loaded() and time.monotonic() - busy > workspace.config.idle_seconds:
                    models.release()
                    print("worker: nothing to do; models and their memory are let go", file=sys.stderr, flush=True)
                if not ahead.step():
                    stop.wait(LOOK_SECONDS)
                continue
            print(f"worker: run {run_id} starts", file=sys.stderr, flush=True)
            try:
                carry_out(workspace, run_id, worker, models, stop)
            except Shutdown:
                break
            print(f"worker: run {run_id} ended", file=sys.stderr, flush=True)
            count, busy = count + 1, time.monotonic()
    return count


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set.

    In a thread of its own: a handler interrupts the main thread wherever it is, and would wait for ever for the event's lock where that
    thread holds it (so does a second signal while the first one is being handled).
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _thread.start_new_thread(stop.set, ()))
    return stop
