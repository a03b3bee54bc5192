"""The verb that reads marks."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench_core import api
from bench_core.cli.output import print_table, write_json
from bench_core.errors import InputError


def marks_verb(options: argparse.Namespace) -> None:
    frame = api.marks(options.synthetic, options.train, options.history)
    rows = frame.to_dict("records")
    if options.csv == "-":
        sys.stdout.write(api.csv_of(frame).decode())
    elif options.csv:
        try:
            Path(options.csv).write_bytes(api.csv_of(frame))
        except OSError as error:
            raise InputError(f"{options.csv!r} cannot be written: {error.strerror}.") from None
        print(f"{len(rows)} marks in {options.csv}")
    elif options.json != "-":
        print_table(rows, list(frame.columns))
    write_json(options.json, {"marks": rows})
