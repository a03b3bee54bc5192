"""What the benchmark of viewers says; pages themselves are opened by the browser tests."""

import asyncio
import os
import socket
from types import SimpleNamespace

from benchmarks import viewers


def site(port: int = 1) -> viewers.Site:
    return viewers.Site(port, SimpleNamespace(pid=os.getpid()))  # type: ignore[arg-type]


def test_the_table_has_a_row_a_page_and_one_for_all() -> None:
    measured = site()
    measured.waits = {"": [0.1, 0.3], "data": [0.2], "queue": []}
    lines = viewers.table(measured, 0.123, [447.2, 450.0, 467.4])
    assert lines[2:5] == ["| overview | 2 | 0.20 | 0.29 |", "| data | 1 | 0.20 | 0.20 |", "| all | 3 | 0.20 | 0.29 |"]
    assert lines[-1].startswith("processor time of a page: 0.12 s") and "447, 450, 467 MB; failed: 0" in lines[-1]


def test_a_site_that_does_not_answer_is_a_failure_and_not_a_short_wait() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        measured = site(held.getsockname()[1])
        assert asyncio.run(measured.look("data")) == viewers.LONGEST and measured.failures == 1


def test_processor_time_and_memory_are_those_of_the_process() -> None:
    measured = site()
    before = measured.processor_seconds()
    sum(range(3_000_000))
    assert measured.processor_seconds() >= before > 0 and measured.megabytes() > 10
