"""Verbs about reports: scores of predicted ones, those read from images, retrieval."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench_core import api
from bench_core.cli.output import Bar, print_table, write_json
from bench_core.errors import InputError

SHOWN = ["score", "title", "value", "low", "high", "chance", "reports"]


def reports_verb(options: argparse.Namespace) -> None:
    """Scores a file of predictions, or says which scores there are."""
    if options.predictions is None:
        rows = [{"score": one.id, "title": one.title, "missing": one.missing() or ""} for one in api.report_scores_known().values()]
        if options.json != "-":
            print_table(rows, ["score", "title", "missing"])
        write_json(options.json, {"scores": rows})
        return
    names = None if options.scores is None else [part.strip() for part in options.scores.split(",") if part.strip()]
    if names == []:
        raise InputError("--scores names no score.", "Leave it out for all that need no further package.")
    found = api.score_reports(Path(options.predictions), names, seed=options.seed).to_dict("records")
    if options.json != "-":
        print_table([row for row in found if row["finding"] == "all"], SHOWN)
        print_table([row for row in found if row["finding"] != "all"], ["finding", "value", "low", "high", "chance", "reports"])
    write_json(options.json, {"reports": found})


def retrieval_verb(options: argparse.Namespace) -> None:
    """Encodes what is not encoded yet, and prints recall in both directions."""
    with Bar() as bar:
        for name in filter(None, (options.images, options.real)):
            api.encode(name, options.encoder, bar)
    rows = api.retrieval(options.images, options.encoder, options.real).to_dict("records")
    if options.json != "-":
        print(f"{rows[0]['images']} images, {rows[0]['reports']} different reports")
        print_table(rows, ["direction", "k", "value", "low", "high", "chance", "null", "null_low", "null_high"])
    write_json(options.json, {"retrieval": rows})


def round_trip_verb(options: argparse.Namespace) -> None:
    """Encodes what is not encoded yet, reads a report from each image, and prints each finding."""
    with Bar() as bar:
        for name in (options.images, options.real, options.train):
            api.encode(name, options.encoder, bar)
    found, read = api.round_trip(options.images, api.Reference(options.real, options.train, options.encoder))
    if options.json != "-":
        print_table(found.to_dict("records"), [str(c) for c in found])
    write_json(options.json, {"round_trip": found.to_dict("records"), "images": read.to_dict("records")})
