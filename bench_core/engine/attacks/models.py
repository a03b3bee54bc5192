"""The model that an attack asks: a generator's denoiser, lent by its backend; and about whom it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bench_core.engine.attacks.parts import Parts, fewer_patients
from bench_core.engine.attacks.plants import Plant, in_denoiser
from bench_core.engine.catalogue import generator_card
from bench_core.engine.models import Models
from bench_core.errors import NotPossible
from bench_core.membership import Shadow
from bench_core.registry import Attack
from bench_core.store.workspace import Workspace

ASKED = 200
"""Patients on each side about whom a diffusion model is asked at most: every film of theirs is several queries."""


@dataclass(frozen=True, eq=False)
class Lent:
    """A model that can be asked, models that the attacker trained, where there are any, and such with a planted leak."""

    model: Any
    shadows: Sequence[Shadow] | None = None
    plant: Plant | None = None


def lent(workspace: Workspace, models: Models, attack: Attack, generator: str | None, parts: Parts, seed: int) -> Lent:
    """What the attack may ask.

    Raises:
        NotPossible: no model was named, or it cannot be queried here.
        UnknownName: there is no such generator.
    """
    if generator is None:
        raise NotPossible(f"{attack.title} asks a {attack.target} itself, and none was named.", "Name the generator (--generator ID).")
    from bench_core.generators import backend_of
    from bench_core.generators.backend import not_queried

    card = generator_card(workspace.config, generator)
    if why := backend_of(card).not_queried(card):
        raise not_queried(card, why)  # before anything is loaded
    denoiser = models.generator(card, None).lend_denoiser()
    return Lent(denoiser, plant=in_denoiser(denoiser, parts, seed))


def asked_parts(parts: Parts, attack: Attack, seed: int) -> Parts:
    """Of many patients a random part, where a diffusion model is asked about them."""
    if attack.target != "diffusion model":
        return parts
    sides = {name: fewer_patients(getattr(parts, name), ASKED, np.random.default_rng((seed, 5))) for name in ("members", "others")}
    return replace(parts, **sides)
