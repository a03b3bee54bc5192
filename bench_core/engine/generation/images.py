"""Prompts to images: in batches, one seed per image, written as they come."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench_core.cards import GeneratorCard
from bench_core.data import FINDINGS, Prompt
from bench_core.engine.batches import BatchSize
from bench_core.engine.generation.prompt_lengths import columns_of
from bench_core.engine.generation.writing import Writer
from bench_core.engine.progress import Reporter
from bench_core.errors import Cancelled, StoreError
from bench_core.records import Reading
from bench_core.settings_model import Settings
from bench_core.spec import GenerateSpec, PromptSpec
from bench_core.store.claims import LostRun
from bench_core.store.drafts import Draft
from bench_core.store.image_folders import PLACE
from bench_core.store.workspace import Workspace


@dataclass(frozen=True)
class Work:
    """What is asked for and known of it before the first image.

    Attributes:
        made_by: see `origin`.
        readings: of each prompt, how much the model reads of it; None where it reads no text, or all of any.
        negative: the same of the negative prompt; None where there is none.
    """

    spec: GenerateSpec
    made_by: Mapping[str, Any]
    readings: Sequence[Reading] | None
    negative: Reading | None = None


def generate_here(generator: Any, work: Work, settings: Settings, draft: Draft, size: BatchSize, report: Reporter) -> float:
    """Makes what is missing, a batch at a time, the files of each beside the next; returns the seconds spent on images.

    An image counts as done when its file is written, so that it can be shown: while the next batch is made.
    """
    spec, missing, total = work.spec, draft.missing, draft.total
    found = total - len(missing)
    start, worked, told, reached = 0, 0.0, 0, found / total

    def tell(**more: float | int) -> None:
        nonlocal told
        told = len(draft.rows)
        report.at(told, total, size.words(f"{told} of {total} images"), force=True, share=reached, **more)

    def make(rows: Sequence[int]) -> list[np.ndarray]:
        def on_step(step: int, steps: int, preview: np.ndarray | None) -> None:
            nonlocal reached
            if len(draft.rows) > told:
                tell()
            reached = max(reached, (found + start + len(rows) * step / max(steps, 1)) / total)
            report.step(step, steps, preview, reached, worked=worked + time.monotonic() - began)

        asked = [as_prompt(spec.prompts[row // spec.count]) for row in rows]
        images = generator.batch(asked, [spec.seed + r for r in rows], settings, on_step=on_step)
        if len(images) != len(rows):
            raise StoreError(f"{work.made_by['generator_title']} made {len(images)} images for {len(rows)} prompts.")
        return list(images)

    report.begin(found / total)
    with Writer(draft) as writer:
        try:
            while start < len(missing):
                rows = missing[start : start + size.size]
                tell(made=start, worked=worked)
                report.between(kept=start > 0)
                writer.check()
                began = time.monotonic()
                images = size.carry_out(rows, make)
                writer.add(rows, [row_columns(work, row) for row in rows], images, [provenance(work, row) for row in rows])
                worked += time.monotonic() - began
                start += len(rows)
                reached = (found + start) / total
            began = time.monotonic()
            writer.settle()
        except Exception:
            writer.settle()
            with suppress(Cancelled, LostRun):  # what stops the run is said again; the count of what is there must be right
                tell(**({"worked": worked} if start else {}))  # what it took belongs to `made`; a first batch only has its share
            raise
    return worked + time.monotonic() - began


def as_prompt(prompt: PromptSpec) -> Prompt:
    """The prompt as generators read it."""
    return Prompt(prompt.id, prompt.text, prompt.labels, prompt.source_image_id)


def row_columns(work: Work, row: int) -> dict[str, Any]:
    """The table columns of image `row` that are known before it is made."""
    spec = work.spec
    prompt, reading = spec.prompts[row // spec.count], work.readings[row // spec.count] if work.readings else None
    labels = {f: prompt.labels[f] for f in FINDINGS if prompt.labels.get(f) is not None}
    return {
        "image_id": f"{row:06d}", "prompt_id": prompt.id, "prompt": prompt.text, "seed": spec.seed + row, "view": prompt.labels.get("view"),
        "source_image_id": prompt.source_image_id, **labels, **columns_of(reading),
    }  # fmt: skip


def origin(card: GeneratorCard, key: str) -> Mapping[str, Any]:
    """What a set and its PNGs say of the generator; `key` is its `card_key`, worked out once for all images."""
    return {"generator": card.id, "generator_title": card.title, "repo_id": card.repo_id, "revision": card.revision, "card": key}


def provenance(work: Work, row: int) -> dict[str, Any]:
    """What the PNG of image `row` says of itself: enough to make it again."""
    spec = work.spec
    prompt = spec.prompts[row // spec.count]
    return {
        "software": "TriadCXR", "synthetic": True, **work.made_by, "prompt": prompt.text, "labels": dict(prompt.labels),
        "source_image_id": prompt.source_image_id, "seed": spec.seed + row, "settings": spec.generator.settings,
    }  # fmt: skip


def set_meta(workspace: Workspace, spec: GenerateSpec, made_by: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of how a set was made, and where its images go if not into the workspace."""
    place = {PLACE: workspace.config.images} if workspace.config.images else {}
    return {
        **made_by, "settings": spec.generator.settings, "seed": spec.seed, "count": spec.count, "train": spec.train,
        "prompts_are_reports": prompts_are_reports(workspace, spec), **place,
    }  # fmt: skip


def prompts_are_reports(workspace: Workspace, spec: GenerateSpec) -> bool:
    """Whether a prompt is a report of an imported image (one of the simulated cohort holds nothing of a person)."""
    sources = {p.source_image_id for p in spec.prompts if p.source_image_id}
    texts = {p.text for p in spec.prompts}
    listing = workspace.sets.listing().drop_duplicates("id")
    for row in listing[listing["kind"] != "synthetic"].to_dict("records"):
        table = workspace.sets.open(row["id"]).table
        if row["simulated"]:
            sources -= set(table["image_id"])
        elif not texts.isdisjoint(table["prompt"].dropna()):
            return True
    return bool(sources)
