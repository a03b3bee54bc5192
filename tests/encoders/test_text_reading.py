"""How much of a text an encoder reads, told without loading it, is what it reads."""

from pathlib import Path

from bench_core.cards import encoder_cards
from bench_core.encoders import open_encoder
from bench_core.encoders.text_reading import readings

SHORT, LONG = "No effusion.", "No pleural effusion. " * 40


def test_what_is_said_to_be_kept_has_the_features_of_the_whole() -> None:
    card = encoder_cards()["phantom-eye"]
    found = readings(card, [SHORT, LONG])
    assert found is not None
    short, long = found
    assert not short.cut and long.cut and long.read == 62 and long.tokens > 100
    values = open_encoder(card).encode_text([LONG, long.kept, long.kept[:-20]])
    assert values is not None
    assert (values[0] == values[1]).all() and not (values[0] == values[2]).all()


def test_encoders_that_read_no_text_or_have_no_tokenizer_say_nothing(tmp_path: Path) -> None:
    cards = encoder_cards()
    assert readings(cards["pixels"], [LONG]) is None
    assert readings(cards["phantom-eye"].model_copy(update={"path": str(tmp_path)}), [LONG]) is None
