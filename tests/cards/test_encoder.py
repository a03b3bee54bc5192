"""Cards of encoders: their key, their fields."""

from pathlib import Path
from typing import Any

import pytest

from bench_core.cards import EncoderCard, encoder_cards, read_card
from bench_core.cards.encoder import ADDED
from bench_core.errors import CardError


def card(**fields: Any) -> EncoderCard:
    return EncoderCard(id="x", title="x", backend="pixels", **fields)


def test_old_cards_keep_key_and_pixels() -> None:
    """The key under which features are stored does not move when a card says none of the new words."""
    known = {"phantom-vqvae-top": ("", 256), "pixels": ("58b64d3bfd80f297", 32)}
    for name, (key, size) in known.items():
        old = encoder_cards()[name]
        assert old.image_size == size and not any(getattr(old, f) not in (None, False, "middle") for f in ADDED)
        if name == "pixels":
            assert old.key() == key
    plain, pooled = card(), card(pooling="mean")
    assert plain.key() == card(resize="middle", rounded=False).key() != pooled.key()
    assert plain.key() == card(weights=Path("/anywhere")).key()


def test_bad_fields_are_named(tmp_path: Path) -> None:
    head = 'title = "x"\nbackend = "transformers_vision"\nrepo_id = "a/b"\n'
    for text, word in (
        ("resize_to = 300", "resize_to"),
        ('resize = "short_side"\nresize_to = 20', "resize_to"),
        ("mean = [0.1, 0.2]", "mean"),
        ('pooling = "max"', "pooling"),
        ("trust_remote_code = true", "trust_remote_code"),
        ('revision = "main"\ntrust_remote_code = true', "trust_remote_code"),
    ):
        (tmp_path / "bad.toml").write_text(head + text + "\n")
        with pytest.raises(CardError, match=word):
            read_card(tmp_path / "bad.toml", EncoderCard)


def test_every_card_says_paper_licence_and_size() -> None:
    cards = encoder_cards()
    for name in (
        "rad-dino",
        "dinov2-base",
        "clip-vit-l-14-336",
        "biovil-t",
        "inception-fid",
        "inception-logits",
        "sscd",
        "torchxrayvision-densenet",
    ):
        assert name in cards
    for name, one in cards.items():
        assert one.licence and one.dimensions and one.summary and one.trained_on, name
        assert one.paper or name == "pixels", name
        assert one.repo_id is None or len(one.revision or "") == 40, name
        assert str(one.image_size) in one.preprocessing
