"""A worker: takes queued runs one after the other, says that it lives, and hands back what it holds when told to end."""

import _thread
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bench_core.engine.cluster.ray import look
from bench_core.engine.models import Models
from bench_core.engine.progress import Shutdown
from bench_core.engine.requests.deletion import sweep
from bench_core.engine.run import carry_out
from bench_core.errors import StoreUnavailable
from bench_core.store.image_folders import check_images
from bench_core.store.workspace import Workspace

BEAT_SECONDS = 2.0
LOOK_SECONDS = 0.5
AGAIN_SECONDS = 10.0
"""So long a worker waits where the disk or the database cannot be used."""
MOST_TRIES = 3
"""So often a worker tries a run for which the disk cannot be used; then the run fails."""


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
        try:
            workspace.runs.dismiss(worker)
        except StoreUnavailable as error:  # whoever looks next finds that this process is gone
            print(f"worker: not taken off the list: {error}", file=sys.stderr)


def work(workspace: Workspace, stop: threading.Event, *, until_idle: bool = False) -> int:
    """Carries out runs until `stop` is set (or, with `until_idle`, nothing is queued); returns how many it took.

    After `idle_seconds` of the configuration without a run it lets go of its models, and of the GPU's memory.

    Raises:
        InputError, MissingPackage, StoreError: the configured engine is not there, or where images go cannot be used (see `look` and
            `check_images`); no run was taken.
    """
    look(workspace.config)
    check_images(workspace.config.images)
    models = Models(workspace.config)
    count, busy = 0, time.monotonic()
    with enlisted(workspace, serves=True, models=models) as worker:
        workspace.runs.clear_previews()
        for line in sweep(workspace):
            print(f"worker: removed {line}", file=sys.stderr, flush=True)
        tries: Counter[str] = Counter()
        outage = False
        while not stop.is_set():
            run_id = None
            try:
                if outage:
                    workspace.runs.put_back(worker)
                    outage = False
                run_id = workspace.runs.claim(worker, loaded=models.loaded())
                if run_id is not None:
                    print(f"worker: run {run_id} starts", file=sys.stderr, flush=True)
                    tries[run_id] += 1
                    carry_out(workspace, run_id, worker, models, stop, again=tries[run_id] < MOST_TRIES)
                    print(f"worker: run {run_id} ended", file=sys.stderr, flush=True)
                    del tries[run_id]
                    count, busy = count + 1, time.monotonic()
            except StoreUnavailable as error:
                print(f"worker: {error} Trying again in {AGAIN_SECONDS:.0f} s.", file=sys.stderr, flush=True)
                outage = True
                stop.wait(AGAIN_SECONDS)
                continue
            except Shutdown:
                break
            if run_id is None:
                if until_idle:
                    break
                if models.loaded() and time.monotonic() - busy > workspace.config.idle_seconds:
                    models.release()
                    print("worker: nothing to do; models and their memory are let go", file=sys.stderr, flush=True)
                stop.wait(LOOK_SECONDS)
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
