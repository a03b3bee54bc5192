"""Queues a run: its kind checks the spec; then come priority, name and quota."""

from bench_core.errors import QuotaReached
from bench_core.registry import find_run_kind
from bench_core.spec import RunSpec
from bench_core.store.turns import INTERACTIVE
from bench_core.store.workspace import Workspace

FEW_IMAGES = 16
"""A request for so few images is one that somebody waits for: it goes before long batches."""


def submit(workspace: Workspace, spec: RunSpec, priority: int | None = None, owner: str | None = None, *, limited: bool = True) -> str:
    """Checks a spec as its kind does and queues it; see `api.submit`. What is not `limited` needs no quota: the program's own work."""
    config = workspace.config
    request = find_run_kind(spec.kind).check(workspace, spec)
    if priority is None:
        priority = INTERACTIVE if 0 < request.images <= FEW_IMAGES else 0
    if request.claims_name and request.set_id:
        workspace.sets.claim_name(request.name, request.set_id)
    try:
        return workspace.runs.add(request, priority, owner=config.user if owner is None else owner, quota=config.quota if limited else None)
    except QuotaReached:
        if request.claims_name and request.set_id:
            workspace.sets.release_unused_names(request.set_id)
        raise
