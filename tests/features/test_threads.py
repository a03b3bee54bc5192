"""Work over tiles on threads: every part once, errors are raised, the last of it is reported."""

import threading

import pytest

from bench_core.features import threads
from bench_core.features.place import placed
from bench_core.features.threads import each, spread, strips


@pytest.fixture(params=[1, 3])
def count(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(threads, "ALONE", 0)
    monkeypatch.setattr(threads, "LONG", 1)
    monkeypatch.setattr(threads, "threads", lambda: request.param)
    return int(request.param)


@pytest.mark.parametrize("rows", [0, 1, 256, 257, 1000])
def test_strips_cover_all_rows_once(rows: int) -> None:
    found = strips(rows)
    assert [row for part in found for row in range(part.start, part.stop)] == list(range(rows))
    assert all(part.stop - part.start <= threads.TILE[0] for part in found)


def test_each_part_is_done_once_by_the_same_thread_each_time(count: int) -> None:
    def run() -> list[tuple[int, int]]:
        done: list[tuple[int, int]] = []
        lock = threading.Lock()

        def work(part: slice, thread: int) -> None:
            with lock:
                done.append((part.start, thread))

        spread([slice(i, i + 1) for i in range(10)], work, 100)
        return sorted(done)

    assert run() == run() == [(i, i % count) for i in range(10)]


def test_an_error_of_one_thread_is_raised_and_the_rest_stops(count: int) -> None:
    done: list[int] = []

    def do(part: slice) -> None:
        done.append(part.start)
        raise ValueError("bad tile")

    with pytest.raises(ValueError, match="bad tile"):
        each(2560, 100, do)
    assert len(done) <= count


def test_who_watches_hears_of_the_end(count: int) -> None:
    heard: list[float] = []
    with placed(report=lambda share, what: heard.append(share)):
        each(1000, 1000, lambda part: None)
    assert heard[-1] == 1 and heard == sorted(heard)
