"""The verb that takes images out of a set."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench_core import api
from bench_core.cli.output import write_json
from bench_core.cli.verbs.models import pairs
from bench_core.cli.verbs.queue import _finish

TOLD = 10


def filter_verb(options: argparse.Namespace) -> None:
    spec = api.FilterSpec(
        name=options.name, images=options.set, filter=api.Choice(id=options.kind, settings=pairs(options.setting)),
        threshold=options.threshold, real=options.real, train=options.train, encoder=options.encoder,
    )  # fmt: skip
    run = _finish(api.submit(spec))
    log = api.filter_log(run.set_id)
    gone = log[~log["kept"]]
    for row in gone.head(TOLD).to_dict("records"):
        print(f"went: {row['image_id']}: {row['reason']}", file=sys.stderr)
    if len(gone) > TOLD:
        print(f"went: and {len(gone) - TOLD} more", file=sys.stderr)
    if options.log:
        Path(options.log).write_bytes(api.csv_of(log))
    print(f"{run.message}. Set {options.name!r} ({run.set_id})")
    facts = api.find_set(run.set_id).meta["filter"]
    write_json(options.json, {"set": run.set_id, "name": options.name, "filter": facts, "log": log.to_dict("records")})
