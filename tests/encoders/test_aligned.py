"""The committed template: films and their moved copies get nearly one row."""

import numpy as np

from bench_core import phantom
from bench_core.alterations import grey, moving
from bench_core.cards import encoder_cards
from bench_core.encoders import encoder_backend, open_encoder


def test_copies_that_were_moved_or_mirrored_lie_nearest_to_their_originals() -> None:
    card = encoder_cards()["aligned-pixels"]
    assert encoder_backend(card).missing(card) is None
    table = phantom.cohort_table(phantom.REAL_SEED, films=40).drop_duplicates("subject_id")
    films = [film.image for film in phantom.render_many(table["image_id"].iloc[:6].tolist(), 1)]
    encoder, rng = open_encoder(card), np.random.default_rng(0)
    rows = encoder.encode(films)
    assert rows.shape == (6, card.dimensions)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    for change in (
        moving.mirrored, lambda f: moving.turned(f, 4), lambda f: moving.shifted(f, 5, -4), lambda f: moving.cropped(f, 8),
        lambda f: grey.flatter(f, 40), lambda f: grey.noisy(f, 8, rng),
    ):  # fmt: skip
        products = encoder.encode([change(film) for film in films]) @ rows.T
        assert (products.argmax(axis=1) == np.arange(6)).mean() >= 5 / 6
        assert np.median(np.diag(products)) > 0.95
