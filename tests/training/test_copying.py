"""phantom-copy's recipe on made films: what is compared, what is drawn, and that cosines follow structural similarity."""

import numpy as np
import pytest

from bench_core.training.copying import altered, evenly, fit_head, similarity


def test_similarity_is_one_for_the_same_picture_whatever_its_contrast_and_falls_as_pictures_part():
    rng = np.random.default_rng(0)
    pictures = rng.uniform(0, 255, (4, 64, 64))
    assert similarity(pictures, 0.5 * pictures + 30) == pytest.approx(np.ones(4), abs=1e-6)
    nearer, farther = (similarity(pictures, pictures + by * rng.standard_normal(pictures.shape)) for by in (10, 80))
    assert (farther < nearer).all() and (nearer < 1).all()


def test_what_is_compared_was_not_moved_and_what_is_seen_was():
    rng = np.random.default_rng(1)
    film, other = (np.kron(rng.integers(40, 215, (16, 16)), np.ones((16, 16))).astype(np.uint8) for _ in range(2))
    made, seen = zip(*(altered(film, other, rng) for _ in range(20)), strict=True)
    assert any((m == film).all() for m in made) and any((m != s).any() for m, s in zip(made, seen, strict=True))


def test_pairs_are_drawn_evenly_and_cosines_learn_to_follow():
    rng = np.random.default_rng(2)
    value = np.concatenate([np.full(900, 0.4), np.full(100, 0.9)])
    assert np.mean(value[evenly(value, 2000, rng)] == 0.9) == pytest.approx(0.5, abs=0.05)
    from bench_core.encoders.eye_copy import BANDS, WIDTHS

    pooled = rng.standard_normal((60, sum(WIDTHS) + BANDS * sum(WIDTHS[2:]))).astype(np.float32)
    pooled[30:] = pooled[:30] + 0.1 * rng.standard_normal((30, pooled.shape[1])).astype(np.float32)
    pairs = np.array([[i, i + 30] for i in range(30)] + [[i, (i + 7) % 30] for i in range(30)])
    wanted = np.repeat([0.95, 0.3], 30)
    head = fit_head(pooled, pairs, wanted, steps=30)
    import torch

    with torch.inference_mode():
        rows = head(torch.from_numpy(pooled)).numpy()
    cosine = np.einsum("nd,nd->n", rows[pairs[:, 0]], rows[pairs[:, 1]])
    assert cosine[:30].mean() > cosine[30:].mean() + 0.4
