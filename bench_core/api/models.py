"""Generators and encoders: cards, what they lack, dry runs, forms, training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_core.api.workspace import open_workspace
from bench_core.cards import EncoderCard, GeneratorCard
from bench_core.config import Config
from bench_core.records import Progress, Reading, SettingField
from bench_core.spec import PromptSpec

if TYPE_CHECKING:
    from bench_core.engine.generation.estimate import Estimate
    from bench_core.engine.requests.dry_run import ModelCheck


def generators() -> Mapping[str, GeneratorCard]:
    """All generator cards by id."""
    from bench_core.cards import generator_cards

    return generator_cards(open_workspace().config.card_folder)


def encoders() -> Mapping[str, EncoderCard]:
    """All encoder cards by id."""
    from bench_core.cards import encoder_cards

    config = open_workspace().config
    return encoder_cards(config.card_folder, config.weights_folder())


def generator_missing(generator_id: str) -> str | None:
    """What is missing to run this generator here (weights, a package), in words; None when it can run."""
    from bench_core.engine.catalogue import generator_missing

    return generator_missing(open_workspace().config, generator_id)


def encoder_missing(encoder_id: str) -> str | None:
    """What is missing to run this encoder here, in words; None when it can run."""
    from bench_core.engine.catalogue import encoder_missing

    return encoder_missing(open_workspace().config, encoder_id)


def check_model(
    generator_id: str, settings: Mapping[str, Any] | None = None, batch_size: int = 1, prompts: Sequence[PromptSpec] = ()
) -> ModelCheck:
    """A dry run: everything that is missing to run this generator with these settings, what memory it will take, which prompts it cuts.

    Raises:
        UnknownName: there is no such generator.
    """
    from bench_core.engine.requests.dry_run import check_model

    return check_model(open_workspace().config, generator_id, settings, batch_size, prompts)


def try_model(generator_id: str, settings: Mapping[str, Any] | None = None) -> float:
    """Loads a generator in this process and makes one image of few steps; returns the seconds that it took.

    Raises:
        BenchError: whatever stands against it.
    """
    from bench_core.engine.requests.dry_run import try_model

    return try_model(open_workspace().config, generator_id, settings)


def draft_model(model_id: str, fields: Mapping[str, Any]) -> tuple[str, ModelCheck]:
    """The card of a model of one's own as it would be written, and its dry run. `fields` are those of `GeneratorCard`.

    Raises:
        InputError, SettingError: a field cannot be used.
    """
    from bench_core.engine.requests.adding import draft
    from bench_core.engine.requests.dry_run import check_card

    config = open_workspace().config
    text, card = draft(config, model_id, fields)
    return text, check_card(config, card)


def add_model(model_id: str, fields: Mapping[str, Any], replace: bool = False) -> Path:
    """Writes the card of a model of one's own and returns where it is; what is wrong is said before anything is written.

    Raises:
        NameTaken: there is a model of that id, and `replace` is not set.
        InputError, SettingError: a field cannot be used.
    """
    from bench_core.engine.requests.adding import add

    return add(open_workspace().config, model_id, fields, replace)


def settings_schema(generator_id: str) -> list[SettingField]:
    """The settings of a generator with the card's defaults, in the order of a form."""
    from bench_core.engine.catalogue import settings_fields

    return settings_fields(open_workspace().config, generator_id)


def prompt_readings(generator_id: str, texts: Sequence[str]) -> list[Reading] | None:
    """How much of each prompt this generator reads, from its tokenizer alone; None where it reads no text, or all of any.

    Raises:
        BenchError: there is no such generator, or its tokenizer's files are damaged.
    """
    from bench_core.engine.catalogue import generator_card
    from bench_core.engine.generation.prompt_lengths import readings_of

    return readings_of(generator_card(open_workspace().config, generator_id), texts)


def settings_faults(generator_id: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with each of these settings of a generator that cannot be, by name and in words; empty where all can."""
    from bench_core.engine.catalogue import settings_faults

    return settings_faults(open_workspace().config, generator_id, settings)


def estimate(generator_id: str, settings: Mapping[str, Any], count: int) -> Estimate:
    """Seconds that `count` images will take and how that is known: measured here with these settings, scaled, or from the card."""
    from bench_core.engine.generation.estimate import estimate

    return estimate(open_workspace(), generator_id, dict(settings), count)


def train(name: str, device: str | None = None, resume: bool = False, on_progress: Progress | None = None) -> str:
    """Trains a bundled model by its committed recipe; returns the folder of its weights.

    Raises:
        UnknownName: there is no such model.
    """
    from bench_core.training import train

    return train(name, device=device or Config.from_environment().torch_device(), resume=resume, on_progress=on_progress)
