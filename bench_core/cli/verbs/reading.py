"""The verb of reader studies."""

from __future__ import annotations

import argparse
from typing import Any

from bench_core import api
from bench_core.cli.output import print_table, show_frame, write_json
from bench_core.errors import InputError

ADDRESS = "read/{}"
"""Where a reader reads, below the address of the site."""


def reading_verb(options: argparse.Namespace) -> None:
    if options.action == "list":
        return _tell(options, {"studies": api.readings().to_dict("records")})
    if not options.name:
        raise InputError(f"reading {options.action} needs the name of a study.", f"python -m bench_core reading {options.action} NAME")
    if options.action == "export":
        return _export(options)
    if options.action == "remarks":
        return show_frame(api.reading_remarks(options.name), "remarks", options.csv, options.json)
    if options.action == "create":
        _create(options)
    for reader in options.reader if options.action in ("create", "invite") else ():
        api.invite_reader(options.name, reader)
    if options.action == "close":
        api.close_reading(options.name)
    design = api.reading_design_of(options.name).model_dump()
    study = next(s for s in api.readings().to_dict("records") if options.name in (s["id"], s["name"]))
    readers = [{**row, "address": ADDRESS.format(row.pop("token"))} for row in api.readers_of(options.name).to_dict("records")]
    return _tell(options, {**study, "design": design, "readers": readers})


def _create(options: argparse.Namespace) -> None:
    names = (
        "synthetic",
        "real",
        "cases",
        "real_share",
        "options",
        "confidence",
        "foils",
        "training",
        "repeats",
        "break_every",
        "reveal",
        "seed",
    )
    questions = [name.strip() for name in options.questions.split(",") if name.strip()]
    api.create_reading(api.reading_design(name=options.name, questions=questions, **{name: getattr(options, name) for name in names}))


def _tell(options: argparse.Namespace, found: dict[str, Any]) -> None:
    if options.json != "-":
        for name, value in found.items():
            if isinstance(value, list):
                print_table(value, list(value[0]) if value else [name])
            elif isinstance(value, dict):
                print_table([{"setting": key, "value": said} for key, said in value.items()], ["setting", "value"])
            else:
                print(f"{name}: {value}")
    write_json(options.json, found)


def _export(options: argparse.Namespace) -> None:
    show_frame(api.reading_answers(options.name, options.history), "answers", options.csv, options.json)
