"""The verb of reader studies: statistics of a table of answers, and plans."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_core import api
from bench_core.cli.output import print_table, write_json
from bench_core.errors import InputError, SettingError

if TYPE_CHECKING:
    import pandas as pd

SHOWN = {
    "accuracy": "slice value modality reader n unsure accuracy accuracy_low accuracy_high sensitivity specificity auc auc_low auc_high",
    "choices": "slice value reader options n right accuracy low high chance p_value",
    "means": "slice value figure method scope readers mean low high p_value",
    "differences": "slice first second method scope difference low high p_value p_holm",
    "agreement": "question part statistic level readers n agreement low high",
    "ratings": "question part source reader n mean sd median above above_low above_high",
    "wilcoxon": "question part first second pairs_of n difference low high p_value p_holm",
    "trends": "question outcome reader n start change low high p_value",
}
"""Columns of what is printed; JSON and CSV have all."""


def readers_verb(options: argparse.Namespace) -> None:
    if options.plan == (options.file is not None):
        raise InputError(
            "Give a table of answers, or --plan." if not options.plan else f"--plan reads no table, and {options.file!r} was given.",
            "docs/reader_statistics.md shows both.",
        )
    if options.plan:
        _plan(options)
    else:
        _analyse(options)


def _analyse(options: argparse.Namespace) -> None:
    answers = api.read_answers(Path(options.file))
    if options.study is not None:
        known = sorted(answers["study"].unique())
        answers = answers[answers["study"] == options.study]
        if not len(answers):
            raise InputError(f"{options.file} has no answer of study {options.study!r}.", f"It has {', '.join(map(repr, known))}.")
    found = api.reader_statistics(answers, level=options.level, seed=options.seed)
    if options.json != "-":
        for name, columns in SHOWN.items():
            if len(table := found.frames[name]):
                print(f"{name}:")
                print_table(table.to_dict("records"), columns.split())
                print()
        print(found.methods)
    for note in found.notes:
        print(f"note: {note}", file=sys.stderr)
    if options.tables:
        _write_tables(Path(options.tables), found.frames)
    rows: dict[str, Any] = {name: table.to_dict("records") for name, table in found.frames.items()}
    write_json(options.json, {**rows, "notes": list(found.notes), "methods": found.methods})


def _write_tables(folder: Path, frames: dict[str, pd.DataFrame]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in frames.items():
            (folder / f"{name}.csv").write_bytes(api.csv_of(table))
    except OSError as error:
        raise InputError(f"{str(folder)!r} cannot be written: {error.strerror}.") from None


def _plan(options: argparse.Namespace) -> None:
    found = api.plan_readers(
        _numbers(options.readers, "--readers"), _numbers(options.cases, "--cases"), _areas(options.area), structure=options.structure,
        scale=options.scale, studies=options.studies, seed=options.seed,
    )  # fmt: skip
    rows = found.to_dict("records")
    if options.json != "-":
        print_table(rows, list(found.columns))
    write_json(options.json, {"plan": rows})


def _numbers(text: str, option: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise SettingError(f"{option} is {text!r}, not whole numbers.", "Give some like 3,5,8.") from None


def _areas(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise SettingError(f"--area is {text!r}, not one number or two.", "Give an area like 0.65, or two like 0.65,0.8.") from None
