"""`attack --kind extraction`: images that come again and again for one prompt, and the patients whom they show."""

from __future__ import annotations

import dataclasses
from typing import Any

from bench_core import api
from bench_core.cli.output import print_table, write_json
from bench_core.cli.verbs.queue import _finish

COLUMNS = ["prompt", "prompt_images", "images", "train_image_id", "patient", "ratio", "p_value", "same_patient", "extracted"]


def extract(synthetic: str, reference: api.Reference, json: str | None) -> None:
    """Looks for them and tells what was found: one row per clique."""
    assert reference.train is not None
    run = _finish(
        api.submit(api.ExtractionSpec(synthetic=synthetic, real=reference.real, train=reference.train, encoder=reference.encoder))
    )
    found = api.extraction(synthetic, reference)
    rows: list[dict[str, Any]] = [{**dataclasses.asdict(c), "images": len(c.image_ids)} for c in found.cliques]
    if json != "-":
        print_table(rows, COLUMNS)
        print(f"{run.message}; {found.verdict}")
    summary = {
        "attack": "extraction", "images": found.images, "prompts": found.prompts, "in_cliques": found.in_cliques, "share": found.share,
        "least": found.least, "patients": found.patients, "extracted": sum(c.extracted for c in found.cliques), "verdict": found.verdict,
    }  # fmt: skip
    write_json(json, {"extraction": summary, "cliques": rows})
