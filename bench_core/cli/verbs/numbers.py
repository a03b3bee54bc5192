"""Verbs that compute numbers: evaluate, score, compare, neighbours, project."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bench_core import api
from bench_core.cli.output import Bar, print_table, write_json
from bench_core.cli.verbs.models import pairs
from bench_core.cli.verbs.queue import _finish
from bench_core.errors import BenchError, InputError

RESULT_FIELDS = [
    "metric",
    "family",
    "value",
    "low",
    "high",
    "matched",
    "null",
    "null_low",
    "null_high",
    "mode",
    "settings",
    "seed",
    "version",
    "status",
    "message",
    "n_real",
    "n_synthetic",
    "n_train",
    "seconds",
]


def evaluate_verb(options: argparse.Namespace) -> None:
    spec = api.EvaluateSpec(
        synthetic=options.synthetic, real=options.real, train=options.train, encoders=options.encoder, subgroup=options.subgroup,
        equal_n=options.equal_n,
        metrics=api.metric_choices(_metrics(options), pairs(options.set)), seed=options.seed,
        intervals=not options.no_intervals, mode=options.mode,
    )  # fmt: skip
    run = _finish(api.submit(spec))
    rows = api.run_results(run.id)[[*RESULT_FIELDS, "encoder", "subgroup"]].to_dict("records")
    _show_results(rows, options.json, ["encoder", "subgroup"])
    if "warning" in run.message:
        print(run.message, file=sys.stderr)
    if options.per_image:
        _save_per_image(options.per_image, api.per_image_table(run.id))
    _check_named(rows, options)


def score_verb(options: argparse.Namespace) -> None:
    files = {"real": options.real, "synthetic": options.synthetic, "train": options.train}
    with Bar() as bar:
        results, per_image = api.score(
            {role: Path(f) for role, f in files.items() if f},
            metrics=api.metric_choices(_metrics(options), pairs(options.set)), seed=options.seed,
            intervals=not options.no_intervals, mode=options.mode, on_progress=bar,
        )  # fmt: skip
    rows = [{f: getattr(r, f) for f in RESULT_FIELDS} for r in results]
    _show_results(rows, options.json, [])
    if options.per_image:
        _save_per_image(options.per_image, per_image)
    _check_named(rows, options)


def _show_results(rows: list[dict[str, Any]], path: str | None, more: list[str]) -> None:
    if path != "-":
        print_table(rows, [*more, "metric", "value", "low", "high", "matched", "null", "null_low", "null_high", "status", "message"])
    write_json(path, {"results": rows})


def _check_named(rows: list[dict[str, Any]], options: argparse.Namespace) -> None:
    """Raises BenchError where a metric that was named has no number over all images; the rows are out by then."""
    without = [r for r in rows if options.metrics is not None and r["status"] != "ok" and r.get("subgroup", "all") == "all"]
    if without:
        raise BenchError(f"{without[0]['metric']} cannot run: {without[0]['message']}")


def _save_per_image(path: str, frame: Any) -> None:
    try:
        frame.to_parquet(path, index=False)
    except OSError as error:
        raise InputError(f"{path!r} cannot be written: {error}.") from None


def compare_verb(options: argparse.Namespace) -> None:
    reference = api.Reference(options.real, options.train, options.encoder)
    names = _metrics(options)
    found = {"differences": api.compare(reference, names), "redundancy": api.redundancy(reference)}
    if names:
        found = {"pareto": api.pareto(reference, names), **found}
    rows = {name: table.to_dict("records") for name, table in found.items()}
    if not rows["differences"]:
        print("No two sets have numbers with draws against this reference: evaluate them (again) first.", file=sys.stderr)
    for name, table in found.items() if options.json != "-" else ():
        print(f"{name}:")
        print_table(rows[name], list(table.columns))
    write_json(options.json, rows)


def neighbours_verb(options: argparse.Namespace) -> None:
    with Bar() as bar:
        for name in (options.synthetic, options.train):
            api.encode(name, options.encoder, bar)
    reference = api.Reference("", options.train, options.encoder)  # no real set: nothing is said of held-out patients
    rows = api.neighbours(options.synthetic, reference, options.k).to_dict("records")
    if options.json != "-":
        print_table(rows[:50], ["image_id", "rank", "train_image_id", "distance", "ratio"])
    write_json(options.json, {"neighbours": rows})


def project_verb(options: argparse.Namespace) -> None:
    sets = _names(options.sets) or []
    spec = api.ProjectSpec(sets=sets, encoder=options.encoder, seed=options.seed, limit=options.limit)
    run = _finish(api.submit(spec))
    frame = api.projection(sets, options.encoder, options.seed, options.limit)
    _save_per_image(options.out, frame)
    print(f"{run.message} in {options.out}")


def _metrics(options: argparse.Namespace) -> list[str] | None:
    names = _names(options.metrics)
    if names == []:
        raise InputError("--metrics names no metric.", "Leave it out for all that can run.")
    return names


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]
