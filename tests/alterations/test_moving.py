import numpy as np

from bench_core.alterations import moving

FILM = np.random.default_rng(0).integers(0, 256, (40, 64)).astype(np.uint8)


def test_whole_pixels_move_and_the_edge_is_repeated():
    moved = moving.shifted(FILM, 3, -2)
    np.testing.assert_array_equal(moved[3:, :-2], FILM[:-3, 2:])
    assert (moved[:3, :-2] == FILM[:1, 2:]).all()
    np.testing.assert_array_equal(moving.shifted(FILM, 0, 0), FILM)
    np.testing.assert_array_equal(moving.mirrored(moving.mirrored(FILM)), FILM)


def test_turning_and_cropping_keep_the_middle_and_the_size():
    np.testing.assert_array_equal(moving.turned(FILM, 0), FILM)
    marked = np.zeros((41, 41), np.uint8)
    marked[20, 35] = 255
    turned = moving.turned(marked, 90)
    assert np.unravel_index(turned.argmax(), turned.shape) == (35, 20), "clockwise as one looks at it"
    cropped = moving.cropped(marked, 4)
    assert cropped.shape == marked.shape and abs(int(cropped.max(axis=0).argmax()) - round(20 + 15 * 41 / 33)) <= 1
    assert moving.shifted_anywhere(FILM, 5, np.random.default_rng(1)).shape == FILM.shape
