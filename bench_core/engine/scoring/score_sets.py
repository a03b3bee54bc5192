"""All numbers of one synthetic set: which metrics can run, each measured, each a row. An error is a row too."""

import logging
import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from bench_core import registry
from bench_core.data import Result
from bench_core.engine.cluster.ray import OnRay
from bench_core.engine.cluster.where import executor
from bench_core.engine.scoring import protocol
from bench_core.engine.scoring.caveats import Warnings
from bench_core.engine.scoring.jobs import Job, announce, jobs_of
from bench_core.engine.scoring.repeats import Repeats
from bench_core.engine.scoring.repeats_on_cluster import FAULTS, done_far
from bench_core.engine.scoring.resamples import Resamples
from bench_core.engine.scoring.uncertainty import Begun, Done, Measured, Nulls
from bench_core.errors import BenchError, Cancelled, InputError, MissingPackage, NotPossible, TooFewImages
from bench_core.features import FeatureSet
from bench_core.features.place import Report, placed
from bench_core.spec import Choice

log = logging.getLogger(__name__)
Sets = Mapping[str, FeatureSet]
OnProgress = Callable[[int, int, str], None]


def score_sets(
    sets: Sets,
    *,
    metrics: Sequence[Choice] | None = None,
    seed: int = 0,
    intervals: bool = True,
    null: bool = True,
    mode: str = "corrected",
    native: Sets | None = None,
    nulls: Nulls | None = None,
    draws: MutableMapping[str, np.ndarray] | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[list[Result], dict[str, np.ndarray]]:
    """The numbers of a synthetic set, in the order asked for, and the per-image values by metric.

    Args:
        sets: `synthetic`, and `real` and `train` where there are any; or one subgroup of them from `subgroups`.
        metrics: None: all. Those that cannot run with these sets, and optional ones, become `skipped` rows; one that was named is an error.
        mode: `corrected`, or `compatible` with CheXGenBench's protocol (see engine/scoring/protocol.py), which has fewer metrics.
        native: in compatible mode, the whole sets without the squash, row by row, for the metrics that read those.
        draws: is filled with the draws of each metric that has them.
        null, nulls: see `uncertainty.measure`.
        on_progress: is told (metrics done, metrics in all, title of the next one, and in long passes how far those are).

    Raises:
        UnknownName, SettingError: a wrong request; nothing has been computed.
        NotPossible: a named metric needs something that is not there.
        InputError: sets that cannot be compared with each other.
        Cancelled: `cancelled` said so.
    """
    protocol.checked_mode(mode)
    for name in sets:
        if name not in registry.SETS:
            raise InputError(f"There is no set role {name!r}.", f"Roles are {', '.join(registry.SETS)}.")
    if mode == "compatible":
        sets = protocol.protocol_sets(sets)
    jobs = jobs_of(metrics, sets, native, mode)
    for job in jobs:
        if job.named and job.problem:
            raise NotPossible(f"{job.metric.id} cannot run: {job.problem}", "Or leave it out of the metrics.")
    announce(jobs, intervals)
    how = _How(seed, intervals, null, {} if nulls is None else nulls, mode, on_progress, cancelled)
    rows = _Scoring(sets, jobs, how).rows()
    if on_progress:
        on_progress(len(jobs), len(jobs), "Done")
    measured = {row.job.metric.id: row.measured for row in rows if row.measured is not None}
    if draws is not None:
        draws.update({metric: m.draws for metric, m in measured.items() if m.draws is not None})
    return [row.result for row in rows], {metric: m.score.per_image for metric, m in measured.items() if m.score.per_image is not None}


@dataclass(frozen=True)
class _How:
    seed: int
    intervals: bool
    null: bool
    nulls: Nulls
    mode: str
    on_progress: OnProgress | None
    cancelled: Callable[[], bool] | None


@dataclass(eq=False)
class _Row:
    """One metric on its way from a job to a result."""

    job: Job
    result: Result
    begun: Begun | None = None
    measured: Measured | None = None
    seconds: float = 0.0

    def end(self, status: Literal["skipped", "failed"], message: str) -> None:
        self.result, self.begun = replace(self.result, status=status, message=message), None


class _Scoring:
    """All metrics of one call. Values first and then all repeats where a cluster does these; else one metric after the other."""

    def __init__(self, sets: Sets, jobs: Sequence[Job], how: _How) -> None:
        self.sets, self.jobs, self.how = sets, jobs, how
        self.finding = next((s.finding for s in sets.values() if s.finding), "")
        self.resamples: dict[str, Resamples] = {}
        self.warnings = Warnings(sets)

    def rows(self) -> list[_Row]:
        """One row a metric, in the order of the jobs."""
        far = executor() if self.how.intervals else None
        rows = []
        for number, job in enumerate(self.jobs):
            done = number // 2 if far else number  # values are half of the work
            self._tell(done, job.metric.title)
            with placed(report=self._pass_progress(job.metric.title, done)):
                row = self._begin(job)
                if row.begun and not far:
                    self._carry_out(row, row.begun.here)
            rows.append(row)
        if far:
            self._repeat_far(far, rows)
        return [self._ended(row) for row in rows]

    def _begin(self, job: Job) -> _Row:
        """The value of a metric."""
        scored, settings, drawn = job.sets, job.settings, "" if job.sets is self.sets else job.metric.id
        if self.finding and "findings" in job.metric.settings.model_fields:
            # A finding against the rest needs the rest.
            scored, settings, drawn = {n: s.whole for n, s in self.sets.items()}, {**job.settings, "findings": self.finding}, "whole"
        row = _Row(job, _empty(replace(job, settings=settings, sets=scored), self.how.seed))
        if job.problem:
            row.end("skipped", f"{job.metric.title}: {job.problem}")
            return row
        subsets = self.resamples.setdefault(drawn, Resamples(scored, self.how.seed))

        def begin() -> None:
            for name in job.metric.reads:
                if len(scored[name]) < job.metric.min_samples:
                    few = f"{name} has n = {len(scored[name])} images; {job.metric.id} needs at least {job.metric.min_samples}."
                    raise TooFewImages(few)
            repeats = Repeats(job.metric, settings, subsets, self.how.cancelled)
            row.begun = Begun(repeats, self.how.intervals, self.how.null, self.how.nulls)

        _guarded(row, begin)
        return row

    def _carry_out(self, row: _Row, repeats: Callable[[], Done]) -> None:
        """Interval and null of a metric, from its repeats."""
        begun = row.begun
        assert begun is not None

        def conclude() -> None:
            row.measured = begun.concluded(repeats())

        _guarded(row, conclude)

    def _repeat_far(self, far: OnRay, rows: Sequence[_Row]) -> None:
        """The same for all metrics, on a cluster. What was altered for the compatible mode is not what the cluster knows by its id."""
        waiting = [row for row in rows if row.begun]
        known = [row for row in waiting if registry.metrics().get(row.job.metric.id) is row.job.metric]
        half = len(rows) - len(rows) // 2

        def on_shards(done: int, total: int) -> None:
            self._tell(len(rows) // 2 + half * done // max(total, 1), f"intervals and nulls, {done} of {total} shards")

        outcomes = done_far(far, [row.begun for row in known if row.begun], self.how.seed, on_shards, self._check)
        for row, outcome in zip(known, outcomes, strict=True):
            self._carry_out(row, outcome.read)
            row.seconds += outcome.seconds
        for row in waiting:
            if row not in known and row.begun:
                self._carry_out(row, row.begun.here)

    def _ended(self, row: _Row) -> _Row:
        """The row with its numbers, its warnings and how it came about."""
        result, measured = row.result, row.measured
        if measured is not None and not np.isfinite(measured.score.value):
            row.end("failed", f"{row.job.metric.title} is {measured.score.value}, not a number.")
            result, row.measured = row.result, None
        elif measured is not None:
            result = _filled(result, measured)
        if self.how.mode == "compatible":
            result = protocol.rounded(result, self.sets)
        if result.status == "ok":
            result = replace(result, message=f"{result.message} {self.warnings.beside(row.job.metric.reads)}".strip())
        subgroup = f"finding={self.finding}" if self.finding else "all"
        row.result = replace(result, mode=self.how.mode, subgroup=subgroup, seconds=row.seconds)
        return row

    def _check(self) -> None:
        if self.how.cancelled and self.how.cancelled():
            raise Cancelled("The run was cancelled.")

    def _tell(self, done: int, label: str) -> None:
        if self.how.on_progress:
            self.how.on_progress(done, len(self.jobs), label)

    def _pass_progress(self, title: str, done: int) -> Report:
        """What long work tells while a metric runs."""

        def report(share: float, what: str) -> None:
            self._check()
            self._tell(done, f"{title}: {what}, {share:.0%}")

        return report


def _empty(job: Job, seed: int) -> Result:
    """The row of a metric that has no value yet."""
    metric, sets = job.metric, job.sets
    sizes = {f"n_{name}": len(features) for name, features in sets.items()}
    return Result(
        metric=metric.id, family=metric.family, value=None, settings=job.settings, seed=seed, version=metric.version,
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
        log.exception("%s failed", row.job.metric.id)
        row.end("failed", f"{type(error).__name__}: {error}")
    finally:
        row.seconds += time.perf_counter() - start


def _filled(row: Result, m: Measured) -> Result:
    return replace(
        row, value=m.score.value, low=m.low, high=m.high, matched=m.matched, null=m.null, null_low=m.null_low, null_high=m.null_high,
        message=m.note, n_train=m.sizes.get("train"),
    )  # fmt: skip
