"""How much of a prompt a model reads: its tokenizers, opened by themselves, without the model and without the libraries that run it."""

from collections.abc import Sequence

from bench_core.cards import GeneratorCard, Part
from bench_core.cards.checkpoint_files import json_object
from bench_core.cards.text_reading import UNBOUNDED, read_texts
from bench_core.generators.weight_files import Place, places
from bench_core.records import Reading


def readings(card: GeneratorCard, texts: Sequence[str], longest: int | None) -> list[Reading] | None:
    """How much of each text is read by that tokenizer of the card's model which reads most; None where none sets a length.

    Args:
        longest: tokens that the pipeline gives to its tokenizers other than CLIP's, which stop at their own length.

    Raises:
        InputError: a tokenizer's files are damaged.
    """
    found: list[list[Reading]] = []
    for place in places(card):
        if "tokenizer" in place.part and place.folder is not None and place.folder.is_dir():
            length = _length(place, longest)
            if length is None:
                return None
            found.append(read_texts(place.folder, texts, length))
    return [max(of_text, key=lambda reading: len(reading.kept)) for of_text in zip(*found, strict=True)] if found else None


def _length(place: Place, longest: int | None) -> int | None:
    """Tokens that a tokenizer may make of a text, marks of start and end among them; None: any number."""
    assert place.folder is not None
    path = place.folder / "tokenizer_config.json"
    config = json_object(path) if path.is_file() else {}
    options = place.source.options if isinstance(place.source, Part) else {}
    own = options.get("model_max_length", config.get("model_max_length"))
    if longest is not None and "clip" not in f"{place.kind} {config.get('tokenizer_class')}".lower():
        return longest
    return int(own) if isinstance(own, int | float) and own < UNBOUNDED else None
