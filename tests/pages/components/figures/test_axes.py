"""Axes hold what is drawn, and their ticks are written in full."""

import numpy as np

from pages.components.figures.axes import extent, log_ticks


def test_log_ticks_are_written_in_full_and_within_reach() -> None:
    ticks = log_ticks(np.array([4.0, 60.0]))
    assert "10" in ticks["ticktext"] and "50" in ticks["ticktext"]
    assert all(1.9 < t < 121 for t in ticks["tickvals"])


def test_an_axis_holds_points_bars_and_band_and_shows_zero_where_it_is_near() -> None:
    low, high = extent(np.array([0.2, 0.6]), np.array([0.1, 0.9, np.nan]), log=False) or []
    assert low <= 0 and high > 0.9
    low, high = extent(np.array([0.85, 0.95]), np.array([0.8, 1.0]), log=False) or []
    assert 0.7 < low < 0.8 and high > 1.0


def test_a_band_that_reaches_zero_does_not_dwarf_a_logarithmic_axis() -> None:
    low, high = extent(np.array([0.5, 25.0]), np.array([1e-12, 1.7, 34.0]), log=True) or []
    assert 10**low > 0.5 / 5 and 34 < 10**high < 60
