"""Cards: a model is a record. One TOML file per generator or encoder; the file name is the id."""

from bench_core.cards.card import Card, Source
from bench_core.cards.encoder import BUNDLED_ENCODER, EncoderCard
from bench_core.cards.generator import Adapter, GeneratorCard, Part
from bench_core.cards.reading import encoder_cards, find_card, find_listed, generator_cards, read_card

__all__ = [
    "BUNDLED_ENCODER", "Adapter", "Card", "EncoderCard", "GeneratorCard", "Part", "Source", "encoder_cards", "find_card", "find_listed",
    "generator_cards",
    "read_card",
]  # fmt: skip
