"""How much of a text an encoder of texts reads: the rest of a longer one does not count in its features."""

from collections.abc import Sequence

from bench_core.cards import EncoderCard
from bench_core.cards.checkpoint_files import VOCABULARIES, json_object
from bench_core.cards.text_reading import UNBOUNDED, read_texts
from bench_core.encoders.checkpoints import find_file
from bench_core.records import Reading


def readings(card: EncoderCard, texts: Sequence[str]) -> list[Reading] | None:
    """How much of each text the encoder of a card reads, from its tokenizer alone; None where it reads none, or all of any.

    It reads as many tokens as its tokenizer allows and its network has places for.

    Raises:
        InputError: the tokenizer's files are damaged.
    """
    vocabulary = next((path for name in VOCABULARIES if (path := find_file(card, name))), None) if card.reads_text else None
    if vocabulary is None:
        return None
    words, model = (json_object(path) if (path := find_file(card, name)) else {} for name in ("tokenizer_config.json", "config.json"))
    text = model.get("text_config")
    said = (words.get("model_max_length"), (text if isinstance(text, dict) else model).get("max_position_embeddings"))
    lengths = [int(length) for length in said if isinstance(length, int | float) and 0 < length < UNBOUNDED]
    return read_texts(vocabulary.parent, texts, min(lengths)) if lengths else None
