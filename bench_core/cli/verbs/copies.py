"""Verbs that look for copies, and that plant some to see which are found."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from bench_core import api
from bench_core.cli.output import print_table, write_json
from bench_core.cli.verbs.queue import _finish

PAIRS = ["image_id", "train_image_id", "words", "p", "copy", "features", "pixels", "down", "right", "angle", "scale", "mirrored"]
RECALL = ["truth", "planting", "strength", "detector", "share", "films", "found", "recall", "low", "high"]


def detect_verb(options: argparse.Namespace) -> None:
    run, reference = _detected(options, options.synthetic, options.train)
    found = api.detections(run.spec.synthetic, reference)
    best = found[found["rank"] == 1].sort_values("p", kind="stable")
    if options.json != "-":
        print(f"{run.message}: {int((best['words'] == 'exact').sum())} exact and {int((best['words'] == 'near').sum())} near copies")
        print_table(best.head(50).to_dict("records"), PAIRS)
    if options.json != "-" or options.templates:
        templates = api.template_copies(run.spec.synthetic, reference)
        if options.json != "-":
            print(templates.verdict)
        if options.templates:
            write_json(options.templates, {**asdict(templates), "verdict": templates.verdict})
    write_json(options.json, found.to_dict("records"))


def plant_verb(options: argparse.Namespace) -> None:
    run = _finish(api.submit(api.PlantSpec(name=options.out, train=options.set, real=options.real, count=options.count, seed=options.seed)))
    answer: dict[str, Any] = {"set": run.set_id, "name": options.out, "planted": run.message, "recall": [], "macro_f1": None, "called": {}}
    if options.json != "-":
        print(f"{run.message}. Set {options.out!r} ({run.set_id})")
    if options.encoder:
        _, reference = _detected(options, run.set_id, options.set)
        answer["recall"] = api.planted_recall(run.set_id, reference).to_dict("records")
        answer["macro_f1"], called = api.planted_f1(run.set_id, reference)
        answer["called"] = {truth: row.to_dict() for truth, row in called.iterrows()}
        if options.json != "-":
            print_table([row for row in answer["recall"] if row["share"] == 0.01], RECALL)
            print(f"mean F1 of exact, near and unrelated: {answer['macro_f1']:.3f}")
    write_json(options.json, answer)


def _detected(options: argparse.Namespace, synthetic: str, train: str) -> tuple[Any, api.Reference]:
    spec = api.DetectSpec(synthetic=synthetic, train=train, real=options.real, encoder=options.encoder)
    run = _finish(api.submit(spec))
    return run, api.Reference(run.spec.real, run.spec.train, run.spec.encoder)
