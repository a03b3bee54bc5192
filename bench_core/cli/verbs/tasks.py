"""The verbs that say what a synthetic set is worth for segmentation, and for writing reports."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bench_core import api
from bench_core.cli.output import print_table, write_json
from bench_core.cli.verbs.queue import _finish
from bench_core.cli.verbs.utility import _numbers, _words

SHOWN = ["arm", "share", "measure", "value", "low", "high", "gain", "gain_low", "gain_high", "n_real", "n_added", "message"]


def task_verb(options: argparse.Namespace) -> None:
    """Waits for one run per synthetic set, and prints every measure of each arm."""
    found: list[dict[str, Any]] = []
    for name in options.synthetic:
        spec = api.TaskSpec(
            task=options.task, synthetic=name, real=options.real, train=options.train, encoder=getattr(options, "encoder", None),
            side=getattr(options, "side", 64), arms=_words(options.arms), trainings=options.trainings, steps=options.steps,
            shares=[s / 100 for s in _numbers(options.shares, "--shares")], most_real=options.most_real, most_test=options.most_test,
            seed=options.seed,
        )  # fmt: skip
        expected = api.expected_task(spec)
        if expected is not None:
            print(f"{name}: about {max(1, round(expected / 60))} min.", file=sys.stderr)
        found += _rows(_finish(api.submit(spec)).spec)
    if options.json != "-":
        told = [row for row in found if row["finding"] in ("all", "")]
        print_table(told, (["set_name"] if len(options.synthetic) > 1 else []) + SHOWN)
    write_json(options.json, {"tasks": found})


def _rows(spec: api.TaskSpec) -> list[dict[str, Any]]:
    frame = api.tasks(api.Reference(spec.real, spec.train, spec.encoder or ""), spec.task)
    asked = (frame["set_name"] == api.find_set(spec.synthetic).name) & frame["share"].isin(spec.shares)
    if spec.arms is not None:
        asked &= frame["arm"].isin(["real_only", *spec.arms])
    return [{str(name): value for name, value in row.items()} for row in frame[asked].to_dict("records")]
