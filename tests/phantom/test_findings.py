"""Findings and their order."""

from bench_core.phantom import FINDINGS, Description


def test_labels_have_the_fixed_order() -> None:
    assert tuple(Description().labels) == FINDINGS and len(FINDINGS) == 14
