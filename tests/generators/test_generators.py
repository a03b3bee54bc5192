"""Opening a generator by its card."""

import pytest

from bench_core.cards import GeneratorCard
from bench_core.errors import UnknownName
from bench_core.generators import backend_of, open_generator
from bench_core.generators.copycat import Copycat


def test_a_card_opens_its_backend() -> None:
    card = GeneratorCard(id="mine", title="Mine", backend="copycat")
    assert backend_of(card) is Copycat
    opened = open_generator(card, device="cuda:1")
    assert isinstance(opened, Copycat) and (opened.card, opened.device, opened.train) == (card, "cuda:1", None)


def test_an_unknown_backend_is_named_with_the_closest_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'copycat'"):
        open_generator(GeneratorCard(id="mine", title="Mine", backend="copycats"))
