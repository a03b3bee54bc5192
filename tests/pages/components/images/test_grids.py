"""Tiles of images: captions, edges."""

from pages.components.images.grids import Tile, caption, data_uri
from tests.pages.fake import encode, film


def test_caption_is_generator_prompt_seed() -> None:
    assert caption({"prompt": " Large effusion. ", "seed": 71}, "phantom-ldm") == "phantom-ldm · “Large effusion.” · seed 71"
    assert caption({"prompt": "", "seed": float("nan")}, "mine") == "mine"


def test_tiles_carry_edge_word_and_alternative_text() -> None:
    real, train = Tile("a", encode(film(1)), kind="real").item(), Tile("b", encode(film(1)), kind="train").item(pressed=True)
    assert (real["word"], train["word"]) == ("Real", "Training")
    assert real["edge"] != train["edge"] and train["pressed"] and not real["pressed"]
    assert real["alt"].startswith("Real chest X-ray")
    assert data_uri(encode(film(1), "WEBP")).startswith("data:image/webp;base64,")
    assert data_uri(None) == ""
