"""The verb that reads marks."""

from __future__ import annotations

import argparse

from bench_core import api
from bench_core.cli.output import show_frame


def marks_verb(options: argparse.Namespace) -> None:
    show_frame(api.marks(options.synthetic, options.train, options.history), "marks", options.csv, options.json)
