"""What can be trained, by name."""

import pytest

from bench_core.errors import UnknownName
from bench_core.training import NAMES, train


def test_unknown_name_is_named() -> None:
    with pytest.raises(UnknownName, match="phantom-ldn"):
        train("phantom-ldn")
    from bench_core.training.bundled import RECIPES

    assert set(RECIPES) == set(NAMES)
