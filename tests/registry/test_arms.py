"""Arms are found by looking, in an order that reads well."""

import pytest

from bench_core import registry
from bench_core.errors import UnknownName


def test_the_baseline_is_first_and_controls_are_last() -> None:
    names = list(registry.arms())
    assert names[:2] == ["real_only", "synthetic_only"]
    controls = [registry.arms()[n].control for n in names]
    assert controls == sorted(controls)


def test_an_unknown_arm_names_the_closest_one() -> None:
    with pytest.raises(UnknownName, match="duplicates"):
        registry.find_arm("duplicate")
