"""Numbers are written the same way everywhere."""

import math
from dataclasses import replace

import pytest

from bench_core.notation import arrow, compared, counted, duration, interval, number, perfect, sentence, side, size
from bench_core.registry import Target
from tests.pages.fake import metric_of

LOWER, HIGHER = metric_of("frechet_distance"), metric_of("coverage")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.182, "0.182"), (0.18249, "0.182"), (24.0, "24.0"), (0, "0"), (1234.5, "1,234"), (0.9996, "1.00"), (9.996, "10.0"), (-0.5, "-0.500"),
     (0.00012, "0.000120"), (0.0000123, "1.23e-05"), (None, "–"), (math.nan, "–"), (math.inf, "–"), (99.95, "100")],
)  # fmt: skip
def test_number_has_three_significant_digits(value: float | None, text: str) -> None:
    assert number(value) == text


def test_sentence_begins_with_what_compares_with_a_perfect_generator() -> None:
    row = {"value": 0.37, "low": 0.3451, "high": 0.3962, "matched": 0.5912, "null": 0.6018, "null_low": 0.5588, "null_high": 0.6461}
    assert sentence(row) == "0.591 · perfect 0.602 [0.559, 0.646] · all images 0.370 [0.345, 0.396]"
    assert compared(row) == 0.5912 and compared(row | {"null": math.nan}) == 0.37


def test_one_null_has_one_precision() -> None:
    beside = [{"value": v, "matched": v, "null": 0.7251} for v in (0.00391, 0.939, 3.6, 26.4, 1310.0)]
    assert {perfect(row) for row in beside} == {"perfect 0.725"}


def test_sentence_leaves_out_what_is_not_known() -> None:
    assert sentence({"value": 0.5, "low": None, "high": None, "null": math.nan}) == "0.500 · all images 0.500"
    assert sentence({"value": math.nan}) == "–"
    assert interval({"low": math.nan, "high": 1.0}) == ""


@pytest.mark.parametrize(("places", "text"), [(0, "0"), (1, "0.0"), (2, "0.00"), (3, "0.000"), (4, "-0.0001")])
def test_negative_zero_loses_its_sign(places: int, text: str) -> None:
    assert number(-0.0001, places) == text


def test_arrow_follows_the_goal_and_the_axis() -> None:
    assert arrow(LOWER) == "↓ better"
    assert arrow(LOWER, "x") == "← better"
    assert arrow(HIGHER) == "↑ better"
    assert arrow(HIGHER, "x") == "→ better"
    assert arrow(replace(LOWER, goal=Target(0.5))) == "best at 0.5"


@pytest.mark.parametrize(("matched", "low", "high"), [(4.0, "inside", "inside"), (2.0, "better", "worse"), (9.0, "worse", "better")])
def test_side_compares_the_matched_value_not_the_value(matched: float, low: str, high: str) -> None:
    row = {"value": 1e9, "matched": matched, "null_low": 3.0, "null_high": 5.0}
    assert side(row, LOWER) == low
    assert side(row, HIGHER) == high


def test_side_is_unknown_without_a_null() -> None:
    assert side({"matched": 1.0, "null_low": None, "null_high": None}, LOWER) == "unknown"


def test_durations_and_sizes_are_plain() -> None:
    assert [duration(s) for s in (0.2, 8.4, 130, 3900, None)] == ["under 1 s", "8 s", "2 min", "1 h 05 min", "unknown"]
    assert [size(b) for b in (512, 2_500, 31_000_000, 2e12)] == ["512 B", "2.5 kB", "31.0 MB", "2000 GB"]


def test_one_is_one() -> None:
    assert [counted(n, "image") for n in (0, 1, 2, 1200)] == ["0 images", "1 image", "2 images", "1,200 images"]
