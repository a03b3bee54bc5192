"""Waiting for what worker processes do."""

import time
from collections.abc import Callable

import pytest

from bench_core import api

WAIT = 240.0


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        failed = (api.runs(50)["status"] == "failed").any()  # no test here waits for that
        if failed or time.monotonic() > end:
            said = [(run.name, run.status, run.done, run.message, run.error) for run in map(api.run, api.runs(50)["id"])]
            pytest.fail(f"waited in vain; runs: {said}, workers: {api.workers().to_dict('records')}")
        time.sleep(0.05)
