"""What kinds of runs share when they work out a request."""

from collections.abc import Callable
from typing import Any, TypeVar

from bench_core.spec import RunSpec
from bench_core.store.workspace import Workspace

Spec = TypeVar("Spec", bound=RunSpec)


def expected_seconds(workspace: Workspace, spec: Spec, alike: Callable[[Spec], Any]) -> float | None:
    """What the last run of that kind took that was `alike`; None where there was none."""
    for row in workspace.runs.that_are_done(spec.kind):
        before = workspace.runs.spec_of(row)
        if isinstance(before, type(spec)) and alike(before) == alike(spec):
            return float(row["busy"] + row["finished"] - row["started"])
    return None
