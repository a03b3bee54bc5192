"""`attack --kind extraction`: images that come again and again for one prompt, and the patients whom they show."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from bench_core import api
from bench_core.cli.output import print_table, write_json
from bench_core.cli.verbs.models import pairs
from bench_core.cli.verbs.queue import _finish
from bench_core.errors import InputError

COLUMNS = ["prompt", "prompt_images", "images", "train_image_id", "patient", "ratio", "p_value", "same_patient", "extracted"]
NEEDED = {
    "synthetic": "images of many seeds of a few prompts",
    "train": "what the generator learned from",
    "real": "held-out patients, who say what chance gives",
    "encoder": "see `python -m bench_core list encoders`",
}


def extract(options: argparse.Namespace) -> None:
    """Looks for them and tells what was found: one row per clique."""
    for name, what in NEEDED.items():
        if not getattr(options, name):
            raise InputError(f"--{name} is missing: extraction needs {what}.", "Name it.")
    asked = {name: getattr(options, name) for name in NEEDED}
    given = {key.removeprefix("extraction."): value for key, value in pairs(options.set).items()}
    if unknown := sorted(set(given) - {"least", "share"}):
        raise InputError(f"Extraction has no setting {unknown[0]!r}.", "There are extraction.least and extraction.share.")
    spec = api.ExtractionSpec.model_validate({**asked, **given})
    run = _finish(api.submit(spec))
    found = api.extraction(spec.synthetic, api.Reference(spec.real, spec.train, spec.encoder), spec.least, spec.share)
    rows: list[dict[str, Any]] = [{**dataclasses.asdict(c), "images": len(c.image_ids)} for c in found.cliques]
    if options.json != "-":
        print_table(rows, COLUMNS)
        print(found.verdict if found.cliques else run.message)
    summary = {
        "attack": "extraction", "images": found.images, "prompts": found.prompts, "in_cliques": found.in_cliques, "share": found.share,
        "least": found.least, "patients": found.patients, "extracted": sum(c.extracted for c in found.cliques), "verdict": found.verdict,
    }  # fmt: skip
    write_json(options.json, {"extraction": summary, "cliques": rows})
