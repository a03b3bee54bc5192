"""The weights of phantom-copy, where they are: altered films stay near, other patients' films do not."""

import numpy as np
import pytest

from bench_core import phantom
from bench_core.alterations import grey, moving
from bench_core.cards import encoder_cards
from bench_core.encoders import encoder_backend, open_encoder


def test_altered_films_are_nearer_to_their_originals_than_to_any_other() -> None:
    card = encoder_cards()["phantom-copy"]
    lacking = encoder_backend(card).missing(card)
    if lacking:
        pytest.skip(lacking)
    table = phantom.cohort_table(phantom.REAL_SEED, films=40).drop_duplicates("subject_id")
    films = [film.image for film in phantom.render_many(table["image_id"].iloc[:6].tolist(), 1)]
    encoder, rng = open_encoder(card), np.random.default_rng(0)
    rows = encoder.encode(films)
    assert rows.shape == (6, card.dimensions) and encoder.encode_text(["a film"]) is None
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    apart = (rows @ rows.T)[~np.eye(6, dtype=bool)]
    for change in (lambda f: f, moving.mirrored, lambda f: moving.shifted(f, 2, 2), lambda f: grey.noisy(f, 8, rng)):
        near = np.diag(encoder.encode([change(film) for film in films]) @ rows.T)
        assert np.median(near) > np.median(apart) + 0.2


def test_a_head_that_is_not_there_is_told_with_the_command() -> None:
    card = encoder_cards()["phantom-copy"].model_copy(update={"head": "../weights/nowhere"})
    assert str(encoder_backend(card).missing(card)).endswith("python -m bench_core train nowhere")
