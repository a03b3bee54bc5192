"""The embedded study."""

from __future__ import annotations

from bench_core.api.workspace import open_workspace
from bench_core.records import DemoState, Progress


def demo_state() -> DemoState:
    """How far `prepare_demo` is."""
    from bench_core.jobs.demo import state

    return state(open_workspace())


def start_demo() -> None:
    """Starts `prepare_demo` in a process of its own and returns at once; `demo_state` says how far it is."""
    from bench_core.jobs.processes import start_demo

    start_demo(open_workspace().config)


def prepare_demo(on_progress: Progress | None = None) -> None:
    """Makes the embedded study: the simulated cohort, the seven synthetic sets and their numbers. What is there is not made again."""
    from bench_core.jobs.demo import prepare

    prepare(open_workspace(), on_progress)
