"""How long a generation will take: what was measured here, else what the card says."""

from dataclasses import dataclass
from typing import Any

from bench_core.engine.catalogue import check_settings, generator_card
from bench_core.spec import GenerateSpec
from bench_core.store.workspace import Workspace

STEPS = "num_inference_steps"


@dataclass(frozen=True)
class Estimate:
    """Seconds that a generation will take (None: unknown), and in words how that is known."""

    seconds: float | None
    basis: str


def estimate(workspace: Workspace, generator_id: str, settings: dict[str, Any], count: int) -> Estimate:
    """Seconds that `count` images will take: measured here with these settings, scaled, or from the card.

    Time is taken to grow with the steps and the pixels; other settings are compared exactly first.
    """
    card = generator_card(workspace.config, generator_id)
    wanted = check_settings(card, settings).model_dump(mode="json")
    near: float | None = None
    for row in workspace.runs.that_made_images("generate"):
        spec = workspace.runs.spec_of(row)
        if not isinstance(spec, GenerateSpec) or spec.generator.id != generator_id or not row["worked"]:
            continue
        each = row["worked"] / (row["made"] or row["share"] * row["total"])  # one that was cancelled within its first batch knows too
        if spec.generator.settings == wanted:
            return Estimate(each * count, "at the speed measured here")
        near = near if near is not None else each * _work(wanted) / _work(spec.generator.settings)
    if near is not None:
        return Estimate(near * count, "scaled from the speed measured here with other settings")
    if card.seconds_per_image is not None:
        each = card.seconds_per_image * _work(wanted) / _work(check_settings(card, {}).model_dump())
        return Estimate(each * count, "at the speed that its card states")
    return Estimate(None, "nothing of it was measured here yet: make a few images first")


def _work(settings: dict[str, Any]) -> float:
    return float(settings.get(STEPS) or 1) * float((settings.get("height") or 1) * (settings.get("width") or 1))
