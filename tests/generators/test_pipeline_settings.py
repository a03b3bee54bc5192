"""Settings in the pipelines' own words."""

from bench_core.cards import generator_cards
from bench_core.generators import backend_of


def test_every_built_in_card_has_settings_that_its_pipeline_knows() -> None:
    cards = generator_cards()
    for card in cards.values():
        values = backend_of(card).settings_model(card)().model_dump()
        assert {k: values[k] for k in card.settings} == card.settings
        assert card.licence and card.trained_on and card.summary
    colours = [card.color for card in cards.values()]
    assert None not in colours and len(set(colours)) == len(colours)
    published = {card.published_as for card in cards.values()} - {""}
    assert len(published) == 11
