"""What is set aside from the garbage collector, and when."""

import gc
import itertools

import pytest

from pages.components.frame import garbage


@pytest.fixture
def freezes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(garbage, "_pages", itertools.count(1))
    monkeypatch.setattr(gc, "freeze", lambda: found.append(1))
    return found


def test_it_is_done_a_few_times_and_no_more(freezes: list[int]):
    for _ in range(3 * garbage.SETTLED[-1]):
        garbage.set_aside()
    assert len(freezes) == len(garbage.SETTLED)
