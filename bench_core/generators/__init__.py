"""Texts to images. A backend is one file here; a model is one card in `cards/`."""

from typing import TYPE_CHECKING

from bench_core import registry
from bench_core.cards import GeneratorCard
from bench_core.errors import UnknownName

if TYPE_CHECKING:
    from bench_core.data import ImageSet
    from bench_core.generators.backend import Backend


def backend_of(card: GeneratorCard) -> "type[Backend]":
    """The backend class that a card names.

    Raises:
        UnknownName: there is no such backend; offers the closest one.
    """
    backends = registry.generator_backends()
    if card.backend not in backends:
        raise UnknownName("generator backend", card.backend, backends)
    return backends[card.backend]


def open_generator(card: GeneratorCard, *, device: str = "cpu", train: "ImageSet | None" = None) -> "Backend":
    """The generator of a card; its weights load with the first batch."""
    return backend_of(card)(card, device=device, train=train)
