"""Tiles of images: differences, captions, edges."""

import io

import numpy as np
from PIL import Image

from pages.components.images.grids import Tile, caption, data_uri, difference_picture
from tests.pages.fake import encode, film


def test_difference_is_signed_and_black_where_equal() -> None:
    first, second = np.full((8, 8), 100, np.uint8), np.full((8, 8), 100, np.uint8)
    first[0, 0], second[7, 7] = 200, 200
    delta = np.asarray(Image.open(io.BytesIO(difference_picture(encode(first), encode(second)))))
    assert delta.shape == (8, 8, 3)
    assert delta[0, 0, 0] > delta[0, 0, 2] and delta[7, 7, 2] > delta[7, 7, 0]
    assert (delta[3, 3] == 0).all()


def test_difference_of_images_of_other_size_is_of_the_first_size() -> None:
    assert Image.open(io.BytesIO(difference_picture(encode(film(1, 64)), encode(film(2, 32))))).size == (64, 64)


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
