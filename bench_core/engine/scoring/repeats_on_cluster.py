"""The repeats behind intervals and nulls on a Ray cluster: all those of one scoring are shards of one round."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.engine.cluster.ray import OnRay
from bench_core.engine.scoring.repeats import Repeats
from bench_core.engine.scoring.resamples import Resamples
from bench_core.engine.scoring.uncertainty import MeasurementPlan, RepeatValues
from bench_core.errors import BenchError, TooFewImages
from bench_core.features import Sets
from bench_core.records import Progress

AT_ONCE = 5
"""Repeats of a shard, which take milliseconds each."""
LARGE = 5_000
"""Images of a set above which one repeat is enough for a shard."""
FAULTS = (BenchError, ArithmeticError, ValueError, np.linalg.LinAlgError, MemoryError)
"""What ends one metric, not the run."""
Task = tuple[int, str, range]
"""Number of the metric, kind of the repeats, and which of them."""


@dataclass
class RepeatWork:
    """What the repeats of one scoring need, in each process.

    Attributes:
        sets: groups of sets that metrics read.
        metrics: of each metric its id, its settings on subsets, and the number of its sets.
    """

    sets: Sequence[Sets]
    seed: int
    metrics: Sequence[tuple[str, Mapping[str, Any], int]]

    @cached_property
    def repeats(self) -> list[Repeats]:
        """One per metric; those that read the same sets share the subsets."""
        drawn = [Resamples(sets, self.seed) for sets in self.sets]
        return [Repeats(registry.find_metric(metric), settings, drawn[number]) for metric, settings, number in self.metrics]


def repeat(work: RepeatWork, task: Task) -> tuple[list[Any] | Exception, float]:
    """Some repeats of one metric, or what ended them, and the seconds that they took."""
    number, kind, numbers = task
    began = time.perf_counter()
    found: list[Any] | Exception
    try:
        found = work.repeats[number].carried_out(kind, numbers)
    except FAULTS as error:
        found = error
    return found, time.perf_counter() - began


@dataclass
class Outcome:
    """What came back of one metric."""

    done: dict[str, list[Any] | TooFewImages]
    fault: Exception | None = None
    seconds: float = 0.0

    def add(self, kind: str, found: list[Any] | Exception, seconds: float) -> None:
        """Takes in the next repeats of a kind."""
        self.seconds += seconds
        before = self.done.setdefault(kind, [])
        if isinstance(found, TooFewImages):
            self.done[kind] = before if isinstance(before, TooFewImages) else found
        elif isinstance(found, Exception):
            self.fault = self.fault or found
        elif not isinstance(before, TooFewImages):
            before += found

    def read(self) -> RepeatValues:
        """All repeats.

        Raises:
            Exception: what ended one of them, unless that were too few images.
        """
        if self.fault:
            raise self.fault
        return self.done


def repeat_on_cluster(
    executor: OnRay, plans: Sequence[MeasurementPlan], seed: int, on_progress: Progress, check: Callable[[], None]
) -> list[Outcome]:
    """The repeats of metrics of the registry.

    Args:
        on_progress: is told how many shards are done, of how many.
        check: is called while waiting; may raise to stop.
    """
    drawn = {id(one.repeats.resamples): one.repeats.resamples for one in plans}
    places = {name: place for place, name in enumerate(drawn)}
    metrics = [(one.repeats.metric.id, dict(one.repeats.settings), places[id(one.repeats.resamples)]) for one in plans]
    large = any(len(features) > LARGE for one in drawn.values() for features in one.sets.values())
    step = 1 if large else AT_ONCE
    tasks = [
        (number, kind, range(start, min(start + step, count + 1)))
        for number, one in enumerate(plans)
        for kind, count in one.wanted.items()
        for start in range(1, count + 1, step)
    ]
    finished = 0

    def on_done(*_: Any) -> None:
        nonlocal finished
        finished += 1
        on_progress(finished, len(tasks), "intervals and nulls")

    work = RepeatWork([one.sets for one in drawn.values()], seed, metrics)
    outcomes = [Outcome({}) for _ in plans]
    for (number, kind, _), (found, seconds) in zip(tasks, executor.map(repeat, tasks, [work], on_done=on_done, check=check), strict=True):
        outcomes[number].add(kind, found, seconds)
    return outcomes
