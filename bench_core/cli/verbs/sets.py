"""Verbs that make, import and delete sets."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench_core import api
from bench_core.cli.output import Bar, write_json
from bench_core.cli.verbs.models import pairs
from bench_core.cli.verbs.queue import _finish
from bench_core.errors import InputError

SHOWN_PROBLEMS = 20


def phantom_verb(options: argparse.Namespace) -> None:
    with Bar() as bar:
        count = api.simulate(options.subjects, options.seed, Path(options.out), bar)
    print(f"{count} simulated films in {options.out}; import them with --images {options.out} --table {Path(options.out) / 'table.csv'}")


def import_verb(options: argparse.Namespace) -> None:
    if (options.layout is None) == (options.images is None):
        raise InputError("Give either --images or --layout.", "Example: import --name mine --layout mimic-cxr-jpg --root DIR --split test")
    with Bar() as bar:
        report = _import_layout(options, bar) if options.layout else _import_own(options, bar)
    _tell(report)
    print(f"{report.sentence()}. Set {options.name!r} ({report.set_id})")
    said = {"problems": report.problems, "notes": report.notes, "left_out": dict(report.left_out)}
    write_json(options.json, {"set": _set_row(str(report.set_id)), **said})


def _tell(report: api.ImportReport) -> None:
    """What was wrong and is left out, the first of it, and what is to be looked at."""
    for problem in report.problems[:SHOWN_PROBLEMS]:
        print(f"left out: {problem}", file=sys.stderr)
    if len(report.problems) > SHOWN_PROBLEMS:
        print(f"left out: and {len(report.problems) - SHOWN_PROBLEMS} more", file=sys.stderr)
    for line in report.notes:
        print(f"look at this: {line}", file=sys.stderr)


def import_results_verb(options: argparse.Namespace) -> None:
    files = []
    for file in options.file:
        try:
            files.append((Path(file).name, Path(file).read_bytes()))
        except OSError as error:
            raise InputError(f"{file!r} cannot be read: {error.strerror}.") from None
    report = api.import_results(options.name, files, options.skip_bad)
    _tell(report)
    frame = api.imported_results()
    rows = frame[frame["name"] == options.name].to_dict("records")
    for warning in dict.fromkeys(r["warning"] for r in rows if r["warning"]):
        print(f"warning: {warning}", file=sys.stderr)
    count = len({r["model"] for r in rows})
    print(f"{report.sentence(f'numbers of {count} models')}. Import {options.name!r}")
    write_json(options.json, {"results": rows, "problems": report.problems, "left_out": dict(report.left_out)})


def _import_own(options: argparse.Namespace, bar: Any) -> Any:
    for option in ("root", "split", "view", "labels", "annotations"):
        if getattr(options, option) is not None:
            raise InputError(f"--{option} goes with --layout.")
    table = Path(options.table) if options.table else None
    return api.import_images(options.name, Path(options.images), table, options.kind, options.skip_bad, bar, options.copy)


def _import_layout(options: argparse.Namespace, bar: Any) -> Any:
    if options.root is None:
        raise InputError("--layout needs --root, the folder of the data set.")
    if options.table is not None:
        raise InputError("--table goes with --images; a layout has tables of its own.")
    return api.import_data_set(
        options.name, options.layout, Path(options.root), options.kind, split=options.split, view=options.view, labels=options.labels,
        annotations=options.annotations and Path(options.annotations), copy=options.copy, skip_bad=options.skip_bad, on_progress=bar,
    )  # fmt: skip


def _set_row(set_id: str) -> dict[str, Any]:
    frame = api.sets()
    found: list[dict[str, Any]] = frame[frame["id"] == set_id].to_dict("records")
    return found[0]


def generate_verb(options: argparse.Namespace) -> None:
    prompts = _prompts(options)
    spec = api.GenerateSpec(
        name=options.name, generator=api.Choice(id=options.generator, settings=pairs(options.set)), prompts=prompts, count=options.count,
        seed=options.seed, batch_size=options.batch_size, train=options.train,
    )  # fmt: skip
    run = _finish(api.submit(spec))
    row = _set_row(run.set_id)
    made, _, warning = run.message.partition(", warning: ")
    print(f"{made} in set {options.name!r} ({run.set_id}): {row['root']}")
    if warning:
        print(f"warning: {warning}", file=sys.stderr)
    write_json(options.json, {"set": {**row, "name": options.name}})


def _prompts(options: argparse.Namespace) -> list[api.PromptSpec]:
    if options.per_finding is not None and options.reports is None:
        raise InputError("--per-finding goes with --reports.", "Name the set whose reports are drawn.")
    if options.reports is not None:
        number = options.first if options.per_finding is None else None
        return list(api.drawn_prompts(options.reports, number, options.per_finding, options.draw))
    if options.package_prompts is not None:
        return api.package_prompts(options.package_prompts, options.first)
    return [api.PromptSpec(text=options.prompt)] if options.prompt is not None else api.prompt_table(Path(options.prompts))


def clean_verb(_: argparse.Namespace) -> None:
    for line in api.sweep() or ["nothing: everything here has an owner"]:
        print(f"removed {line}")


def delete_verb(options: argparse.Namespace) -> None:
    if options.what == "set":
        gone = api.delete_set(options.name)
        if gone.other_names:
            print(f"the name {options.name!r} is deleted; its {gone.images} images stay as {', '.join(map(repr, gone.other_names))}")
            return
        stay = f"; the image files stay in {gone.stays_in}" if gone.stays_in else ""
        marks = f", {gone.marks} marks" if gone.marks else ""
        print(f"set {options.name!r} is deleted: {gone.images} images{marks} and {gone.numbers} numbers{stay}")
        return
    if options.what == "reading":
        study = api.delete_reading(options.name)
        print(f"reader study {study.name!r} is deleted: {study.readers} readers and {study.answers} answers; the films stay")
        return
    delete: dict[str, Callable[[str], None]] = {"run": api.delete_run, "import": api.delete_import}
    delete[options.what](options.name)
    print(f"{options.what} {options.name!r} is deleted")
