"""The model that an attack asks: a generator's denoiser, lent by its backend."""

from __future__ import annotations

from typing import Any

from bench_core.engine.catalogue import generator_card
from bench_core.engine.models import Models
from bench_core.errors import NotPossible
from bench_core.registry import Attack
from bench_core.store.workspace import Workspace


def lent(workspace: Workspace, models: Models, attack: Attack, generator: str | None) -> Any:
    """What the attack may ask.

    Raises:
        NotPossible: no model was named, or it cannot be queried here.
        UnknownName: there is no such generator.
    """
    from bench_core.generators import backend_of

    if generator is None:
        raise NotPossible(f"{attack.title} asks a {attack.target} itself, and none was named.", "Name the generator (--generator ID).")
    card = generator_card(workspace.config, generator)
    if not hasattr(backend_of(card), "lend_denoiser"):
        raise NotPossible(
            f"Generator {generator!r} cannot be queried: its backend {card.backend} lends no denoiser.",
            "Attacks that query a model need its weights here; attacks on the images alone need no generator.",
        )
    return models.generator(card, None).lend_denoiser()
