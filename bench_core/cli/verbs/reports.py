"""The verb that scores predicted reports."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench_core import api
from bench_core.cli.output import print_table, write_json
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
