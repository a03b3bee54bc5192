"""The queue that people share, and the workers that take runs from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench_core.api.guests import GUEST_LINK, operator_token
from bench_core.api.workspace import open_workspace
from bench_core.frames import WORKERS

if TYPE_CHECKING:
    import pandas as pd


def hold_queue(by: str | None = None) -> None:
    """Stops the queue: workers finish what they hold and take nothing more until `release_queue`."""
    workspace = open_workspace()
    workspace.runs.hold(by or workspace.config.user)


def release_queue() -> None:
    """Lets a stopped queue go on."""
    open_workspace().runs.let_go_on()


def queue_held_by() -> str | None:
    """Who stopped the queue; None while it runs."""
    return open_workspace().runs.held_by()


def workers() -> pd.DataFrame:
    """`frames.WORKERS`: the workers that live."""
    return WORKERS.of(open_workspace().runs.workers())


def worker_alive() -> bool:
    """Whether a worker process is there that would take queued runs."""
    return open_workspace().runs.worker_alive()


def work() -> None:
    """Takes queued runs until this process is told to end (SIGTERM, Ctrl-C); what it holds then goes back into the queue."""
    from bench_core.jobs.worker import stop_on_signals, work

    work(open_workspace(), stop_on_signals())


def serve() -> None:
    """Serves the pages, with a worker beside them, until this process is told to end."""
    from bench_core.jobs.serving import serve
    from bench_core.jobs.worker import stop_on_signals

    serve(open_workspace().config, stop_on_signals(), f"{GUEST_LINK}={operator_token()}")
