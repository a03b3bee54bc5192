"""Verbs that hand something over: sets as files, cards."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from bench_core import api
from bench_core.cli.output import Bar, write_json
from bench_core.errors import InputError

SHOWN_PROBLEMS = 20


def export_verb(options: argparse.Namespace) -> None:
    with Bar() as bar:
        report = api.export_set(
            options.set, options.format, Path(options.out), provenance=options.provenance, patients=options.patients,
            skip_bad=options.skip_bad, on_progress=bar,
        )  # fmt: skip
    for problem in report.problems[:SHOWN_PROBLEMS]:
        print(f"left out: {problem}", file=sys.stderr)
    if len(report.problems) > SHOWN_PROBLEMS:
        print(f"left out: and {len(report.problems) - SHOWN_PROBLEMS} more", file=sys.stderr)
    print(f"{report.sentence()}. {report.place} ({report.bytes / 1e6:.1f} MB)")
    write_json(options.json, asdict(report))


def card_verb(options: argparse.Namespace) -> None:
    text = api.card(options.set, options.provenance)
    if options.out is None:
        sys.stdout.write(text)
        return
    path = Path(options.out)
    if path.exists():
        raise InputError(f"{options.out!r} is there already.", "Name another file, or take that one away.")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{options.out!r} cannot be written: {error.strerror}.") from None
    print(path)
