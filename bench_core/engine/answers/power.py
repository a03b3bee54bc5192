"""What is known of the power of numbers: stored counts as tables, the smallest strength that a metric sees, and words for it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key
from bench_core.engine.power.cells import cells_of
from bench_core.engine.power.judging import able
from bench_core.engine.power.study import PowerPlan, PowerStudy
from bench_core.engine.progress import Tally
from bench_core.engine.scoring.matrices import read_matrix
from bench_core.engine.scoring.ranges import share_interval
from bench_core.errors import UnknownName
from bench_core.features import FeatureSet
from bench_core.frames import POWER, POWER_LIMITS
from bench_core.records import Progress, Reference
from bench_core.registry import Fault
from bench_core.spec import PowerSpec
from bench_core.store.workspace import Workspace

INDEX = "power about"
"""Kind of the small values that say where the counts of a study are kept."""
SEEN = 0.8
"""Of the repeats, those that must be flagged for a metric to see a fault."""
SECONDS_A_GENERATOR = 0.55
"""What judging one spoiled generator takes by all metrics of the embedded study, on two processor cores."""
SECONDS_A_FILM = 0.008


def expected_power(spec: PowerSpec) -> float | None:
    """A rough guess of the seconds of a run with the small encoders that come with the program, before any was carried out."""
    chosen = registry.faults().values() if spec.faults is None else [registry.find_fault(f) for f in spec.faults]
    cells = 1 + sum(len(f.strengths) * len(f.variants) for f in chosen)
    films = sum(len(f.strengths) for f in chosen if f.works_on == "film")
    usual = sum("synthetic" in m.reads and not m.slow_repeats for m in registry.metrics().values())
    share = 1.0 if spec.metrics is None else len(spec.metrics) / usual
    return sum(cells * spec.repeats * SECONDS_A_GENERATOR * share * max(1.0, n / 200) + films * 2 * n * SECONDS_A_FILM for n in spec.n)


def power(workspace: Workspace, reference: Reference) -> pd.DataFrame:
    """`frames.POWER` of a reference: all sizes, of each count the newest; without a training set only studies that had none either.

    Counts of metrics, faults or encoders that have changed since are left out.
    """
    parts = [workspace.derived.table(about["key"]) for about in _studies(workspace, reference)]
    tables = [part for part in parts if part is not None and len(part)]
    if not tables:
        return POWER.of([])
    metrics, faults = registry.metrics(), registry.faults()
    found = pd.concat(tables[::-1], ignore_index=True)
    current = [m in metrics and v == metrics[m].version for m, v in zip(found["metric"], found["version"], strict=True)]
    found = found[np.array(current, bool) & (found["fault"].isin(list(faults)) | (found["fault"] == ""))]
    found = found.drop_duplicates(["metric", "fault", "variant", "strength", "n"])
    return POWER.of(described(found))


def described(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts with family, share and its interval, in the order of metrics, faults and strengths."""
    metrics, order = registry.metrics(), {"": -1} | {name: place for place, name in enumerate(registry.faults())}
    rows = [
        {
            **row, "family": metrics[row["metric"]].family, "share": row["worse"] / row["repeats"] if row["repeats"] else np.nan,
            **dict(zip(("low", "high"), _interval(row["worse"], row["repeats"]), strict=True)),
            "_place": (row["n"], list(metrics).index(row["metric"]), order[row["fault"]], row["variant"], _place(row)),
        }
        for row in counts.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(sorted(rows, key=lambda row: row["_place"]), columns=[*counts.columns, "family", "share", "low", "high"])


def _interval(worse: int, repeats: int) -> tuple[float, float]:
    return share_interval(worse / repeats, repeats) if repeats else (np.nan, np.nan)


def _place(row: Any) -> int:
    """Where a strength stands between mild and strong."""
    if not row["fault"]:
        return 0
    strengths = registry.faults()[row["fault"]].strengths
    return strengths.index(row["strength"]) if row["strength"] in strengths else len(strengths)


def power_of_matrices(files: Mapping[str, Path], asked: PowerSpec, on_progress: Progress | None = None) -> pd.DataFrame:  # frames.POWER
    """The same of (N, D) matrices in `.npy` files by role (`real`, `train`), row by row of other patients: faults of whole sets only.

    Args:
        asked: its sets and its encoder do not count.

    Raises:
        InputError: a file that is no such matrix, too few rows, or a metric or a fault that cannot be had of features.
    """
    matrices = {role: FeatureSet(read_matrix(path, role), kind=role) for role, path in files.items()}
    cells, metrics = cells_of(asked.faults, matrices), able(asked.metrics, matrices)
    plans = [PowerPlan(cells, metrics, n, asked.repeats, asked.seed) for n in asked.n]
    tally = Tally(on_progress, sum(plan.generators for plan in plans))
    rows = [row for plan in plans for row in PowerStudy(matrices, plan, name=f"--real: {str(files['real'])!r}").carried_out(tally.add)]
    return POWER.of(described(pd.DataFrame(rows)))


def _studies(workspace: Workspace, reference: Reference) -> list[dict[str, Any]]:
    """What says where counts are, oldest first. One with a training set serves all but what would need another one."""
    try:
        key = card_key(encoder_card(workspace.config, reference.encoder))
        real, train = workspace.sets.find(reference.real), reference.train and workspace.sets.find(reference.train)
    except UnknownName:
        return []
    known = workspace.derived.values(INDEX, [real]).values()
    return [a for a in known if a["real"] == real and a["encoder_key"] == key and a["train"] in (train, None)]


def limits(counts: pd.DataFrame) -> pd.DataFrame:
    """`frames.POWER_LIMITS` of rows of `power`: from which strength on each metric sees each fault, and in words."""
    rows = []
    spoiled = counts[(counts["fault"] != "") & (counts["repeats"] > 0)]
    for (n, metric, fault, variant), part in spoiled.groupby(["n", "metric", "fault", "variant"], sort=False):
        found = registry.faults()[fault]
        shares, better = (_by_strength(found, part, column) for column in ("worse", "better"))
        seen, merit = _first(shares), _first(better)
        tried, share = list(shares.items())[-1]
        rows.append(
            {
                "n": n, "metric": metric, "family": part["family"].iloc[0], "fault": fault, "variant": variant, "seen": seen,
                "tried": tried, "share": share, "better": merit, "words": _words(found, variant, list(shares), seen, merit),
            }
        )  # fmt: skip
    return POWER_LIMITS.of(rows)


def _by_strength(fault: Fault, part: pd.DataFrame, column: str) -> dict[float, float]:
    """Shares from mild to strong."""
    known = dict(zip(part["strength"], part[column] / part["repeats"], strict=True))
    return {s: float(known[s]) for s in fault.strengths if s in known}


def _first(shares: dict[float, float]) -> float:
    """The smallest strength from which on all are reached; NaN: not even the strongest one."""
    found = float("nan")
    for strength, share in reversed(shares.items()):
        if share < SEEN - 1e-9:
            break
        found = strength
    return found


def _words(fault: Fault, variant: str, tried: Sequence[float], seen: float, better: float) -> str:
    def said(template: str, strength: float) -> str:
        return template.format(f"{strength:g}", variant=variant)

    if better == better:
        return f"calls {said(fault.named, better)} better"
    if seen != seen:
        return f"does not see {said(fault.up_to if len(tried) > 1 else fault.named, tried[-1])}"
    if seen == tried[0]:
        return f"sees {said(fault.named, seen)}"
    return f"does not see {said(fault.below, seen)}"


def blind_spots(found: pd.DataFrame, metric: str, n: int) -> Iterator[str]:
    """What of its own family's faults a metric does not see, or takes for a merit, at the size nearest to n; the plain ones first."""
    mine = found[found["metric"] == metric]
    if mine.empty:
        return
    sizes = mine["n"].unique()
    nearest = sizes[np.argmin(np.abs(np.log(sizes) - np.log(max(1, n))))]
    family = registry.metrics()[metric].family
    for fault, part in mine[mine["n"] == nearest].groupby("fault", sort=False):
        record = registry.faults()[str(fault)]
        merits = part[part["words"].str.startswith("calls")]
        missed = part[~part["words"].str.startswith(("calls", "sees"))] if family in record.families else part[:0]
        if len(part) > 1:  # of many findings only those that are never seen
            missed = missed[missed["seen"].isna()]
        for rows, many in ((merits, "calls {} of {} {} better"), (missed, "does not see {} of {} {}")):
            if len(rows) and len(part) > 1:
                yield f"{many.format(len(rows), len(part), f'{record.title.lower()}s')} at n = {nearest}"
            elif len(rows):
                yield f"{rows['words'].iloc[0]} at n = {nearest}"
