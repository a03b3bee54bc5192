"""Small plots."""

import re

import pytest

from bench_core.handover.report.plot import Axis, Plot, dot, tag, ticks


@pytest.mark.parametrize(
    ("axis", "expected"),
    [(Axis("", 0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
     (Axis("", -3, 7), [-2, 0, 2, 4, 6]), (Axis("", 0.01, 100, "log"), [0.01, 0.1, 1, 10, 100])],
)  # fmt: skip
def test_ticks_are_round(axis: Axis, expected: list[float]) -> None:
    assert ticks(axis, 400) == expected


def test_ticks_of_a_long_scale_are_apart_and_hold_zero() -> None:
    found = ticks(Axis("", -200, 200, "asinh"), 480)
    assert 0 in found and found == sorted(found) and found == [-v for v in reversed(found)] and max(found) >= 100


def test_places_and_words() -> None:
    plot = Plot("p", "a <plot>", Axis("x", 0, 10), Axis("y", 0, 1), width=200, height=100, left=50, bottom=30)
    assert plot.place(0, 0) == (50, 70) and plot.place(10, 1) == (186, 12)
    plot.mark(5, 0.5, dot("worse"), "<b> & co")
    plot.box((0, 5), (0, 1), "null")
    drawn = str(plot.svg())
    assert "&lt;b&gt; &amp; co" in drawn and 'aria-label="a &lt;plot&gt;"' in drawn
    assert 'data-at="118.0,41.0"' in drawn and re.search(r'x="50.0" y="12.0" width="68.0" height="58.0"', drawn)


def test_an_axis_of_one_value_is_drawn() -> None:
    assert Axis("", 2, 2).ends() == (1.5, 2.5) and ticks(Axis("", 2, 2), 100)


def test_attributes_are_escaped() -> None:
    assert str(tag("text", "<", class_='"x', text_anchor="end")) == '<text class="&#34;x" text-anchor="end">&lt;</text>'
