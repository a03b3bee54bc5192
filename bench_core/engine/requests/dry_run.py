"""A dry run: whether a generator can run here, what it lacks, and what memory it will take, without loading it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_core.cards import GeneratorCard
from bench_core.config import Config
from bench_core.engine.catalogue import check_settings, generator_card
from bench_core.engine.generation.prompt_lengths import cuts_in_words, negative_reading
from bench_core.errors import BenchError, MissingPackage
from bench_core.generators.backend import Lack, Weights
from bench_core.spec import PromptSpec

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
GB = 1e9
CPU = "the main memory (CPU)"
ACTIVATIONS = {"float32": 7.6, "float16": 3.8, "bfloat16": 3.8}
"""Rough GB a megapixel and image of a batch while an image is decoded, the widest step of these pipelines."""


@dataclass(frozen=True)
class Memory:
    """Estimated need against what is there, in bytes; `need` is None where nothing is known of the model's size."""

    need: float | None
    total: float
    free: float
    where: str
    basis: str


@dataclass(frozen=True)
class ModelCheck:
    """What a dry run found.

    Attributes:
        lacks: what must be there before it can run, each with the steps that bring it.
        warnings: what it can run without, but should be known.
        weights: the weight files that are here, by part.
        settings: the settings it would run with.
    """

    id: str
    title: str
    lacks: list[Lack]
    warnings: list[str]
    weights: list[Weights]
    settings: dict[str, Any]
    memory: Memory | None

    @property
    def can_run(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacks


def check_model(
    config: Config, generator_id: str, settings: Mapping[str, Any] | None = None, batch_size: int = 1, prompts: Sequence[PromptSpec] = ()
) -> ModelCheck:
    """The dry run of a generator by its id; what stands against it is in the answer, not raised.

    Raises:
        UnknownName: there is no such generator.
    """
    return check_card(config, generator_card(config, generator_id), settings, batch_size, prompts)


def check_card(
    config: Config, card: GeneratorCard, settings: Mapping[str, Any] | None = None, batch_size: int = 1, prompts: Sequence[PromptSpec] = ()
) -> ModelCheck:
    """The dry run of a card, which need not be in any folder yet."""
    from bench_core.generators import backend_of

    lacks: list[Lack] = []
    warnings, weights, values, memory = [], [], {}, None
    try:
        backend = backend_of(card)
        lacks += backend.lacks(card)
        values = check_settings(card, settings or {}).model_dump(mode="json")
        weights = backend.inventory(card)
        readings = backend.readings(card, [prompt.text for prompt in prompts]) if prompts else None
        if cuts := cuts_in_words(prompts, readings, negative_reading(card, values)):
            warnings.append(f"{cuts[0].upper()}{cuts[1:]}.")
    except BenchError as error:
        lacks.append(Lack(error.message, error.hint))
    except OSError as error:
        lacks.append(Lack(f"Its files cannot be read: {error}", "Give back the right to read them."))
    if "dtype" in values:
        memory = estimate_memory(config, card, values, weights, batch_size)
        warnings += memory_warnings(memory)
        if memory.need is not None and memory.need > memory.total:
            what = f"It needs about {memory.need / GB:.1f} GB, and {memory.where} has {memory.total / GB:.1f}"
            lacks.append(Lack(what, how_to_fit(values, memory.where)))
    warnings += words_missing(card)
    lacks = list(dict.fromkeys(lacks))  # a damaged file stands in the way more than once
    return ModelCheck(card.id, card.title, lacks, warnings, weights, values, memory)


def try_model(config: Config, generator_id: str, settings: Mapping[str, Any] | None = None) -> float:
    """Loads a generator and makes one image, in two steps where it has steps; the seconds that the image took, without loading.

    Raises:
        NotPossible: it needs training images.
        BenchError: whatever else stands against it.
    """
    from bench_core.data import Prompt
    from bench_core.errors import NotPossible
    from bench_core.generators import open_generator

    card = generator_card(config, generator_id)
    if card.needs_train:
        raise NotPossible(f"{card.title} needs training images to be tried.", "Generate with it: --train SET.")
    few = {"num_inference_steps": 2} if "num_inference_steps" in check_settings(card, {}).model_dump() else {}
    generator = open_generator(card, device=config.torch_device())
    began = time.monotonic()
    generator.batch([Prompt("try", "No acute cardiopulmonary process.")], [0], check_settings(card, {**few, **(settings or {})}))
    return time.monotonic() - began


def estimate_memory(config: Config, card: GeneratorCard, values: dict[str, Any], weights: list[Weights], batch_size: int) -> Memory:
    """Weights in their number format, counted from the files or taken from the card, and a rough share for what is computed."""
    each = BYTES[values["dtype"]]
    parts = [float(w.parameters * each) for w in weights if not w.part.startswith("lora")]
    said = card.parameters * 1e9 * each if card.parameters else None
    held: float | None = float(sum(parts)) if parts else said
    basis = "counted from the weight files" if parts else "the card's number of parameters"
    if held is not None and values.get("offload") == "model" and parts:
        held = max(parts)
    elif held is not None and values.get("offload") == "sequential":
        held = 0.1 * held
    pixels = (values.get("height") or 1024) * (values.get("width") or 1024) / 1e6
    decoded = pixels * ACTIVATIONS[values["dtype"]] * GB * (1 if values.get("vae_slicing") else batch_size)
    where, total, free = memory_here(config)
    return Memory(
        None if held is None else held + decoded, total, free, where, basis if held is not None else "the model's size is unknown"
    )


def memory_here(config: Config) -> tuple[str, float, float]:
    """The device, its memory in all, and what is free of it now."""
    try:
        device = config.torch_device()
    except ImportError:
        raise MissingPackage("torch is not installed.", "pip install -r requirements.txt") from None
    if device.startswith("cuda"):
        import torch

        unused, total = torch.cuda.mem_get_info(device)
        return torch.cuda.get_device_name(device), float(total), float(unused)
    page = os.sysconf("SC_PAGE_SIZE")
    free = float(page * os.sysconf("SC_AVPHYS_PAGES"))
    known = Path("/proc/meminfo")  # counts what the file cache would give back
    for line in known.read_text(encoding="ascii").splitlines() if known.exists() else ():
        if line.startswith("MemAvailable:"):
            free = float(line.split()[1]) * 1024
    return CPU, float(page * os.sysconf("SC_PHYS_PAGES")), free


def memory_warnings(memory: Memory) -> list[str]:
    """What the memory estimate means."""
    if memory.need is None:
        return ["How much memory it takes is not known before it was loaded."]
    found = []
    if memory.where == CPU and memory.need > 4 * GB:
        found.append("There is no GPU here: a model of this size takes minutes to hours for each image.")
    if memory.free < memory.need <= memory.total:
        found.append(f"About {memory.need / GB:.1f} GB are needed and {memory.free / GB:.1f} GB are free now on {memory.where}.")
    return found


def how_to_fit(values: Mapping[str, Any], where: str) -> str:
    """The next setting that saves memory."""
    if values["dtype"] == "float32":
        return "Set dtype = bfloat16."
    if values.get("offload") == "none" and where != CPU:
        return "Set offload = model (or sequential), or use a device with more memory."
    return "Use a device with more memory."


def words_missing(card: GeneratorCard) -> list[str]:
    """What a card should say and does not."""
    found = []
    sources = [*card.components.values(), *card.adapters.values()]
    loose = [s.repo_id for s in sources if s.repo_id and not s.revision] + ([card.repo_id] if card.repo_id and not card.revision else [])
    if loose:
        found.append(f"No revision is pinned for {', '.join(dict.fromkeys(loose))}: what the hub has under that name may change.")
    if not card.licence:
        found.append("The card states no licence.")
    if not card.trained_on:
        found.append("The card does not say what the model was trained on: privacy is measured against that.")
    return found
