"""Prompts that are longer than a model reads: where each is cut, and what that does to the set."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from bench_core.cards import GeneratorCard
from bench_core.records import Reading
from bench_core.spec import PromptSpec

TOKENS, READ, KEPT = "prompt_tokens", "prompt_tokens_read", "prompt_read"
"""Columns of a generated set: tokens of the image's prompt, how many of them the model read, and the text that it read where it is cut."""

NEGATIVE = "negative_prompt"
"""The setting that says in words what an image shall not show; the same tokenizers read it."""


def readings_of(card: GeneratorCard, texts: Sequence[str]) -> list[Reading] | None:
    """How much of each text the model of this card reads; None where it reads none, or all of any.

    Raises:
        BenchError: the files of its tokenizer, or its card, cannot be read.
    """
    from bench_core.generators import backend_of

    return backend_of(card).readings(card, texts)


def negative_reading(card: GeneratorCard, settings: Mapping[str, Any]) -> Reading | None:
    """How much of the negative prompt among these settings the model reads; None where there is none, or no length is known.

    Raises:
        BenchError: as `readings_of`.
    """
    text = settings.get(NEGATIVE)
    readings = readings_of(card, [str(text)]) if text else None
    return readings[0] if readings else None


def facts_of_negative(reading: Reading | None) -> dict[str, Any]:
    """What is kept with a set of the reading of its negative prompt: the columns of a prompt's, their names after `negative_`."""
    return {f"negative_{name}": value for name, value in columns_of(reading).items()}


def columns_of(reading: Reading | None) -> dict[str, Any]:
    """What the table of a set keeps of the reading of an image's prompt."""
    if reading is None:
        return {}
    return {TOKENS: reading.tokens, READ: reading.read, **({KEPT: reading.kept} if reading.cut else {})}


def cuts_in_words(prompts: Sequence[PromptSpec], readings: Sequence[Reading] | None, negative: Reading | None = None) -> str:
    """What is said beside a run: how many prompts are cut and which of them are one condition; empty where none is cut."""
    said = [_cut_prompts(prompts, readings)]
    if negative is not None and negative.cut:
        said.append(f"the negative prompt is cut: {negative.read} of its {negative.tokens} tokens are read")
    return "; ".join(part for part in said if part)


def _cut_prompts(prompts: Sequence[PromptSpec], readings: Sequence[Reading] | None) -> str:
    cut = [reading for reading in readings or () if reading.cut]
    if not cut or readings is None:
        return ""
    longest = max(reading.tokens for reading in cut)
    if len(readings) == 1:
        return f"the prompt is cut: {cut[0].read} of its {longest} tokens are read"
    said = f"{len(cut)} of {len(readings)} prompts are cut: the model reads {max(r.read for r in cut)} tokens, the longest has {longest}"
    texts: dict[str, set[str]] = defaultdict(set)
    for prompt, reading in zip(prompts, readings, strict=True):
        texts[reading.kept].add(prompt.text)
    same = [len(of_one) for of_one in texts.values() if len(of_one) > 1]
    if same:
        said += f"; {sum(same)} of them differ only after the cut and are {len(same)} condition{'s' if len(same) > 1 else ''} to it"
    return said
