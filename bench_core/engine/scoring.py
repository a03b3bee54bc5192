"""All numbers of one synthetic set: which metrics can run, each measured, each a row. An error is a row too."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.data import FINDINGS, ImageSet, Result
from bench_core.engine import compatible
from bench_core.engine.resamples import Resamples
from bench_core.engine.uncertainty import Measured, Nulls, measure
from bench_core.engine.warnings import Warnings
from bench_core.errors import BenchError, Cancelled, InputError, MissingPackage, NotPossible, TooFewImages
from bench_core.features import FeatureSet
from bench_core.passes import Report, watched
from bench_core.registry import Metric
from bench_core.settings_model import check
from bench_core.spec import Choice

log = logging.getLogger(__name__)
Sets = Mapping[str, FeatureSet]
VIEWS: Mapping[str, tuple[str, ...]] = {"AP": ("AP",), "PA": ("PA",), "lateral": ("LATERAL", "LL", "RL")}
"""The views that are told apart, by the words of MIMIC-CXR for them."""
FEWEST_EQUAL = 30
"""Images that a subgroup must have in each set to count when all subgroups are cut to the size of the smallest one."""


@dataclass(frozen=True)
class _Job:
    metric: Metric
    settings: dict[str, Any]
    named: bool
    sets: Sets
    problem: str
    """Why it cannot run; empty if it can."""


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
    on_progress: Callable[[int, int, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[list[Result], dict[str, np.ndarray]]:
    """The numbers of a synthetic set, in the order asked for, and the per-image values by metric.

    Args:
        sets: `synthetic`, and `real` and `train` where there are any; or one subgroup of them from `subgroups`.
        metrics: None: all. Those that cannot run with these sets, and optional ones, become `skipped` rows; one that was named is an error.
        mode: `corrected`, or `compatible` with CheXGenBench's protocol (see engine/compatible.py), which has fewer metrics.
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
    compatible.checked_mode(mode)
    for name in sets:
        if name not in registry.SETS:
            raise InputError(f"There is no set role {name!r}.", f"Roles are {', '.join(registry.SETS)}.")
    if mode == "compatible":
        sets = compatible.protocol_sets(sets)
    jobs = _jobs(metrics, sets, native, mode)
    for job in jobs:
        if job.named and job.problem:
            raise NotPossible(f"{job.metric.id} cannot run: {job.problem}", "Or leave it out of the metrics.")
    finding = next((s.finding for s in sets.values() if s.finding), "")
    resamples: dict[str, Resamples] = {}
    warnings = Warnings(sets)
    _announce(jobs, intervals)
    results, per_image = [], {}
    for done, job in enumerate(jobs):
        if on_progress:
            on_progress(done, len(jobs), job.metric.title)
        scored, settings, drawn = job.sets, job.settings, "" if job.sets is sets else job.metric.id
        if finding and "findings" in job.metric.settings.model_fields:
            # A finding against the rest needs the rest.
            scored, settings, drawn = {n: s.whole for n, s in sets.items()}, {**job.settings, "findings": finding}, "whole"
        subsets = resamples.setdefault(drawn, Resamples(scored, seed))
        start = time.perf_counter()
        how = {"seed": seed, "intervals": intervals, "null": null, "nulls": nulls, "cancelled": cancelled}
        with watched(_pass_progress(job.metric.title, done, len(jobs), on_progress, cancelled)):
            result, measured = _score_one(replace(job, settings=settings, sets=scored), how, subsets)
        if mode == "compatible":
            result = compatible.rounded(result, sets)
        subgroup = f"finding={finding}" if finding else "all"
        if result.status == "ok":
            result = replace(result, message=f"{result.message} {warnings.beside(job.metric.reads)}".strip())
        results.append(replace(result, mode=mode, subgroup=subgroup, seconds=time.perf_counter() - start))
        if measured is not None and measured.score.per_image is not None:
            per_image[job.metric.id] = measured.score.per_image
        if measured is not None and measured.draws is not None and draws is not None:
            draws[job.metric.id] = measured.draws
    if on_progress:
        on_progress(len(jobs), len(jobs), "Done")
    return results, per_image


def subgroups(sets: Sets, by: str = "finding", *, equal_n: bool = False, seed: int = 0) -> Iterator[tuple[str, dict[str, FeatureSet]]]:
    """The subgroups of the sets: the images that have a finding (`finding=Pneumonia`), or a view (`view=AP`).

    Subgroups differ in size by orders of magnitude, and most values depend on it. Two things may be compared between them as they are:
    kernel_distance, which is free of n, and how far `matched` lies from its null, since both are measured at one size. Nothing is thrown
    away by default, because a cut to the rarest finding leaves too little to see anything. `equal_n` makes values themselves comparable.

    Metrics that read labels score a finding against the rest: `score_sets` gives them the whole sets.

    Args:
        equal_n: cut each set of all subgroups to one size, that of the smallest subgroup of FEWEST_EQUAL images or more; smaller ones stay.

    Raises:
        InputError: a grouping that is not there.
    """
    if by == "finding":
        found = {f: {name: features.label(f) == 1 for name, features in sets.items()} for f in FINDINGS}
    elif by == "view":
        seen = {name: views(features.images, features.rows) for name, features in sets.items()}
        found = {view: {name: of == view for name, of in seen.items()} for view in VIEWS}
    else:
        raise InputError(f"There is no grouping by {by!r}.", "Use 'finding' or 'view'.")
    groups = {}
    for value, members in found.items():
        if all(rows.any() for rows in members.values()):
            finding = value if by == "finding" else ""
            groups[value] = {name: sets[name].take(np.flatnonzero(rows), finding=finding) for name, rows in members.items()}
    for name in sets if equal_n else ():
        size = min((len(members[name]) for members in groups.values() if len(members[name]) >= FEWEST_EQUAL), default=0)
        for members in groups.values():
            if size:
                members[name] = Resamples(members, seed).cut(members[name], size, 0)
    for value, members in groups.items():
        yield f"{by}={value}", members


def views(images: ImageSet | None, rows: np.ndarray) -> np.ndarray:  # (N,) of str
    """The view of those images, one of VIEWS; empty where it is unknown, or another one."""
    names = {word: view for view, words in VIEWS.items() for word in words}
    if images is None or "view" not in images.table:
        return np.full(len(rows), "", dtype=object)
    return np.array([names.get(str(v).strip().upper(), "") for v in images.table["view"].iloc[rows]], dtype=object)


def members(images: ImageSet, subgroup: str) -> list[str]:
    """See `api.members`."""
    by, _, value = subgroup.partition("=")
    if by not in ("finding", "view"):
        raise InputError(f"There is no grouping by {by!r}.", "Use 'finding' or 'view'.")
    chosen = images.labels(value) == 1 if by == "finding" else views(images, np.arange(len(images))) == value
    return images.table["image_id"][chosen].tolist()


def _jobs(metrics: Sequence[Choice] | None, sets: Sets, native: Sets | None, mode: str) -> list[_Job]:
    known = registry.metrics().values()
    wanted = [Choice(id=m.id, optional=True) for m in known] if metrics is None else metrics
    jobs = []
    for choice in wanted:
        metric, given = registry.find_metric(choice.id), choice.settings
        checked = check(metric.settings, given, f"Metric {metric.id!r}")
        settings, read, problem = checked.model_dump(), sets, ""
        if mode == "compatible" and metric.id not in compatible.RULES:
            problem = "CheXGenBench's protocol does not have it."
        elif mode == "compatible":
            compatible.check_settings(metric, checked.model_dump(include=set(given)))
            metric, settings, read = compatible.applied(metric, sets, native)
        problem = problem or _missing(metric, read)
        jobs.append(_Job(metric, settings, not choice.optional, read, problem))
    return jobs


def _announce(jobs: Sequence[_Job], intervals: bool) -> None:
    """Tells the sets what metrics with neighbourhoods will ask, so that each two sets are compared in one pass."""
    for job in jobs:
        sets = job.sets
        names = [name for name in job.metric.reads if name in sets]
        if "k" not in job.settings or job.problem:
            continue
        if intervals and "real" in sets:
            names = sorted({*names, "real"})  # it plays the candidate in the null
        for one, other in permutations(names, 2):
            if sets[one].whole is not sets[other].whole:
                sets[one].expect(sets[other], job.settings["k"], subsets=intervals)


def _pass_progress(
    title: str, done: int, total: int, on_progress: Callable[[int, int, str], None] | None, cancelled: Callable[[], bool] | None
) -> Report:
    """What long work tells while a metric runs."""

    def report(share: float, what: str) -> None:
        if cancelled and cancelled():
            raise Cancelled("The run was cancelled.")
        if on_progress:
            on_progress(done, total, f"{title}: {what}, {share:.0%}")

    return report


def _missing(metric: Metric, sets: Sets) -> str:
    """What a metric needs and the sets do not have; empty if nothing."""
    absent = [name for name in metric.reads if name not in sets]
    if absent:
        return f"it needs the set {' and the set '.join(repr(a) for a in absent)}, which was not given. Give it too."
    if "text" in metric.needs and sets["synthetic"].text is None:
        return "it needs the prompts of the synthetic images and an encoder that reads text. Evaluate an image set with such an encoder."
    if "images" in metric.needs and any(sets[name].images is None for name in metric.reads):
        return "it needs the images themselves, not only their features. Import the images and evaluate them."
    if "logits" in metric.needs and not sets["synthetic"].logits:
        return f"it needs class logits, and {sets['synthetic'].encoder} gives features. Choose a classifier as encoder."
    if "vectors" in metric.needs and not all(sets[name].vectors for name in metric.reads):
        encoder = sets[metric.reads[0]].encoder
        return f"it needs features that can be averaged, and {encoder} gives codes. Choose another encoder, or a metric of distances."
    if "labels" in metric.needs:
        for name in metric.reads:
            if all(np.isnan(sets[name].label(f)).all() for f in FINDINGS):
                return f"it needs finding labels, and the {name} set has none. Evaluate images that were imported with columns of findings."
    return ""


def _score_one(job: _Job, how: dict[str, Any], resamples: Resamples) -> tuple[Result, Measured | None]:
    """One row, whatever happens, except for what makes the whole request wrong."""
    metric, sets = job.metric, job.sets
    sizes = {f"n_{name}": len(features) for name, features in sets.items()}
    row = Result(
        metric=metric.id, family=metric.family, value=None, settings=job.settings, seed=how["seed"], version=metric.version,
        encoder=next((s.encoder for s in sets.values()), ""), n_real=sizes.get("n_real"), n_synthetic=sizes.get("n_synthetic"),
        n_train=sizes.get("n_train"),
    )  # fmt: skip
    if job.problem:
        return replace(row, status="skipped", message=f"{metric.title}: {job.problem}"), None
    try:
        for name in metric.reads:
            if len(sets[name]) < metric.min_samples:
                raise TooFewImages(f"{name} has n = {len(sets[name])} images; {metric.id} needs at least {metric.min_samples}.")
        measured = measure(metric, sets, settings=job.settings, resamples=resamples, **how)
    except (TooFewImages, MissingPackage) as error:
        return replace(row, status="skipped", message=str(error)), None
    except (Cancelled, InputError):
        raise
    except BenchError as error:
        return replace(row, status="failed", message=str(error)), None
    except (ArithmeticError, ValueError, np.linalg.LinAlgError, MemoryError) as error:
        log.exception("%s failed", metric.id)
        return replace(row, status="failed", message=f"{type(error).__name__}: {error}"), None
    if not np.isfinite(measured.score.value):
        return replace(row, status="failed", message=f"{metric.title} is {measured.score.value}, not a number."), None
    return _filled(row, measured), measured


def _filled(row: Result, m: Measured) -> Result:
    return replace(
        row, value=m.score.value, low=m.low, high=m.high, matched=m.matched, null=m.null, null_low=m.null_low, null_high=m.null_high,
        message=m.note, n_train=m.sizes.get("train"),
    )  # fmt: skip
