"""How long a generation will take: what was measured here, else what the card says."""

from dataclasses import dataclass
from typing import Any

from bench_core.engine.catalogue import check_settings, generator_card
from bench_core.spec import EvaluateSpec, GenerateSpec, ProjectSpec, RunSpec
from bench_core.store.workspace import Workspace

STEPS = "num_inference_steps"


@dataclass(frozen=True)
class Estimate:
    """Seconds that a generation will take (None: unknown), and in words how that is known."""

    seconds: float | None
    basis: str


def estimate(workspace: Workspace, generator_id: str, settings: dict[str, Any], count: int) -> Estimate:
    """See `api.estimate`. Time is taken to grow with the steps and the pixels; other settings are compared exactly first."""
    card = generator_card(workspace.config, generator_id)
    wanted = check_settings(card, settings).model_dump(mode="json")
    near: float | None = None
    for row in workspace.runs.finished_generations():
        spec = workspace.runs.spec(row["id"])
        if not isinstance(spec, GenerateSpec) or spec.generator.id != generator_id or not row["worked"]:
            continue
        each = row["worked"] / row["made"]
        if spec.generator.settings == wanted:
            return Estimate(each * count, "at the speed measured here")
        near = near if near is not None else each * _work(wanted) / _work(spec.generator.settings)
    if near is not None:
        return Estimate(near * count, "scaled from the speed measured here with other settings")
    if card.seconds_per_image is not None:
        each = card.seconds_per_image * _work(wanted) / _work(check_settings(card, {}).model_dump())
        return Estimate(each * count, "at the speed that its card states")
    return Estimate(None, "nothing of it was measured here yet: make a few images first")


def expected_seconds(workspace: Workspace, spec: EvaluateSpec | ProjectSpec) -> float | None:
    """What the last run took that asked for the same of other sets; None where there was none."""
    wanted = _alike(spec)
    for row in workspace.runs.finished_evaluations():
        if _alike(workspace.runs.spec_of(row)) == wanted:
            return float(row["busy"] + row["finished"] - row["started"])
    return None


def _alike(spec: RunSpec) -> dict[str, Any]:
    return {"sets": len(getattr(spec, "sets", [])), **spec.model_dump(exclude={"synthetic", "real", "train", "sets", "seed"})}


def _work(settings: dict[str, Any]) -> float:
    return float(settings.get(STEPS) or 1) * float((settings.get("height") or 1) * (settings.get("width") or 1))
