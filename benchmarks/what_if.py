"""How long a threshold takes on the page What if, and how far its numbers are from a full recomputation.

    python benchmarks/what_if.py [--images 5000] [--dimensions 128] [--json FILE]

Three made-up sets of that many images. `first` is the first value of a metric (its passes over all pairs); `move` the median time of a
value at a threshold that was not asked for before, from a threshold that takes 1 % to one that takes 70 %; `apart` the greater relative
difference, at these two, from the metric on a set of its own that shares nothing. The line `axes` is the four numbers that the page shows
at first. Times are processor time: of a core that is shared, wall time says how many share it.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.data import FINDINGS
from bench_core.engine.answers.what_if import WhatIf, metrics_of
from bench_core.features import FeatureSet
from bench_core.registry import Metric

AXES = ("frechet_distance", "coverage", "copy_share", "tstr_auroc")
TAKEN = (0.01, 0.1, 0.2, 0.3, 0.5, 0.7)


def made_up(kind: str, n: int, d: int, rows: np.ndarray | None = None) -> FeatureSet:
    """A set of made-up images, or of some of its rows, that shares nothing with any other."""
    rng = np.random.default_rng(["train", "real", "synthetic"].index(kind))
    labels = (rng.random((n, len(FINDINGS))) < 0.3).astype(float)
    values = rng.normal(size=(n, d)) + 0.5 * labels @ np.random.default_rng(9).normal(size=(len(FINDINGS), d))
    rows = np.arange(n) if rows is None else rows
    names = np.array([f"{kind}-{i // 2}" for i in range(n)])[rows]
    owner = {"prompts": names} if kind == "synthetic" else {"subjects": names}
    frame = pd.DataFrame(labels[rows], columns=list(FINDINGS))
    return FeatureSet(values[rows].astype(np.float32), labels=frame, kind=kind, **owner)


def value(metric: Metric, sets: dict[str, FeatureSet]) -> float:
    """The value of a metric with its usual settings."""
    seed = {"seed": 0} if "seed" in (metric.function.__kwdefaults__ or {}) else {}
    return float(metric.function(*(sets[role] for role in metric.reads), **seed).value)


def main() -> None:
    """Prints a table, and writes it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--dimensions", type=int, default=128)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    n, d = options.images, options.dimensions
    sets = {kind: made_up(kind, n, d) for kind in ("train", "real", "synthetic")}
    one = registry.find_filter("drop_near_copies")
    began = time.process_time()
    opened = WhatIf(one, sets, one.marks(sets, {}))
    print(f"{n} images, {d} features: the filter's values take {time.process_time() - began:.2f} s, once")
    thresholds = [float(np.quantile(opened.marks.values, share)) for share in TAKEN]
    rows = []
    for name in metrics_of(sets):
        metric = registry.find_metric(name)
        began = time.process_time()
        opened.row(metric, None)
        opened.row(metric, float(np.quantile(opened.marks.values, 0.05)))  # the first view lists more neighbours
        first, moves = time.process_time() - began, []
        found = {}
        for at in thresholds:
            began = time.process_time()
            found[at] = opened.row(metric, at)["value"]
            moves.append(time.process_time() - began)
        apart = 0.0
        for at in (thresholds[0], thresholds[-1]):
            anew = {kind: made_up(kind, n, d, opened.kept(at) if kind == "synthetic" else None) for kind in sets}
            expected = value(metric, anew)
            apart = max(apart, abs(found[at] - expected) / max(abs(expected), 1e-12))
        rows.append({"metric": name, "first": first, "move": float(np.median(moves)), "longest": max(moves), "apart": apart})
        print(f"{name:24s} first {first:7.2f} s   move {np.median(moves):6.3f} s   longest {max(moves):6.3f} s   apart {apart:.1e}")
    axes = [row for row in rows if row["metric"] in AXES]
    total = {key: sum(row[key] for row in axes) for key in ("first", "move", "longest")} | {"metric": "axes"}
    print(f"{'axes':24s} first {total['first']:7.2f} s   move {total['move']:6.3f} s   longest {total['longest']:6.3f} s")
    if options.json:
        Path(options.json).write_text(json.dumps({"images": n, "dimensions": d, "metrics": rows, "axes": total}, indent=1))


if __name__ == "__main__":
    main()
