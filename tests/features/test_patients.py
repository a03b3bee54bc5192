"""Patients on both sides."""

from bench_core.features import UNNAMED
from bench_core.features.patients import shared_patients


def test_named_patients_are_compared_as_text_and_unnamed_ones_are_nobody() -> None:
    assert shared_patients([17, "a", "b", f"{UNNAMED}3"], ["17", "b", f"{UNNAMED}3", "c"]) == ["17", "b"]
