"""The verb that finds out what numbers can see."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench_core import api
from bench_core.cli.output import Bar, print_table, write_json
from bench_core.cli.verbs.queue import _finish
from bench_core.errors import InputError

COUNTS = ["metric", "fault", "variant", "strength", "n", "repeats", "worse", "better", "share", "low", "high", "against"]
LIMITS = ["encoder", "metric", "n", "fault", "variant", "seen", "tried", "share", "words"]
MATRICES = (".npy", ".npz")


def power_verb(options: argparse.Namespace) -> None:
    files = options.real.endswith(MATRICES)
    if not files and not options.encoder:
        raise InputError("--encoder is missing.", "Name one (python -m bench_core list encoders), or give .npy matrices of features.")
    if files and options.encoder:
        raise InputError("--encoder and a matrix of features were given.", "A matrix needs none: leave --encoder out.")
    found = {}
    for encoder in options.encoder or ["features"]:
        spec = api.PowerSpec(
            real=options.real, train=options.train, encoder=encoder, n=_sizes(options.n), repeats=options.repeats, seed=options.seed,
            metrics=api.metric_choices(_names(options.metrics, "--metrics"), {}), faults=_names(options.faults, "--faults"),
        )  # fmt: skip
        found[encoder] = _of_files(spec) if files else _of_sets(spec)
    counts = [{"encoder": encoder, **row} for encoder, frame in found.items() for row in frame[COUNTS].to_dict("records")]
    limits = [{"encoder": encoder, **row} for encoder, f in found.items() for row in api.power_limits(f).to_dict("records")]
    if options.json != "-":
        print_table(limits, LIMITS)
    write_json(options.json, {"limits": limits, "power": counts})


def _of_sets(spec: api.PowerSpec):  # type: ignore[no-untyped-def]  # a frame; pandas is loaded when it is there
    expected = api.expected_power(spec)
    if expected is not None:
        print(f"{spec.encoder}: about {max(1, round(expected / 60))} min.", file=sys.stderr)
    run = _finish(api.submit(spec))
    assert isinstance(run.spec, api.PowerSpec)
    frame = api.power(api.Reference(run.spec.real, run.spec.train, run.spec.encoder))
    metrics = None if spec.metrics is None else [choice.id for choice in spec.metrics]
    wanted = frame["n"].isin(spec.n) & (frame["metric"].isin(metrics) if metrics else True)
    return frame[wanted & (frame["fault"].isin(["", *spec.faults]) if spec.faults else True)]


def _of_files(spec: api.PowerSpec):  # type: ignore[no-untyped-def]
    files = {"real": Path(spec.real)} | ({"train": Path(spec.train)} if spec.train else {})
    with Bar() as bar:
        return api.power_of_matrices(files, spec, bar)


def _sizes(text: str) -> list[int]:
    try:
        sizes = [int(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"--n {text!r} is no list of whole numbers.", "Such as --n 200,1000.") from None
    if bad := [n for n in sizes if n < 20]:
        raise InputError(f"--n {bad[0]} is too small: a generator needs 20 films for ranges that hold.", "Ask for 20 or more.")
    return sizes


def _names(text: str | None, option: str) -> list[str] | None:
    if text is None:
        return None
    names = [part.strip() for part in text.split(",") if part.strip()]
    if not names:
        raise InputError(f"{option} names nothing.", "Leave it out for all that can run.")
    return names
