"""The verb that says what a synthetic set is worth for training."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bench_core import api
from bench_core.cli.output import print_table, write_json
from bench_core.cli.verbs.queue import _finish
from bench_core.errors import InputError

SHOWN = ["arm", "share", "ratio", "value", "low", "high", "gain", "gain_low", "gain_high", "n_real", "n_added", "message"]


def utility_verb(options: argparse.Namespace) -> None:
    """Waits for one run per synthetic set, and prints the mean AUROC of each arm."""
    found, gains = [], []
    for name in options.synthetic:
        spec = api.UtilitySpec(
            synthetic=name, real=options.real, train=options.train, encoder=options.encoder, arms=_words(options.arms),
            classifier=options.classifier, epsilon=options.epsilon, shares=[s / 100 for s in _numbers(options.shares, "--shares")],
            ratios=_numbers(options.ratios, "--ratios") if options.ratios else None, trainings=options.trainings, steps=options.steps,
            uncertain=options.uncertain, balanced=options.balanced, findings=_words(options.findings), seed=options.seed, side=options.side,
            tests=options.test, untold=_words(options.untold) or [], protocol=options.protocol,
        )  # fmt: skip
        expected = api.expected_utility(spec)
        if expected is not None:
            print(f"{name}: about {max(1, round(expected / 60))} min.", file=sys.stderr)
        asked = _finish(api.submit(spec)).spec
        found += _rows(asked)
        gains += _gains(asked)
    if options.json != "-":
        told = [row for row in found if row["measure"] == "auroc" and row["finding"] in ("all", "untold") or row["message"]]
        more = {"set_name": len(options.synthetic) > 1, "tested_on": bool(options.test), "finding": bool(options.untold)}
        print_table(told, [name for name, wanted in more.items() if wanted] + SHOWN)
        if gains:
            print_table(gains, ["metric", "set_name", "share", "value", "low", "high", "null", "null_low", "null_high"])
    write_json(options.json, {"utility": found, "gains": gains})


def _rows(spec: api.UtilitySpec) -> list[dict[str, Any]]:
    frame = api.utility(api.Reference(spec.real, spec.train, spec.encoder), spec.classifier_name)
    tests = ["", *(api.find_set(name).name for name in spec.tests)]
    mine = (frame["set_name"] == api.find_set(spec.synthetic).name) & (frame["protocol"] == spec.protocol) & frame["tested_on"].isin(tests)
    shares = [1.0] if spec.protocol == "chexgenbench" else spec.shares
    asked = mine & frame["share"].isin(shares) & (frame["arm"].isin(["real_only", *spec.arms]) if spec.arms is not None else True)
    return [{str(name): value for name, value in row.items()} for row in frame[asked].to_dict("records")]


def _gains(spec: api.UtilitySpec) -> list[dict[str, Any]]:
    """Of the shares that were asked; CheXGenBench's protocol answers none, and those of another study are not printed in their place."""
    if spec.protocol != "corrected":
        return []
    frame = api.utility_gains(api.Reference(spec.real, spec.train, spec.encoder))
    mine = (
        (frame["set_name"] == api.find_set(spec.synthetic).name)
        & (frame["classifier"] == spec.classifier_name)
        & frame["share"].isin(spec.shares)
    )
    return [{str(name): value for name, value in row.items()} for row in frame[mine].to_dict("records")]


def _words(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def _numbers(text: str, option: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"{option} {text!r} is no list of numbers.", f"Such as {option} 1,10,100.") from None
