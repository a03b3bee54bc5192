"""The numbers of a report: what each is, where it lies, what it can see at these sizes, and what a family says as a whole."""

import math
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.engine.answers.many_numbers import LEVEL, many_numbers
from bench_core.engine.answers.power import blind_spots, limits, power
from bench_core.engine.answers.results import results_frame
from bench_core.handover.report.facts import FamilyFacts, NumberFacts
from bench_core.notation import side
from bench_core.records import Reference
from bench_core.registry import Metric
from bench_core.store.workspace import Workspace

SEEN = 0.8416
"""Standard deviations above which 8 of 10 normal scores lie: as often as `answers.power` wants a fault to be flagged."""
WIDE = 2 * 1.96
"""Standard deviations that a range of 95 percent is wide."""
DRAWN = (
    "value", "low", "high", "matched", "null", "null_low", "null_high", "status", "message", "n_real", "n_synthetic", "n_train", "settings",
    "seed", "version",
)  # fmt: skip


def numbers_of(workspace: Workspace, synthetic: str, reference: Reference) -> tuple[list[NumberFacts], bool]:
    """The numbers over all images in corrected mode, by family and metric; and whether a power study of this reference is there."""
    found = results_frame(workspace, reference, [synthetic])
    wanted = (found["subgroup"] == "all") & (found["mode"] == "corrected")
    if reference.train is None:
        wanted &= found["train"].isna()
    metrics = registry.metrics()
    found = found[wanted & found["metric"].isin(list(metrics))].reset_index(drop=True)
    judged = found[np.array([_decides(metrics[m]) for m in found["metric"]], bool)]
    chances = many_numbers(judged, ["family"]).reindex(found.index)
    counts = power(workspace, reference)
    seen = limits(counts)
    facts = []
    for number, row in enumerate(found.to_dict("records")):
        metric = metrics[row["metric"]]
        blind = list(blind_spots(seen, metric.id, int(row["n_synthetic"]))) if row["n_synthetic"] == row["n_synthetic"] else []
        chance = {name: _known(chances[name].iat[number]) for name in ("chance", "adjusted")}
        facts.append(_number(metric, {name: _known(row[name]) for name in DRAWN}, chance, blind))
    order = {name: place for place, name in enumerate(metrics)}
    return sorted(facts, key=lambda one: order[one.metric]), bool(len(counts))


def _decides(metric: Metric) -> bool:
    return "synthetic" in metric.reads and not metric.diagnostic


def _number(metric: Metric, row: dict[str, Any], chance: dict[str, Any], blind: list[str]) -> NumberFacts:
    goal = metric.goal if isinstance(metric.goal, str) else f"{metric.goal.value:g}"
    below, above = _seen_from(metric, row)
    return NumberFacts(
        metric=metric.id, title=metric.title, family=metric.family, goal=goal, unit=metric.unit, bounds=metric.bounds,
        diagnostic=metric.diagnostic, reads_synthetic="synthetic" in metric.reads, summary=" ".join(metric.summary.split()),
        paper=metric.paper, where=side(row, metric) if row["status"] == "ok" else "unknown",
        seen_below=below, seen_above=above, blind=blind,
        **{name: value for name, value in {**row, **chance}.items() if value is not None},
    )  # fmt: skip


def _seen_from(metric: Metric, row: dict[str, Any]) -> tuple[float | None, float | None]:
    """Scores from which on 8 of 10 generators lie outside the range on its worse side, if they vary as perfect ones do."""
    low, high = row["null_low"], row["null_high"]
    if row["status"] != "ok" or low is None or high is None:
        return None, None
    beyond = SEEN * (high - low) / WIDE
    least, most = (
        (-math.inf if metric.bounds[0] is None else metric.bounds[0]),
        (math.inf if metric.bounds[1] is None else metric.bounds[1]),
    )
    below = low - beyond if metric.goal != "minimize" and low - beyond >= least else None
    above = high + beyond if metric.goal != "maximize" and high + beyond <= most else None
    return below, above


def _known(value: Any) -> Any:
    """A plain value; None for what is missing or no number."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return None if str(value) == "<NA>" else value


def families_of(numbers: list[NumberFacts]) -> list[FamilyFacts]:
    """Each family taken together: it stands out where a number does once all numbers of the family are allowed for."""
    found = []
    for family in registry.FAMILIES:
        mine = [n for n in numbers if n.family == family and n.reads_synthetic and not n.diagnostic]
        known = [n for n in mine if n.chance is not None]
        standing = [n for n in known if n.adjusted is not None and n.adjusted <= LEVEL]
        outside = [n for n in known if n.chance is not None and n.chance < LEVEL]
        where: Any = "unknown" if not known else "inside"
        if standing:
            where = "worse" if any(n.where == "worse" for n in standing) else "better"
        words = _words(where, len(known), len(outside), [n for n in mine if n.status != "ok"])
        if not mine and any(n.family == family and n.reads_synthetic for n in numbers):
            words = "Only diagnostics, which decide nothing."
        found.append(
            FamilyFacts(
                family=family, question=registry.question_of(family), known=len(known), outside=len(outside), where=where, words=words
            )
        )
    return found


def _words(where: str, known: int, outside: int, missing: list[NumberFacts]) -> str:
    if where == "unknown":
        why = next((n.message for n in missing if n.message), "")
        return f"Not judged. {why}".strip() if missing else "Not asked."
    counted = f"{outside} of {known} {'number lies' if known == 1 else 'numbers lie'} outside the range of a perfect generator"
    if where == "inside":
        return f"{counted}, no more than chance explains. What these numbers can see at this size is in their table."
    return f"{counted}, more than chance explains. The set is {where} than a perfect generator here."
