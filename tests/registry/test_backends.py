"""Backends by the name that cards use."""

from bench_core.cards import encoder_cards, generator_cards
from bench_core.encoders.backend import Encoder
from bench_core.generators.backend import Backend
from bench_core.registry.backends import backend, encoder_backends, generator_backends


def test_a_mark_leaves_the_class_as_it_is() -> None:
    class Noise:
        pass

    assert backend("noise")(Noise) is Noise and Noise.plugin == "noise"  # type: ignore[attr-defined]


def test_every_built_in_card_names_a_backend_of_its_own_kind() -> None:
    assert all(issubclass(generator_backends()[card.backend], Backend) for card in generator_cards().values())
    assert all(issubclass(encoder_backends()[card.backend], Encoder) for card in encoder_cards().values())
