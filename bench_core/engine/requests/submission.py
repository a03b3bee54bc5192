"""What is checked before a run is queued: names, settings, and that it can run here. The facade resolves set names to ids."""

from typing import Any

from bench_core.engine.catalogue import encoder_missing, require
from bench_core.engine.keys import generated_set_id
from bench_core.engine.requests.estimate import estimate, expected_seconds
from bench_core.engine.runs.evaluate import resolved_evaluation
from bench_core.engine.runs.generate import resolved_generation
from bench_core.errors import QuotaReached
from bench_core.spec import EvaluateSpec, GenerateSpec, ProjectSpec, RunSpec
from bench_core.store.turns import INTERACTIVE
from bench_core.store.workspace import Workspace

FEW_IMAGES = 16
"""A request for so few images is one that somebody waits for: it goes before long batches."""


def submit(workspace: Workspace, spec: RunSpec, priority: int | None = None, owner: str | None = None, *, limited: bool = True) -> str:
    """See `api.submit`. What is not `limited` needs no quota: the program's own work."""
    config = workspace.config
    shared: dict[str, Any] = {"owner": config.user if owner is None else owner, "quota": config.quota if limited else None}
    if isinstance(spec, GenerateSpec):
        spec = resolved_generation(workspace, spec)
        count = len(spec.prompts) * spec.count
        set_id = generated_set_id(workspace, spec)
        priority = (INTERACTIVE if count <= FEW_IMAGES else 0) if priority is None else priority
        about: dict[str, Any] = {
            "model": spec.generator.id,
            "expected": estimate(workspace, spec.generator.id, spec.generator.settings, count).seconds,
        }
        workspace.sets.claim_name(spec.name, set_id)
        try:
            return workspace.runs.add(spec, spec.name, set_id, priority, **about, **shared)
        except QuotaReached:
            workspace.sets.release_unused_names(set_id)
            raise
    if isinstance(spec, EvaluateSpec):
        spec = resolved_evaluation(workspace, spec)
        name = workspace.sets.open(spec.synthetic).name + ("" if spec.mode == "corrected" else f" ({spec.mode})")
        about = {"model": spec.encoders[0], "expected": expected_seconds(workspace, spec)}
        return workspace.runs.add(spec, name[:120], spec.synthetic, priority or 0, **about, **shared)
    spec = spec.model_copy(update={"sets": [workspace.sets.find(s) for s in spec.sets]})
    assert isinstance(spec, ProjectSpec)
    require(encoder_missing(config, spec.encoder), f"Encoder {spec.encoder!r}")
    name = "UMAP of " + ", ".join(workspace.sets.open(s).name for s in spec.sets)[:100]
    about = {"model": spec.encoder, "expected": expected_seconds(workspace, spec)}
    return workspace.runs.add(spec, name, None, priority or 0, **about, **shared)
