import numpy as np

from bench_core.alterations import grey

RNG = np.random.default_rng(0)
FILM, OTHER = (RNG.integers(60, 200, (40, 64)).astype(np.uint8) for _ in range(2))


def test_levels_change_and_places_do_not():
    assert (grey.flatter(FILM, 0) == FILM).all() and grey.flatter(FILM, 100).std() == 0
    assert abs(float(np.std(grey.noisy(FILM, 8, RNG).astype(float) - FILM)) - 8) < 0.5
    assert grey.blurred(FILM, 2).std() < FILM.std() / 2
    np.testing.assert_array_equal(grey.as_film(np.array([[-3.0, 2.6, 300.0]])), [[0, 3, 255]])


def test_films_are_mixed_by_share_and_by_half():
    np.testing.assert_array_equal(grey.blended(FILM, OTHER, 0), FILM)
    np.testing.assert_array_equal(grey.blended(FILM, OTHER, 100), OTHER)
    mixed = grey.transplanted(FILM, OTHER, left=True)
    np.testing.assert_array_equal(mixed[:, :28], FILM[:, :28])
    np.testing.assert_array_equal(mixed[:, 36:], OTHER[:, 36:])
    assert grey.transplanted(FILM, OTHER[:20, :32], left=False).shape == FILM.shape, "a host of another size is brought to it"
