"""Whether the process of a worker is there: by its heartbeat, and on this machine by its number."""

import subprocess
import sys

from bench_core.store.workers import SILENT_SECONDS, lives, new_worker


def test_a_worker_of_this_process_lives_until_it_falls_silent() -> None:
    row = new_worker("w", True, "cpu")
    assert lives(row)
    assert not lives({**row, "heartbeat": row["heartbeat"] - SILENT_SECONDS - 1})


def test_a_process_that_is_gone_is_dead_at_once_here_and_after_its_silence_elsewhere() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    row = {**new_worker("w", True, "cpu"), "pid": ended.pid}
    ended.communicate()
    assert not lives(row)
    assert lives({**row, "host": "another machine"})


def test_a_killed_process_that_nobody_has_waited_for_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    row = {**new_worker("w", True, "cpu"), "pid": child.pid}
    assert lives(row)
    child.kill()
    assert child.stdout is not None and child.stdout.read() == b""  # it has ended, and is not waited for
    try:
        for _ in range(100_000):
            if not lives(row):
                break
        assert not lives(row)
    finally:
        child.communicate()
