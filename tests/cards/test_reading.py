"""Cards are read from their folders; a bad one names file and field."""

from pathlib import Path

import pytest

from bench_core.cards import GeneratorCard
from bench_core.cards.reading import encoder_cards, find_card, generator_cards, read_card
from bench_core.errors import CardError, UnknownName


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "no TOML"),
        ('title = "M"', "'backend'"),
        ('title = "M"\nbackend = "b"\nwings = 2', "'wings'"),
        ('title = "M"\nbackend = "b"\nid = "other"', "field 'id' is 'other' but the file is named 'm'"),
    ],
)
def test_a_bad_card_names_file_and_field(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text)
    with pytest.raises(CardError, match="m.toml") as caught:
        read_card(path, GeneratorCard)
    assert words in caught.value.message


def test_the_users_cards_win(tmp_path: Path) -> None:
    (tmp_path / "generators").mkdir()
    (tmp_path / "generators" / "phantom-ldm.toml").write_text('title = "Mine"\nbackend = "diffusers"\n')
    mine = generator_cards(tmp_path)
    assert mine["phantom-ldm"].title == "Mine" != generator_cards()["phantom-ldm"].title
    assert set(mine) == set(generator_cards())


def test_cards_of_encoders_know_where_users_put_weights(tmp_path: Path) -> None:
    assert {card.weights for card in encoder_cards(weights=tmp_path).values()} == {tmp_path}


def test_the_closest_card_is_offered() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'phantom-ldm'"):
        find_card("generator", generator_cards(), "phantom-ldn")
