"""Verbs about generators: what is missing to run one, and adding one's own."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_core import api
from bench_core.cli.output import Bar, print_table, write_json
from bench_core.errors import BenchError, InputError

if TYPE_CHECKING:
    import pandas as pd

GB = 1e9


def check_model_verb(options: argparse.Namespace) -> None:
    """Prints a dry run. An error, so that the exit code is not 0, when the model cannot run."""
    settings = pairs(options.set)
    prompts = (
        [api.PromptSpec(text=options.prompt)] if options.prompt else api.prompt_table(Path(options.prompts)) if options.prompts else []
    )
    found = api.check_model(options.id, settings, options.batch_size, prompts)
    if options.json != "-":
        show(found)
    write_json(options.json, {"model": {**asdict(found), "can_run": found.can_run}})
    if not found.can_run:
        count = len(found.lacks)
        raise BenchError(f"{found.title} cannot run here: {count} thing{'s are' if count > 1 else ' is'} missing.", found.lacks[0].fix)
    if options.try_it:
        print(f"one image in {api.try_model(options.id, settings):.1f} s, loading included")


def show(found: Any) -> None:
    """A dry run as lines."""
    for weights in found.weights:
        print(f"weights  {weights.part}: {weights.parameters / 1e6:.1f} M parameters, {weights.bytes / GB:.2f} GB in {weights.where}")
    memory = found.memory
    if memory is not None:
        need = "unknown" if memory.need is None else f"about {memory.need / GB:.1f} GB ({memory.basis})"
        print(f"memory   {need}; {memory.where}: {memory.total / GB:.1f} GB, {memory.free / GB:.1f} free")
    if found.settings:
        print("settings " + ", ".join(f"{k}={v}" for k, v in found.settings.items()))
    for warning in found.warnings:
        print(f"note     {warning}")
    for lack in found.lacks:
        print(f"missing  {lack.what}\n         -> {lack.fix}")
    if found.can_run:
        print(f"{found.title} can run here.")


def list_generators(path: str | None) -> None:
    """All generators, then what is missing for each that cannot run."""
    rows = [{**c.model_dump(mode="json"), "missing": api.generator_missing(i)} for i, c in api.generators().items()]
    if path != "-":
        print_table([{**r, "runs here": "no" if r["missing"] else "yes"} for r in rows], ["id", "title", "backend", "family", "runs here"])
        for row in rows:
            if row["missing"]:
                print(f"\n{row['id']}: {row['missing']}")
    write_json(path, {"generators": rows})


def add_model_verb(options: argparse.Namespace) -> None:
    """Writes a card, after saying what it lacks; with --dry-run says so only."""
    fields = {
        "title": options.title or options.id, "repo_id": options.hub, "path": options.folder, "revision": options.revision,
        "pipeline": options.pipeline, "lora": [adapter(a) for a in options.lora], "dtype": options.dtype,
        "variant": options.variant, "licence": options.licence,
        "trained_on": options.trained_on, "summary": options.summary, "settings": pairs(options.set),
    }  # fmt: skip
    text, found = api.draft_model(options.id, fields)
    print(text)
    show(found)
    if not options.dry_run:
        print(f"written to {api.add_model(options.id, fields, options.replace)}")


def adapter(text: str) -> dict[str, Any]:
    """`owner/name`, `owner/name:file.safetensors` or a folder, as a card says it."""
    place, _, file = text.partition(":")
    where = {"path": place} if place.startswith("/") else {"repo_id": place}
    return {**where, **({"weight_name": file} if file else {})}


def pairs(texts: Sequence[str]) -> dict[str, str]:
    """`key=value` texts as a mapping.

    Raises:
        InputError: one has no `=`.
    """
    found = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise InputError(f"--set {text!r} is not key=value.")
        found[key.strip()] = value
    return found


def list_verb(options: argparse.Namespace) -> None:
    what = options.what
    if what == "generators":
        return list_generators(options.json)
    rows, columns = _LISTED[what]()
    if options.json != "-":
        print_table(rows, [column for column in columns if column != "missing"])
        for row in rows:
            for line in _said(row):
                print(line)
    return write_json(options.json, {what: rows})


Rows = tuple[list[dict[str, Any]], list[str]]


def _encoders() -> Rows:
    rows = [{**c.model_dump(mode="json"), "missing": api.encoder_missing(i)} for i, c in api.encoders().items()]
    return rows, ["id", "title", "backend", "dimensions", "missing"]


def _layouts() -> Rows:
    names = ["id", "title", "looks_like", "takes", "summary"]
    return [{n: getattr(one, n) for n in names} for one in api.layouts().values()], ["id", "title", "looks_like"]


def _numbers(frame: pd.DataFrame, source: str) -> Rows:
    return frame.to_dict("records"), [source, "model", "metric", "subgroup", "value", "warning"]


_LISTED: dict[str, Callable[[], Rows]] = {
    "encoders": _encoders,
    "metrics": lambda: ([_metric_row(m) for m in api.metrics().values()], ["id", "family", "goal", "reads", "title"]),
    "layouts": _layouts,
    "filters": lambda: ([_filter_row(one) for one in api.filters().values()], ["id", "title", "reads", "threshold", "usual"]),
    "sets": lambda: (api.sets().to_dict("records"), ["name", "id", "kind", "images", "root"]),
    "imports": lambda: _numbers(api.imported_results(), "name"),
    "published": lambda: _numbers(api.published(), "paper"),
    "runs": lambda: (api.runs().to_dict("records"), ["id", "kind", "name", "status", "progress", "message", "error"]),
}


def _said(row: dict[str, Any]) -> list[str]:
    """What is said of a model below the table."""
    words = {"sees": "sees", "missing": "cannot run here"}
    return [f"{row['id']} {said}: {row[key]}" for key, said in words.items() if row.get(key)]


def _metric_row(metric: Any) -> dict[str, Any]:
    goal = metric.goal if isinstance(metric.goal, str) else f"target({metric.goal.value})"
    names = ["id", "title", "family", "bounds", "paper", "min_samples", "reads", "needs", "version", "unit", "summary"]
    settings = {n: f.get_default(call_default_factory=True) for n, f in metric.settings.model_fields.items()}
    return {**{n: getattr(metric, n) for n in names}, "goal": goal, "settings": settings}


def _filter_row(one: api.Filter) -> dict[str, Any]:
    threshold = one.threshold
    numbers = {name: getattr(threshold, name) for name in ("low", "high", "usual", "stays", "unit", "whole")}
    settings = {n: f.get_default(call_default_factory=True) for n, f in one.settings.model_fields.items()}
    names = {name: getattr(one, name) for name in ("id", "title", "reads", "needs", "version", "summary")}
    return {**names, "threshold": threshold.title, **numbers, "settings": settings}


def train_verb(options: argparse.Namespace) -> None:
    with Bar() as bar:
        print(api.train(options.name, device=options.device, resume=options.resume, on_progress=bar))
