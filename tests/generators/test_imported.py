"""A model that runs elsewhere: it always lacks something and makes nothing."""

import pytest

from bench_core.cards import GeneratorCard
from bench_core.data import Prompt
from bench_core.errors import NotPossible
from bench_core.generators import open_generator


def test_it_says_where_it_runs_and_makes_nothing() -> None:
    card = GeneratorCard(id="far", title="Far", backend="imported", how_to_get="Ask its authors.")
    generator = open_generator(card)
    assert generator.missing(card) == "Far runs in its own code only, not here. Ask its authors."
    with pytest.raises(NotPossible, match="Far runs in its own code only") as caught:
        generator.batch([Prompt("a", "t")], [0], generator.settings())
    assert caught.value.hint == "Ask its authors."
