"""Shards that nobody waits for end, and telling them so harms nobody."""

import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bench_core.engine.cluster import stopping
from bench_core.engine.cluster.ray import OnRay
from bench_core.engine.cluster.stopping import StopSign
from bench_core.errors import Cancelled, UnknownName
from tests.engine.cluster import shard_tasks


@pytest.fixture
def interrupts() -> Iterator[None]:
    """Ctrl-C means afterwards what it meant before."""
    known = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, known)


def test_shards_that_end_just_then_do_not_end_the_process(executor: OnRay) -> None:
    """The first one fails while others begin, work and end."""
    for _ in range(4):
        with pytest.raises(UnknownName):
            executor.map(shard_tasks.fails_first, range(6))
    assert executor.map(shard_tasks.double, range(3), [0]) == [0, 2, 4]


def test_a_shard_that_begins_after_the_sign_does_nothing(executor: OnRay) -> None:
    sign = StopSign()
    with sign.heeded():
        assert not sign.is_up()
    sign.put_up()
    with pytest.raises(Cancelled), sign.heeded():
        pytest.fail("it began")


@pytest.mark.parametrize("before", [signal.default_int_handler, signal.SIG_IGN], ids=["in a terminal", "started in the background"])
def test_a_shard_at_work_is_interrupted_and_one_that_is_done_is_not(
    executor: OnRay, monkeypatch: pytest.MonkeyPatch, before: Callable[..., object] | signal.Handlers, interrupts: None
) -> None:
    signal.signal(signal.SIGINT, before)
    monkeypatch.setattr(stopping, "LOOK_SECONDS", 0.02)
    sign = StopSign()
    threading.Timer(0.1, sign.put_up).start()
    with pytest.raises(Cancelled), sign.heeded():
        for _ in range(3000):
            time.sleep(0.01)
    late = StopSign()
    with late.heeded():
        pass
    late.put_up()
    time.sleep(0.1)  # an interrupt would come now
