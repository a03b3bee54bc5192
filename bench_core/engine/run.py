"""Carries out one run, top to bottom. Each step first looks for what is stored, so a killed run goes on where it stopped."""

import sys
import threading
import traceback
from collections.abc import Callable

from bench_core.engine.cluster.where import engine_of
from bench_core.engine.models import Models
from bench_core.engine.progress import Pause, Preemption, Reporter, Shutdown
from bench_core.errors import BenchError, Cancelled, InputError, StoreUnavailable
from bench_core.registry import find_run_kind
from bench_core.store.claims import LostRun
from bench_core.store.workspace import Workspace


def carry_out(
    workspace: Workspace, run_id: str, worker: str, models: Models, stop: threading.Event | None = None, *, again: bool = False
) -> None:
    """Does what a run that `worker` has claimed asks for, and ends it: done, failed or cancelled. Never raises for the run's sake.

    It may also be paused, or make way for another run, and go on later.

    Args:
        again: whether a run that fails because the disk or the database cannot be used goes back into the queue.

    Raises:
        Shutdown: `stop` was set; the run is to go back into the queue.
        StoreUnavailable: the database cannot be used, or (with `again`) the disk cannot; the run is back in the queue if that could be
            written.
    """
    report = Reporter(workspace, run_id, worker, stop)
    end: Callable[..., None] = lambda status, **words: workspace.runs.end(run_id, worker, status, **words)
    try:
        try:
            with engine_of(workspace.config) as report.executor:
                end("done", message=_do(workspace, run_id, models, report))
        except Cancelled as error:
            _stop(workspace, run_id, worker, report.asked or error)  # metrics know only that they shall stop
        except StoreUnavailable as error:
            if again:
                workspace.runs.give_back(run_id, worker, "queued", f"{error.message} It is tried again.")
                raise
            end("failed", error=error.message, hint=error.hint)
        except BenchError as error:
            end("failed", error=error.message, hint=error.hint)
        except LostRun:
            raise
        except MemoryError:
            end("failed", error="There is not enough memory for this run.", hint="Use a smaller batch or fewer images.")
        except Exception as error:  # noqa: BLE001  whatever it is, the run says so and the worker goes on
            traceback.print_exc(file=sys.stderr)
            end(
                "failed", error=f"{type(error).__name__}: {error}", hint="This is a fault of the program; the worker's log has the details."
            )
    except LostRun:
        return


def _stop(workspace: Workspace, run_id: str, worker: str, why: Cancelled) -> None:
    """Ends a run that was asked to stop, or puts it where it goes on."""
    if isinstance(why, Shutdown):
        raise why from None
    if isinstance(why, Preemption):
        workspace.runs.give_back(run_id, worker, "queued", why.message)
    elif isinstance(why, Pause):
        workspace.runs.give_back(run_id, worker, "paused", "Paused; what was finished is kept.")
    else:
        workspace.runs.end_cancelled(run_id, worker)


def _do(workspace: Workspace, run_id: str, models: Models, report: Reporter) -> str:
    spec = workspace.runs.spec(run_id)
    kind = find_run_kind(spec.kind)
    if not isinstance(spec, kind.spec):
        raise InputError(workspace.runs.describe(run_id).error, "Ask for it anew.")
    return kind.carry_out(workspace, run_id, spec, models, report)
