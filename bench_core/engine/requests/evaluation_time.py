"""How long evaluations will take, before they are asked for: as equal ones took here, else scaled, else a rough guess."""

from collections.abc import Iterator, Sequence
from statistics import median

from bench_core import registry
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.encoding.encode import missing_count
from bench_core.engine.generation.estimate import Estimate
from bench_core.engine.runs.evaluate import PER_METRIC
from bench_core.spec import EvaluateSpec
from bench_core.store.workspace import Workspace

GUESS = 0.1
"""Seconds that two processor cores take to encode an image of 256 pixels with a small network, and per unit of a metric (PER_METRIC)."""
BY_GROUP = 6.0
"""An evaluation by finding or view takes as many times as long as one overall: its groups are smaller, and each has its own null."""


def evaluation_time(workspace: Workspace, specs: Sequence[EvaluateSpec]) -> Estimate:
    """Seconds that these evaluations take one after the other, and in words how that is known.

    Against a reference that sets were judged against before, a set takes as long as those did, by its number of images: their nulls are
    kept. Against a new one the real and training images are encoded and nulls made first.
    """
    seconds, words = 0.0, ""
    seen: set[tuple[str, str | None]] = set()
    for spec in specs:
        each, words = _one(workspace, spec, first=(spec.real, spec.train) not in seen)
        if each is None:
            return Estimate(None, words)
        seconds += each
        seen.add((spec.real, spec.train))
    return Estimate(seconds, words)


def _one(workspace: Workspace, spec: EvaluateSpec, *, first: bool) -> tuple[float | None, str]:
    size = len(workspace.sets.open(spec.synthetic))
    same: dict[str, float] = {}  # seconds per image by set, the longest of each: what was there before takes no time again
    paces = []  # seconds per unit of the progress
    for before, seconds, units in _done(workspace, spec):
        alike = (before.real, before.train, before.subgroup) == (spec.real, spec.train, spec.subgroup)
        if alike and workspace.sets.is_complete(before.synthetic):
            each = seconds / max(1, len(workspace.sets.open(before.synthetic)))
            same[before.synthetic] = max(same.get(before.synthetic, 0.0), each)
        paces.append(seconds / max(1, units) * (_groups(spec) / _groups(before)))
    if same:
        return median(same.values()) * size, "as the last evaluations against this reference took"
    units = _units(workspace, spec, first=first)
    if paces:
        return max(paces) * units, "scaled from evaluations with this encoder here"
    if all(encoder_card(workspace.config, e).repo_id is None for e in spec.encoders):  # small ones, that come with the program
        return GUESS * units * _groups(spec), "a rough guess for two processor cores: nothing was evaluated with this encoder here yet"
    return None, "nothing was evaluated with this encoder here yet: evaluate one set first"


def _done(workspace: Workspace, spec: EvaluateSpec) -> Iterator[tuple[EvaluateSpec, float, int]]:
    """Evaluations with the same encoders, metrics and mode that were carried out: spec, seconds, units of the progress."""
    for row in workspace.runs.that_are_done("evaluate"):
        before = workspace.runs.spec_of(row)
        if isinstance(before, EvaluateSpec) and (before.encoders, before.metrics, before.mode) == (spec.encoders, spec.metrics, spec.mode):
            yield before, float(row["busy"] + row["finished"] - row["started"]), int(row["total"] or 0)


def _units(workspace: Workspace, spec: EvaluateSpec, *, first: bool) -> int:
    """What the progress bar of this evaluation counts: images to encode, and metrics."""
    sets = [spec.synthetic, *([i for i in (spec.real, spec.train) if i] if first else [])]
    cards = [encoder_card(workspace.config, e) for e in spec.encoders]
    metrics = len(spec.metrics) if spec.metrics is not None else len(registry.metrics())
    return sum(missing_count(workspace, workspace.sets.open(s), c) for s in sets for c in cards) + metrics * PER_METRIC * len(cards)


def _groups(spec: EvaluateSpec) -> float:
    return BY_GROUP if spec.subgroup else 1.0
