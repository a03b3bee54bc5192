"""Runs: asked for, looked at, stopped, repeated."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench_core.api.workspace import open_workspace
from bench_core.errors import InputError
from bench_core.records import Run, RunDeletion
from bench_core.registry import RunKind
from bench_core.spec import EvaluateSpec, GenerateSpec, RunSpec

if TYPE_CHECKING:
    import pandas as pd

    from bench_core.engine.generation.estimate import Estimate
    from bench_core.store.runs import RunStore


def submit(spec: RunSpec, priority: int | None = None, owner: str | None = None) -> str:
    """Checks a spec and queues it; the id of the run. The same request that has not ended yet is not queued twice.

    Args:
        priority: higher ones first; None: 10 for a few images that somebody waits for, else 0. Below 0 means when nothing else waits.
        owner: who asks; turns and quotas go by it. The user of the configuration where nobody is named.

    Raises:
        QuotaReached: the owner may not ask for more at the moment.
        UnknownName: a generator, encoder, metric or set that is not there.
        SettingError: a setting that is unknown or out of range.
        NameTaken: the name belongs to another request.
        MissingWeights, MissingPackage: the generator or encoder cannot run here.
    """
    from bench_core.engine.requests.submission import submit

    return submit(open_workspace(), spec, priority, owner)


def estimate_evaluations(specs: Sequence[EvaluateSpec]) -> Estimate:
    """Seconds that these evaluations will take one after the other (None: unknown) and how that is known. Sets by id.

    Raises:
        UnknownName: a set or encoder that is not there.
    """
    from bench_core.engine.requests.evaluation_time import evaluation_time

    return evaluation_time(open_workspace(), specs)


def runs(limit: int = 200) -> pd.DataFrame:
    """`frames.RUNS`: runs, newest first."""
    return open_workspace().runs.listing(limit)


def run(run_id: str) -> Run:
    """One run.

    Raises:
        UnknownName: there is none of that id (or name).
    """
    return open_workspace().runs.describe(run_id)


def runs_in_full(rows: pd.DataFrame) -> list[Run]:
    """These rows of `runs` as `run` gives each, with one look at the database; one that was deleted meanwhile is left out."""
    return open_workspace().runs.describe_rows(rows)


def reservations(run_id: str) -> list[str]:
    """What must be known of the images of a run because of what was asked for: another size than the model's, prompts without a finding.

    Raises:
        UnknownName: there is no such run.
    """
    from bench_core.cards import generator_cards
    from bench_core.engine.generation.reservations import reservations

    workspace = open_workspace()
    spec = workspace.runs.spec(run_id)
    if not isinstance(spec, GenerateSpec):
        return []
    return reservations(generator_cards(workspace.config.card_folder).get(spec.generator.id), spec)


def run_kinds() -> Mapping[str, RunKind]:
    """Kinds of runs by id: title, unit of progress, whether one makes images, and its spec's class."""
    from bench_core import registry

    return registry.run_kinds()


def read_spec(text: str, **fields: Any) -> RunSpec:
    """A spec from JSON; its field `kind` says of which kind of run it is.

    Args:
        fields: take the place of those in the text.

    Raises:
        InputError: no JSON object, one without a kind, or with a field that is missing, unknown or out of range.
        UnknownName: there is no such kind of run.
    """
    from pydantic import ValidationError

    from bench_core.registry import spec_of

    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"The request is no JSON: {error}.") from None
    if not isinstance(read, dict):
        raise InputError("The request is no JSON object.", 'Example: {"kind": "project", "sets": ["a", "b"], "encoder": "phantom-eye"}')
    try:
        return spec_of(read | fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"The request's {'.'.join(map(str, first['loc']))} = {str(first.get('input'))[:80]!r}: {first['msg']}.") from None


def may_change(owner: str, by: str | None) -> bool:
    """Whether somebody may stop or delete runs of `owner`: their own, and everybody's who runs the site or is named in BENCH_ADMINS."""
    from bench_core.engine.requests.ownership import may_change

    return may_change(open_workspace(), owner, by)


def _change(run_id: str, by: str | None) -> RunStore:
    from bench_core.engine.requests.ownership import check_may_change

    workspace = open_workspace()
    check_may_change(workspace, run_id, by)
    return workspace.runs


def cancel(run_id: str, by: str | None = None) -> None:
    """Asks a run to stop; finished images are kept. A run that has ended stays as it is.

    Args:
        by: who wants it; None: the command line, which may do everything.

    Raises:
        NotAllowed: it is somebody else's.
    """
    _change(run_id, by).cancel(run_id)


def pause(run_id: str, by: str | None = None) -> None:
    """Puts a run aside until `resume`; a running one stops where nothing is lost (generation: after the batch in progress).

    Raises:
        NotAllowed: it is somebody else's.
    """
    _change(run_id, by).pause(run_id)


def resume(run_id: str, by: str | None = None) -> None:
    """Puts a paused run back into the queue; it goes on where it stopped.

    Raises:
        NotAllowed: it is somebody else's.
    """
    _change(run_id, by).resume(run_id)


def set_priority(run_id: str, priority: int, by: str | None = None) -> None:
    """Changes the priority of a run that has not ended; see `submit`.

    Raises:
        NotAllowed: it is somebody else's.
    """
    _change(run_id, by).set_priority(run_id, priority)


def repeat(run_id: str, owner: str | None = None) -> str:
    """Queues the request of a run that has ended again; what it finished is not done twice. Returns the new run's id."""
    return submit(run(run_id).spec, owner=owner)


def deletion_of_run(run_id: str) -> RunDeletion:
    """What would go with a run, to be said before it is deleted.

    Raises:
        UnknownName: there is none.
    """
    from bench_core.engine.requests.deletion import deletion_of_run

    return deletion_of_run(open_workspace(), run_id)


def delete_run(run_id: str, by: str | None = None) -> None:
    """Deletes a run and its results, not the images that it made.

    Raises:
        UnknownName: there is none.
        InputError: it is still running; cancel it first.
        NotAllowed: it is somebody else's.
    """
    from bench_core.engine.requests.deletion import delete_run

    _change(run_id, by)
    delete_run(open_workspace(), run_id)


def wait(run_id: str, on_progress: Callable[[Run], None] | None = None) -> Run:
    """Waits for a run to end; carries it out itself when no worker lives. Returns it, whatever its status."""
    from bench_core.jobs.waiting import wait_for

    return wait_for(open_workspace(), run_id, on_progress)
