"""How long a generation will take: what was measured here, else what the card says."""

from typing import Any

from bench_core.engine.models import check_settings, generator_card
from bench_core.spec import GenerateSpec
from bench_core.store.workspace import Workspace

STEPS = "num_inference_steps"


def estimate(workspace: Workspace, generator_id: str, settings: dict[str, Any], count: int) -> float | None:
    """See `api.estimate_seconds`. Time is taken to grow with the number of steps; other settings are compared exactly first."""
    card = generator_card(workspace.config, generator_id)
    wanted = check_settings(card, settings).model_dump(mode="json")
    near: float | None = None
    for row in workspace.runs.finished_generations():
        spec = workspace.runs.spec(row["id"])
        if not isinstance(spec, GenerateSpec) or spec.generator.id != generator_id or not row["worked"]:
            continue
        each = row["worked"] / row["made"]
        if spec.generator.settings == wanted:
            return each * count
        near = near if near is not None else each * _steps(wanted) / _steps(spec.generator.settings)
    if near is None and card.seconds_per_image is not None:
        near = card.seconds_per_image * _steps(wanted) / _steps(check_settings(card, {}).model_dump())
    return None if near is None else near * count


def _steps(settings: dict[str, Any]) -> float:
    return float(settings.get(STEPS) or 1)
