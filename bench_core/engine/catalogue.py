"""Answers what catalogue and forms ask of cards: which there are, what they lack, their settings."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any, Literal, Union, get_args, get_origin

from bench_core.cards import EncoderCard, GeneratorCard, encoder_cards, find_card, find_listed, generator_cards, read_card
from bench_core.config import Config
from bench_core.errors import BenchError, MissingWeights
from bench_core.records import SettingField
from bench_core.settings_model import Settings, check, faults


def generator_card(config: Config, generator_id: str) -> GeneratorCard:
    """The card of a generator.

    Raises:
        UnknownName: there is none.
    """
    return find_card("generator", generator_cards(config.card_folder), generator_id)


def encoder_card(config: Config, encoder_id: str) -> EncoderCard:
    """The card of an encoder.

    Raises:
        UnknownName: there is none.
    """
    return find_card("encoder", encoder_cards(config.card_folder, config.weights_folder()), encoder_id)


def generator_missing(config: Config, generator_id: str) -> str | None:
    """What this generator needs and does not find (weights, a package), in words; None when it can run.

    Raises:
        UnknownName: there is no such generator.
    """
    card = find_listed("generator", generator_cards(config.card_folder), generator_id)
    return _in_words(lambda: _lack_of_generator(card))


def encoder_missing(config: Config, encoder_id: str) -> str | None:
    """What this encoder needs and does not find, in words: weights, a package, or the consent to its own code; None when it can run.

    Raises:
        UnknownName: there is no such encoder.
    """
    card = find_listed("encoder", encoder_cards(config.card_folder, config.weights_folder()), encoder_id)
    return _in_words(lambda: _lack_of_encoder(config, card))


def _lack_of_generator(card: GeneratorCard) -> str | None:
    """The first that stands against it; the same questions as in a dry run, in the same order."""
    from bench_core.generators import backend_of

    if card.broken:
        read_card(card.source, GeneratorCard)  # which says why
    backend = backend_of(card)
    lack = backend.missing(card)
    if lack is None:
        check_settings(card, {})
    return lack


def _lack_of_encoder(config: Config, card: EncoderCard) -> str | None:
    from bench_core.encoders import encoder_backend
    from bench_core.encoders.backend import refused_code

    if card.broken:
        read_card(card.source, EncoderCard)  # which says why
    backend = encoder_backend(card)
    if card.trust_remote_code and not config.remote_code:
        return " ".join(refused_code(card))
    check(backend.Options, card.settings, f"Encoder {card.id!r}")
    return backend.missing(card)


def _in_words(ask: Callable[[], str | None]) -> str | None:
    """What is missing; where a card or its files cannot even be read, that, so that one bad part is one line of a list."""
    try:
        return ask()
    except BenchError as error:
        return f"{error.message} {error.hint}".strip()
    except OSError as error:  # a folder that may not be looked into
        return f"Its files cannot be read: {error.filename or ''} {error.strerror or error}.".replace(":  ", ": ")


def require(missing: str | None, what: str) -> None:
    """Raises MissingWeights when something is missing."""
    if missing:
        raise MissingWeights(f"{what} cannot run here: {missing.rstrip('.')}.", "The catalogue says where its files come from.")


def check_settings(card: GeneratorCard, settings: Mapping[str, Any]) -> Settings:
    """The card's defaults with these settings on top, checked.

    Raises:
        SettingError: an unknown name or a bad value.
    """
    from bench_core.generators import backend_of

    return check(backend_of(card).settings_model(card), {**card.settings, **settings}, f"Generator {card.id!r}")


def settings_faults(config: Config, generator_id: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with each setting of a generator that cannot be, by name; empty where all can.

    Raises:
        UnknownName: there is no such generator.
    """
    from bench_core.generators import backend_of

    card = generator_card(config, generator_id)
    return faults(backend_of(card).settings_model(card), {**card.settings, **settings})


def settings_fields(config: Config, generator_id: str) -> list[SettingField]:
    """Each setting of a generator with the card's default and its limits, in the order of the backend's settings model.

    Raises:
        UnknownName: there is no such generator.
    """
    from bench_core.generators import backend_of

    card = generator_card(config, generator_id)
    model = backend_of(card).settings_model(card)
    fields = []
    for name, info in model.model_fields.items():
        kind, choices = _form_type(info.annotation)
        limits: dict[str, float] = {}
        for rule in info.metadata:
            if getattr(rule, "multiple_of", None) is not None:
                limits["step"] = rule.multiple_of
            for low in ("ge", "gt"):
                if getattr(rule, low, None) is not None:
                    limits["low"] = getattr(rule, low)
            for high in ("le", "lt"):
                if getattr(rule, high, None) is not None:
                    limits["high"] = getattr(rule, high)
        default = card.settings.get(name, None if info.is_required() else info.get_default(call_default_factory=True))
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        group = str(extra.get("group", ""))
        fields.append(SettingField(name, kind, default, **limits, choices=choices, help=info.description or "", group=group))
    return fields


def _form_type(annotation: Any) -> tuple[str, tuple[Any, ...]]:
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(a for a in get_args(annotation) if a is not type(None))
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    return {int: "int", float: "float", bool: "bool"}.get(annotation, "str"), ()
