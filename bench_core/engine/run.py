"""Carries out one run, top to bottom. Each step first looks for what is stored, so a killed run goes on where it stopped."""

import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress

from bench_core.engine.answers.mean_image import mean_image
from bench_core.engine.cluster.where import engine_of
from bench_core.engine.models import Models
from bench_core.engine.progress import GivingWay, Pausing, Reporter, Stopping
from bench_core.engine.runs.evaluate import evaluate
from bench_core.engine.runs.generate import generate
from bench_core.engine.runs.project import project
from bench_core.errors import BenchError, Cancelled
from bench_core.spec import EvaluateSpec, GenerateSpec
from bench_core.store.claims import LostRun
from bench_core.store.workspace import Workspace


def carry_out(workspace: Workspace, run_id: str, worker: str, models: Models, stop: threading.Event | None = None) -> None:
    """Does what a run that `worker` has claimed asks for, and ends it: done, failed or cancelled. Never raises for the run's sake.

    It may also be paused, or make way for another run, and go on later.

    Raises:
        Stopping: `stop` was set; the run is to go back into the queue.
    """
    report = Reporter(workspace, run_id, worker, stop)
    end: Callable[..., None] = lambda status, **words: workspace.runs.end(run_id, worker, status, **words)  # noqa: E731
    try:
        try:
            with engine_of(workspace.config):
                end("done", message=_do(workspace, run_id, models, report))
        except Cancelled as error:
            why = report.asked or error  # metrics know only that they shall stop
            if isinstance(why, Stopping):
                raise why from None
            if isinstance(why, GivingWay):
                workspace.runs.give_back(run_id, worker, "queued", why.message)
            elif isinstance(why, Pausing):
                workspace.runs.give_back(run_id, worker, "paused", "Paused; what was finished is kept.")
            else:
                end("cancelled", message="Cancelled; what was finished is kept.")
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


def _do(workspace: Workspace, run_id: str, models: Models, report: Reporter) -> str:
    spec = workspace.runs.spec(run_id)
    if isinstance(spec, GenerateSpec):
        return generate(workspace, spec, models, report)
    if isinstance(spec, EvaluateSpec):
        words = evaluate(workspace, run_id, spec, models, report)
        with suppress(BenchError):  # images of several sizes have no mean
            mean_image(workspace, workspace.sets.open(spec.synthetic))  # now, since a page that shows it cannot wait for it
        return words
    frame = project(workspace, spec.sets, spec.encoder, spec.seed, spec.limit, models=models, report=report)
    return f"{len(frame)} points"
