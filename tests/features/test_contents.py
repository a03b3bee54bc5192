"""Orders by content."""

import numpy as np

from bench_core.features.contents import content_codes


def test_equal_rows_have_equal_codes_whatever_the_order() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(60, 5)).astype(np.float32)
    values[40:] = values[:20]
    values[0, 0] = values[40, 0] = 0.0
    values[40, 0] *= -1
    codes = content_codes(values)
    assert np.array_equal(codes[40:], codes[:20]) and sorted(set(codes)) == list(range(40))
    turned = rng.permutation(60)
    assert np.array_equal(content_codes(values[turned]), codes[turned])


def test_last_digits_move_no_order() -> None:
    """Bytes of a float begin with its last digits: an order by them is another one on every processor."""
    values = np.random.default_rng(1).normal(size=(500, 64)).astype(np.float32)
    noisy = values * (1 + 1e-7 * np.random.default_rng(2).normal(size=values.shape)).astype(np.float32)
    assert (content_codes(values) == content_codes(noisy)).mean() > 0.98
