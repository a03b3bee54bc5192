"""Matched values at the sizes of smaller sets, made when a set of another size is evaluated against the same reference.

Sets of one size, the usual case, cost nothing here. What is made is kept beside the draws of the step that it belongs to.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench_core import registry
from bench_core.data import Result
from bench_core.engine.answers.results import results_frame
from bench_core.engine.keys import sizes_key
from bench_core.engine.progress import Reporter
from bench_core.engine.scoring.common_sizes import FEWEST, matched_at, own_sizes
from bench_core.features import Sets
from bench_core.records import Reference
from bench_core.registry import Metric
from bench_core.store.workspace import Workspace

BySize = dict[int, float]
"""Matched values of one metric by size, the set's own size first."""


def keep_own_sizes(workspace: Workspace, step: str, sets: Sets, results: Sequence[Result], seed: int, used: Sequence[str]) -> None:
    """Keeps at which size each metric of a step was matched."""
    sizes, values = own_sizes(sets, results, seed), {row.metric: float(row.matched) for row in results if row.matched is not None}
    _keep(workspace, step, {metric: {size: values[metric]} for metric, size in sizes.items()}, used)


def matched_values(workspace: Workspace, row: Mapping[str, Any], kept: dict[str, dict[str, BySize]]) -> BySize:
    """Matched values of the metric of a row of `results_frame` (with its step); empty where it has none. `kept` is what was read before."""
    step, metric = row["step_key"], row["metric"]
    if step not in kept:
        found = workspace.derived.value(sizes_key(step)) or {}
        kept[step] = {name: {int(size): value for size, value in of_one} for name, of_one in found.items()}
    return kept[step].get(metric) or _first_sizes(row, registry.metrics()[metric])


def _first_sizes(row: Mapping[str, Any], metric: Metric) -> BySize:
    """That of a number which was made before these were kept, when sizes counted images: at its own size alone."""
    matched, n = row["matched"], {role: row[f"n_{role}"] for role in ("synthetic", "real", "train")}
    known = {role: int(size) for role, size in n.items() if size is not None and size == size}
    fitted = metric.null_from == "train" and "train" in known
    pool = known.get("train" if fitted else "real")
    if matched is None or matched != matched or pool is None or "synthetic" not in known:
        return {}
    return {min(known["synthetic"], pool // 2 if "real" in metric.reads and not fitted else pool): float(matched)}


def complete(workspace: Workspace, reference: Reference, report: Reporter, sets_of: Callable[[str], Sets]) -> None:
    """Makes the matched values that the sets judged against this reference lack at each other's sizes.

    Args:
        sets_of: the features behind the numbers of a synthetic set, by its id; asked for only where something is lacking.

    Raises:
        Cancelled: the report says so.
    """
    frame = results_frame(workspace, reference, None, with_step=True)
    frame = frame[(frame["status"] == "ok") & (frame["mode"] == "corrected") & (frame["subgroup"] == "all") & frame["matched"].notna()]
    frame = frame[frame["train"].isna()] if reference.train is None else frame
    rows = [row for row in frame.to_dict("records") if "synthetic" in getattr(registry.metrics().get(row["metric"]), "reads", ())]
    kept: dict[str, dict[str, BySize]] = {}
    known = [matched_values(workspace, row, kept) for row in rows]
    judged_by = [workspace.sets.find(name) for name in (reference.real, reference.train) if name]
    for row, values in zip(rows, known, strict=True):
        own = next(iter(values), 0)
        others = {next(iter(v), 0) for r, v in zip(rows, known, strict=True) if r["metric"] == row["metric"]}
        made: BySize = {}
        for size in sorted(size for size in others - values.keys() if FEWEST <= size < own):
            report.between()
            value = _matched(sets_of(row["synthetic"]), row, size, report)
            if value is not None:
                made[size] = value
        if made:
            kept[row["step_key"]][row["metric"]] = values | made
            _keep(workspace, row["step_key"], kept[row["step_key"]], [row["synthetic"], *judged_by])


def _matched(sets: Sets, row: Mapping[str, Any], size: int, report: Reporter) -> float | None:
    metric = registry.metrics()[row["metric"]]
    if metric.version != row["version"]:
        return None
    return matched_at(metric, sets, size, settings=row["settings"], seed=int(row["seed"]), cancelled=report.cancelled)


def _keep(workspace: Workspace, step: str, values: Mapping[str, BySize], used: Sequence[str]) -> None:
    workspace.derived.write_value(sizes_key(step), "matched", {metric: list(of_one.items()) for metric, of_one in values.items()}, used)
