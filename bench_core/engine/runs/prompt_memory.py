"""Which prompts, and which words, make a diffusion model copy: its first step is asked, no image is made."""

import time
from typing import Any

import numpy as np
import pandas as pd

from bench_core.cards import GeneratorCard
from bench_core.data import ImageSet, content_key
from bench_core.engine.answers.membership import PROMPTS
from bench_core.engine.catalogue import generator_card
from bench_core.engine.keys import card_key, set_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter, Tally
from bench_core.engine.runs.plan import expected_seconds
from bench_core.errors import InputError
from bench_core.membership.prompt_memory import ranked_prompts, word_pulls
from bench_core.membership_spec import PromptMemorySpec
from bench_core.registry import Request, run_kind
from bench_core.store.workspace import Workspace

VERSION = 1
"""Raised when prompts or words are asked in another way."""


def check(workspace: Workspace, spec: PromptMemorySpec) -> Request:
    """The set has prompts, and the generator can be queried; said here, before anything is loaded."""
    images = workspace.sets.open(spec.images)
    prompts_of(images, spec.most)
    queried(generator_card(workspace.config, spec.generator))
    spec = spec.model_copy(update={"images": images.id})
    alike = expected_seconds(workspace, spec, lambda one: one.model_dump(exclude={"seed"}))
    return Request(spec, f"Prompts that {spec.generator} knows by heart"[:120], images.id, model=spec.generator, expected=alike)


def queried(card: GeneratorCard) -> None:
    """Says that a generator cannot be asked.

    Raises:
        NotPossible: why, and what would be needed.
    """
    from bench_core.generators import backend_of
    from bench_core.generators.backend import not_queried

    if why := backend_of(card).not_queried(card):
        raise not_queried(card, why)


def prompts_of(images: ImageSet, most: int) -> pd.DataFrame:
    """The different prompts of a set, `prompt`, `images`, `image_id` of the first; of more than `most` evenly spread ones.

    Raises:
        InputError: it has none.
    """
    table = images.table
    texts = table["prompt"].fillna("").astype(str).str.strip() if "prompt" in table else pd.Series("", index=table.index)
    known = pd.DataFrame({"prompt": texts, "image_id": table["image_id"].astype(str)})[(texts != "").to_numpy()]
    if known.empty:
        raise InputError(f"Set {images.name!r} has no reports and no prompts.", "Name a set with a column prompt.")
    different = known.groupby("prompt", sort=False).agg(images=("image_id", "size"), image_id=("image_id", "first")).reset_index()
    kept = np.unique(np.linspace(0, len(different) - 1, min(most, len(different))).round().astype(int))
    return different.iloc[kept].reset_index(drop=True)


def decided_by(workspace: Workspace, spec: PromptMemorySpec) -> list[Any]:
    """All that decides what is found."""
    images = workspace.sets.open(spec.images)
    about = {"images": images.id, "generator_key": card_key(generator_card(workspace.config, spec.generator))}
    return [PROMPTS, VERSION, set_key(images), about, spec.most, spec.words, spec.seeds, spec.seed]


@run_kind(PromptMemorySpec, title="Prompts known by heart", unit="prompt", check=check, makes=decided_by)
def carry_out(workspace: Workspace, run_id: str, spec: PromptMemorySpec, models: Models, report: Reporter) -> str:
    """Asks and stores; what was asked before is not asked again."""
    card, images = generator_card(workspace.config, spec.generator), workspace.sets.open(spec.images)
    about, key = {"images": images.id, "generator_key": card_key(card)}, content_key(*decided_by(workspace, spec))
    asked = prompts_of(images, spec.most)
    found = workspace.derived.value(key)
    if found is None or any(workspace.derived.table(name) is None for name in found["tables"]):
        tally = Tally(report.at, len(asked) + spec.words, report.between)
        model, done = models.generator(card, None).lend_denoiser(), 0

        def on_prompt(number: int) -> None:
            nonlocal done
            tally.batch(number - done, f"{number} of {len(asked)} prompts")
            done = number

        ranked = ranked_prompts(model, asked["prompt"].tolist(), seeds=spec.seeds, seed=spec.seed, on_prompt=on_prompt)
        parts = []
        for text in ranked["prompt"].head(spec.words):
            words = word_pulls(model, text, seeds=spec.seeds, seed=spec.seed)
            parts.append(words.assign(prompt=text, place=np.arange(len(words))))
            tally.batch(1, "words of the strongest prompts")
        tables = [content_key(key, part) for part in ("prompts", "words")]
        workspace.derived.write_table(tables[0], PROMPTS, ranked.merge(asked, on="prompt"), [images.id])
        words = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["prompt", "place", "word", "adds"])
        workspace.derived.write_table(tables[1], PROMPTS, words, [images.id])
        found = {**about, "tables": tables}
    workspace.derived.write_value(key, PROMPTS, {**found, "made": time.time()}, [images.id])
    return f"{len(asked)} prompts asked"
