"""All numbers of one synthetic set: which metrics can run, each measured, each a row. An error is a row too."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from bench_core import registry
from bench_core.data import Result
from bench_core.engine.cluster.ray import OnRay
from bench_core.engine.scoring import protocol
from bench_core.engine.scoring.agenda import AgendaItem, agenda_of, announce
from bench_core.engine.scoring.caveats import Warnings, check_sets
from bench_core.engine.scoring.repeats import REPEATS, Repeats
from bench_core.engine.scoring.repeats_on_cluster import FAULTS, repeat_on_cluster
from bench_core.engine.scoring.resamples import Resamples
from bench_core.engine.scoring.uncertainty import Measurement, MeasurementPlan, Nulls, RepeatValues
from bench_core.errors import BenchError, Cancelled, InputError, MissingPackage, NotPossible, TooFewImages
from bench_core.features import Sets
from bench_core.features.place import Report, placed
from bench_core.records import Progress
from bench_core.spec import Scoring

log = logging.getLogger(__name__)
PARTS = 100
"""Parts of a metric, for progress."""
VALUE_PART = 0.3
"""Of the work of a metric with an interval and a null, that behind its value: passes over pairs of images, which the repeats then share."""
ALL = Scoring()
"""All metrics that can run, corrected, with intervals, seed 0."""


class Scores(NamedTuple):
    """The numbers of a synthetic set.

    Attributes:
        results: one row per metric, in the order asked for.
        per_image: (N,) the values of the images by metric, of those that have them.
        draws: (HALVES,) the values on half-samples by metric, of those that have them; see `uncertainty`.
    """

    results: list[Result]
    per_image: dict[str, np.ndarray]
    draws: dict[str, np.ndarray]


def score_sets(
    sets: Sets,
    scoring: Scoring = ALL,
    *,
    native: Sets | None = None,
    nulls: Nulls | bool = True,
    on_progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    executor: OnRay | None = None,
) -> Scores:
    """The numbers of a synthetic set. What is set around it (`features.place`) decides where pairs are compared, and nothing else.

    Args:
        sets: `synthetic`, and `real` and `train` where there are any; or one subgroup of them from `subgroups`.
        scoring: metrics that cannot run with these sets, and optional ones, become `skipped` rows; one that was named is an error. Mode
            `compatible` (see `protocol`) has fewer metrics.
        native: in compatible mode, the whole sets without the squash, row by row, for the metrics that read those.
        nulls: see `uncertainty.measure`.
        on_progress: is told (hundredths of metrics done, and in all, title of the next one, and in long passes how far those are).
        executor: takes the repeats behind intervals and nulls; None: this process does them.

    Raises:
        UnknownName, SettingError: a wrong request; nothing has been computed.
        NotPossible: a named metric needs something that is not there.
        InputError: sets that cannot be compared with each other.
        Cancelled: `cancelled` said so.
    """
    for name in sets:
        if name not in registry.SETS:
            raise InputError(f"There is no set role {name!r}.", f"Roles are {', '.join(registry.SETS)}.")
    check_sets(sets)
    with placed(report=None):  # who watches around this is told by `on_progress` alone
        return _scored(sets, scoring, native, _Surroundings({} if nulls is True else nulls, on_progress, cancelled, executor))


def _scored(sets: Sets, scoring: Scoring, native: Sets | None, around: "_Surroundings") -> Scores:
    if scoring.mode == "compatible":
        sets = protocol.protocol_sets(sets)
    items = agenda_of(scoring.metrics, sets, native, scoring.mode)
    for item in items:
        if item.named and item.problem:
            raise NotPossible(f"{item.metric.id} cannot run: {item.problem}", "Or leave it out of the metrics.")
    announce(items, scoring.intervals)
    rows = _ScoreTable(sets, items, scoring, around).rows()
    if around.on_progress:
        around.on_progress(PARTS * len(items), PARTS * len(items), "Done")
    measured = {row.item.metric.id: row.measurement for row in rows if row.measurement is not None}
    per_image = {metric: m.score.per_image for metric, m in measured.items() if m.score.per_image is not None}
    return Scores([row.result for row in rows], per_image, {metric: m.draws for metric, m in measured.items() if m.draws is not None})


@dataclass(frozen=True)
class _Surroundings:
    """What does not decide the numbers of one call; see `score_sets`."""

    nulls: Nulls | bool
    on_progress: Progress | None
    cancelled: Callable[[], bool] | None
    executor: OnRay | None


@dataclass(eq=False)
class _Row:
    """One metric on its way from the agenda to a result."""

    item: AgendaItem
    result: Result
    plan: MeasurementPlan | None = None
    measurement: Measurement | None = None
    seconds: float = 0.0

    def end(self, status: Literal["skipped", "failed"], message: str) -> None:
        self.result, self.plan = replace(self.result, status=status, message=message), None


class _ScoreTable:
    """All metrics of one call. Values first and then all repeats where a cluster does these; else one metric after the other."""

    def __init__(self, sets: Sets, items: Sequence[AgendaItem], scoring: Scoring, around: _Surroundings) -> None:
        self.sets, self.items, self.scoring, self.around = sets, items, scoring, around
        self.finding = next((s.finding for s in sets.values() if s.finding), "")
        self.resamples: dict[str, Resamples] = {}
        self.warnings = Warnings(sets)

    def rows(self) -> list[_Row]:
        """One row per metric, in the order of the agenda."""
        executor = self.around.executor if self.scoring.intervals else None
        rows = []
        for number, item in enumerate(self.items):
            done = number // 2 if executor else number  # values are half of the work
            self._say(done, item.metric.title)
            with placed(report=self._report_of(item.metric.title, done)):
                row = self._begin(item)
                if row.plan and not executor:
                    self._carry_out(row, row.plan.repeats_here)
            rows.append(row)
        if executor:
            self._repeat_on_cluster(executor, rows)
        return [self._ended(row) for row in rows]

    def _begin(self, item: AgendaItem) -> _Row:
        """The value of a metric."""
        scored, settings, drawn = item.sets, item.settings, "" if item.sets is self.sets else item.metric.id
        if self.finding and "findings" in item.metric.settings.model_fields:
            # A finding against the rest needs the rest.
            scored, settings, drawn = {n: s.whole for n, s in self.sets.items()}, {**item.settings, "findings": self.finding}, "whole"
        row = _Row(item, _empty(replace(item, settings=settings, sets=scored), self.scoring.seed))
        if item.problem:
            row.end("skipped", f"{item.metric.title}: {item.problem}")
            return row
        subsets = self.resamples.setdefault(drawn, Resamples(scored, self.scoring.seed))

        def begin() -> None:
            for name in item.metric.reads:
                if len(scored[name]) < item.metric.min_samples:
                    few = f"{name} has n = {len(scored[name])} images; {item.metric.id} needs at least {item.metric.min_samples}."
                    raise TooFewImages(few)
            repeats = Repeats(item.metric, settings, subsets, self.around.cancelled)
            row.plan = MeasurementPlan(repeats, self.scoring.intervals, self.around.nulls)

        _guarded(row, begin)
        return row

    def _carry_out(self, row: _Row, repeats: Callable[[], RepeatValues]) -> None:
        """Interval and null of a metric, from its repeats."""
        plan = row.plan
        assert plan is not None

        def conclude() -> None:
            row.measurement = plan.concluded(repeats())

        _guarded(row, conclude)

    def _repeat_on_cluster(self, executor: OnRay, rows: Sequence[_Row]) -> None:
        """The same for all metrics, on a cluster. What was altered for the compatible mode is not what the cluster knows by its id."""
        waiting = [row for row in rows if row.plan]
        known = [row for row in waiting if registry.metrics().get(row.item.metric.id) is row.item.metric]
        half = len(rows) - len(rows) // 2

        def on_progress(done: int, total: int, what: str) -> None:
            self._say(len(rows) // 2 + half * done // max(total, 1), f"{what}, {done} of {total} shards")

        plans = [row.plan for row in known if row.plan]
        outcomes = repeat_on_cluster(executor, plans, self.scoring.seed, on_progress, self._check)
        for row, outcome in zip(known, outcomes, strict=True):
            self._carry_out(row, outcome.read)
            row.seconds += outcome.seconds
        for row in waiting:
            if row not in known and row.plan:
                self._carry_out(row, row.plan.repeats_here)

    def _ended(self, row: _Row) -> _Row:
        """The row with its numbers, its warnings and how it came about."""
        result, measurement = row.result, row.measurement
        if measurement is not None and not np.isfinite(measurement.score.value):
            row.end("failed", f"{row.item.metric.title} is {measurement.score.value}, not a number.")
            result, row.measurement = row.result, None
        elif measurement is not None:
            result = _filled(result, measurement)
        if self.scoring.mode == "compatible":
            result = protocol.rounded(result, self.sets)
        if result.status == "ok":
            result = replace(result, message=f"{result.message} {self.warnings.beside(row.item.metric)}".strip())
        subgroup = f"finding={self.finding}" if self.finding else "all"
        row.result = replace(result, mode=self.scoring.mode, subgroup=subgroup, seconds=row.seconds)
        return row

    def _check(self) -> None:
        if self.around.cancelled and self.around.cancelled():
            raise Cancelled("The run was cancelled.")

    def _say(self, done: float, what: str) -> None:
        if self.around.on_progress:
            self.around.on_progress(int(PARTS * done), PARTS * len(self.items), what)

    def _report_of(self, title: str, done: int) -> Report:
        """Hears of long work while a metric runs: first of its value, then of the repeats behind its interval and its null."""
        reached = 0.0

        def report(share: float, what: str) -> None:
            nonlocal reached
            self._check()
            here = VALUE_PART + (1 - VALUE_PART) * share if what == REPEATS else VALUE_PART * share
            reached = max(reached, min(here, 1.0))
            self._say(done + reached, title if what == REPEATS else f"{title}: {what}, {share:.0%}")

        return report


def _empty(item: AgendaItem, seed: int) -> Result:
    """The row of a metric that has no value yet."""
    metric, sets = item.metric, item.sets
    sizes = {f"n_{name}": len(features) for name, features in sets.items()}
    return Result(
        metric=metric.id, family=metric.family, value=None, settings=item.settings, seed=seed, version=metric.version,
        encoder=next((s.encoder for s in sets.values()), ""), n_real=sizes.get("n_real"), n_synthetic=sizes.get("n_synthetic"),
        n_train=sizes.get("n_train"),
    )  # fmt: skip


def _guarded(row: _Row, do: Callable[[], None]) -> None:
    """A part of the work of one metric: what goes wrong becomes its row, except for what makes the whole request wrong."""
    start = time.perf_counter()
    try:
        do()
    except (TooFewImages, MissingPackage) as error:
        row.end("skipped", str(error))
    except (Cancelled, InputError):
        raise
    except BenchError as error:
        row.end("failed", str(error))
    except FAULTS as error:
        log.exception("%s failed", row.item.metric.id)
        row.end("failed", f"{type(error).__name__}: {error}")
    finally:
        row.seconds += time.perf_counter() - start


def _filled(row: Result, m: Measurement) -> Result:
    return replace(
        row, value=m.score.value, low=m.low, high=m.high, matched=m.matched, null=m.null, null_low=m.null_low, null_high=m.null_high,
        message=m.note, n_train=m.sizes.get("train"),
    )  # fmt: skip
