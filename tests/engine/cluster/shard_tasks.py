"""Shards for tests of the executor; modules that Ray's processes can import."""

import os
import time
from pathlib import Path
from typing import Any

import ray

from bench_core.errors import UnknownName


def double(offset: int, task: int) -> int:
    return offset + 2 * task


def fails(task: int) -> int:
    raise UnknownName("encoder", f"pixel{task}", ["pixels"])


def marked(folder: str, task: int) -> tuple[int, str]:
    """Writes one line for each attempt, with node and process, then works for a moment."""
    node = ray.get_runtime_context().get_node_id()
    with (Path(folder) / f"{task}.txt").open("a") as file:
        file.write(f"{node}\n")
    time.sleep(1.0)
    return task * task, node


def dies(folder: str, task: int) -> Any:
    """Ends its process each time the second task is tried."""
    with (Path(folder) / f"{task}.txt").open("a") as file:
        file.write("tried\n")
    if task == 1:
        os._exit(1)
    return task


def sleeps(folder: str, task: int) -> None:
    """Says that it has begun, then works for longer than anybody waits."""
    (Path(folder) / f"{task}.txt").touch()
    while True:
        time.sleep(0.05)


def fails_first(task: int) -> int:
    if task == 0:
        raise UnknownName("encoder", "pixel", ["pixels"])
    return task
