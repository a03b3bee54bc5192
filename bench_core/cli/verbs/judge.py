"""The verb that makes a report of folders, or compares two reports."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench_core import api
from bench_core.cli.output import Bar, write_json
from bench_core.cli.verbs.models import pairs
from bench_core.errors import InputError

ROLES = ("synthetic", "real", "train")


def judge_verb(options: argparse.Namespace) -> None:
    _check_writable(options.out, options.json, options.pdf)
    if options.compare:
        return _compare(options)
    if options.synthetic is None or options.real is None:
        raise InputError("--synthetic and --real are needed.", "Or --compare with two reports.")
    tables = {"synthetic": options.table, "real": options.real_table, "train": options.train_table}
    sources = {role: api.ImageSource(place, tables[role] and Path(tables[role])) for role in ROLES if (place := getattr(options, role))}
    if options.train is None and options.train_table is not None:
        raise InputError("--train-table goes with --train.")
    order = api.JudgeOrder(
        sources["synthetic"], sources["real"], sources.get("train"), encoder=options.encoder, seed=options.seed, power=options.power,
        metrics=api.metric_choices(_names(options.metrics), pairs(options.set)), attacks=not options.no_attacks,
        skip_bad=options.skip_bad, copy=not options.in_place,
    )  # fmt: skip
    with api.throw_away() if options.throw_away else contextlib.nullcontext(), Bar() as bar:
        judged = api.judge(order, _tell, bar)
        _tell("Writing the report")
        report = api.set_report(judged.synthetic, judged.reference, _command(), judged.said)
        html = api.set_report_html(report, api.sees_real([api.open_workspace().config.user]), not options.no_patients)
    _write(options, html, report.model_dump(mode="json"))
    _say(report, options)
    return None


def _say(report: api.SetReport, options: argparse.Namespace) -> None:
    out = sys.stderr if options.json == "-" else sys.stdout
    for family in report.families:
        print(f"{family.family}: {family.words}", file=out)
    for warning in report.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(f"The report: {options.out}", file=out)


def _compare(options: argparse.Namespace) -> None:
    given = [name for name in (*ROLES, "table", "real_table", "train_table") if getattr(options, name) is not None]
    if given:
        raise InputError(f"--compare reads two reports, and --{given[0].replace('_', '-')} was given too.", "Leave it out.")
    first, second = (api.read_set_report(Path(name)) for name in options.compare)
    found = api.compare_set_reports(first, second)
    rows: dict[str, Any] = {"words": found.words, "apart": list(found.apart), "differences": [asdict(d) for d in found.differences]}
    _write(options, api.comparison_html(found, _command()), rows)
    out = sys.stderr if options.json == "-" else sys.stdout
    for said in found.apart:
        print(f"warning: {said}", file=sys.stderr)
    print(f"{found.words}\nThe comparison: {options.out}", file=out)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _command() -> str:
    """As it was given."""
    return shlex.join(["python", "-m", "bench_core", *sys.argv[1:]])


def _check_writable(*paths: str | None) -> None:
    """Before anything is computed."""
    for path in paths:
        if path and path != "-" and not Path(path).resolve().parent.is_dir():
            raise InputError(f"{path!r} cannot be written: there is no such folder.", "Make it first.")


def _write(options: argparse.Namespace, html: str, facts: dict[str, Any]) -> None:
    try:
        Path(options.out).write_text(html, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{options.out!r} cannot be written: {error.strerror}.") from None
    write_json(options.json, facts)
    if options.pdf:
        api.write_pdf(html, Path(options.pdf))


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]
