"""How the work of an evaluation is shared out between its metrics."""

import pytest

from bench_core.engine.scoring.costs import shares_done


def test_slow_metrics_count_more_and_unknown_ones_as_the_middle():
    done = shares_done(["a", "b", "c", "d"], ["c"], {"a": 1.0, "b": 6.0, "c": 99.0})
    assert done == pytest.approx([0, 1 / 10.5, 7 / 10.5, 7 / 10.5, 1])


def test_nothing_known_and_nothing_to_do():
    assert shares_done(["a", "b"], [], {}) == pytest.approx([0, 0.5, 1])
    assert shares_done(["a", "b"], ["a", "b"], {}) == pytest.approx([0, 0.5, 1])
