"""The verb that carries out a study."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench_core import api
from bench_core.cli.output import Bar, print_table, write_json
from bench_core.errors import InputError

SHOWN = ["release", "source", "filter", "arm", "classifier", "state", "utility", "attack", "attack_auc", "verdict", "seconds", "message"]


def study_verb(options: argparse.Namespace) -> None:
    """Makes all cells and prints one row per cell; with --dry-run says what would be made."""
    toml = _text(options.spec)
    if options.dry_run:
        cells = api.expected_cells(api.read_study(toml))
        if options.json != "-":
            print_table(cells, ["state", "cell", "message"])
        return write_json(options.json, {"cells": cells})
    last = ""

    def tell(done: int, total: int, message: str) -> None:
        nonlocal last
        if sys.stderr.isatty():
            bar(done, total, message)
        elif (line := f"[{done}/{total}] {message.split(':')[0]}") != last:
            print(line, file=sys.stderr, flush=True)
            last = line

    with Bar() as bar:
        spec = api.carry_out_study(toml, tell, options.resume)
    rows = api.study_cells(spec).to_dict("records")
    if options.json != "-":
        print_table(rows, SHOWN)
    return write_json(options.json, {"title": spec.title, "cells": rows})


def _text(name: str) -> str:
    """The text of a file, or of the preset of that name."""
    if not name.endswith(".toml"):
        if name not in api.study_presets():
            raise api.UnknownName("preset of a study", name, api.study_presets())
        return api.study_presets()[name]
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{name!r} cannot be read: {error}.", f"Presets: {', '.join(api.study_presets())}.") from None
