"""Leaks that are planted in a model that is asked: known patients, whose films it learns again and again.

An attack that does not see these has no say about the model. A diffusion model learns films of people whom it never saw, in a copy of
itself; a classifier is trained anew on its members, some of them repeated.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bench_core.engine.attacks.parts import Parts, fewer_patients
from bench_core.features import FeatureSet
from bench_core.membership.queries import captions

PATIENTS, OTHERS = 24, 100
"""Patients who are planted, and at most so many others whom they must be told from."""
REPEATS = {"diffusion model": (2, 8, 25, 80), "classifier": (3, 10, 30, 100)}
"""How often their films are learned, by what is attacked."""


@dataclass(frozen=True, eq=False)
class Plant:
    """Models with a planted leak, made when they are first asked for and then kept for all attacks.

    Attributes:
        people: films of the patients who are planted.
        others: whom they must be told from.
        make: gives the models, from the weakest leak on, each with how often it learned the films.
    """

    people: FeatureSet
    others: FeatureSet
    make: Callable[[], Iterator[tuple[int, Any]]]

    @cached_property
    def models(self) -> tuple[tuple[int, Any], ...]:
        """All of them."""
        return tuple(self.make())


def in_denoiser(denoiser: Any, parts: Parts, seed: int) -> Plant | None:
    """In a copy of a diffusion model; None where it is too large to learn anything on this machine."""
    if getattr(denoiser, "learn", None) is None:
        return None
    people, others = _chosen(parts.stand_in, seed), _others(parts, seed)

    def make() -> Iterator[tuple[int, Any]]:
        latents, told = denoiser.latents(people), denoiser.conditions(captions(people))
        yield from denoiser.learn(latents, told, REPEATS["diffusion model"], seed)

    return Plant(people, others, make)


def in_classifier(parts: Parts, seed: int, train: Callable[[np.ndarray], Any]) -> Plant:
    """In a classifier that is trained anew.

    Args:
        train: a classifier of the members in those rows, one that is there twice learned twice as often.
    """
    everybody = np.arange(len(parts.members))
    people = _chosen(parts.members, seed)
    rows = everybody[np.isin(parts.members.rows, people.rows)]

    def make() -> Iterator[tuple[int, Any]]:
        for times in REPEATS["classifier"]:
            yield times, train(np.concatenate([everybody, np.tile(rows, times - 1)]))

    return Plant(people, _others(parts, seed), make)


def _chosen(features: FeatureSet, seed: int) -> FeatureSet:
    return fewer_patients(features, PATIENTS, np.random.default_rng((seed, 6)))


def _others(parts: Parts, seed: int) -> FeatureSet:
    return fewer_patients(parts.others, OTHERS, np.random.default_rng((seed, 7)))
