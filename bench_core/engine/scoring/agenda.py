"""Which metrics a scoring computes, on which sets, and which of them cannot run."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.data import FINDINGS
from bench_core.engine.scoring import protocol
from bench_core.features import FeatureSet, Sets
from bench_core.registry import Metric
from bench_core.reports.reading import has_texts
from bench_core.settings_model import check
from bench_core.spec import Choice


@dataclass(frozen=True)
class AgendaItem:
    """One metric of a request.

    Attributes:
        named: it was asked for by name, so that not being able to run is an error.
        sets: those that it reads, and the others.
        problem: why it cannot run; empty if it can.
    """

    metric: Metric
    settings: dict[str, Any]
    named: bool
    sets: Sets
    problem: str


def agenda_of(metrics: Sequence[Choice] | None, sets: Sets, native: Sets | None, mode: str) -> list[AgendaItem]:
    """The metrics asked for (None: all), in their order; arguments and errors as in `scoring.score_sets`."""
    known = registry.metrics().values()
    wanted = [Choice(id=m.id, optional=True) for m in known] if metrics is None else metrics
    items = []
    for choice in wanted:
        metric, given = registry.find_metric(choice.id), choice.settings
        checked = check(metric.settings, given, f"Metric {metric.id!r}")
        settings, read, problem = checked.model_dump(), sets, ""
        if mode == "compatible" and metric.id not in protocol.RULES:
            problem = "CheXGenBench's protocol does not have it."
        elif mode == "compatible":
            protocol.check_settings(metric, checked.model_dump(include=set(given)))
            metric, settings, read = protocol.applied(metric, sets, native)
        problem = problem or _missing(metric, read)
        items.append(AgendaItem(metric, settings, not choice.optional, read, problem))
    return items


def announce(items: Sequence[AgendaItem], intervals: bool) -> None:
    """Tells the sets what metrics with neighbourhoods will ask, so that each two sets are compared in one pass."""
    for item in items:
        sets = item.sets
        names = [name for name in item.metric.reads if name in sets]
        if "k" not in item.settings or item.problem:
            continue
        if intervals and "real" in sets:
            names = sorted({*names, "real"})  # it plays the candidate in the null
        for one, other in permutations(names, 2):
            if sets[one].whole is not sets[other].whole:
                sets[one].expect(sets[other], item.settings["k"], subsets=intervals)


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
    return _missing_findings(metric, sets)


def _missing_findings(metric: Metric, sets: Sets) -> str:
    """The same of what sets say of findings."""
    for name in metric.reads:
        labelled = _labelled(sets[name])
        if "labels" in metric.needs and not labelled:
            return f"it needs finding labels, and the {name} set has none. Evaluate images that were imported with columns of findings."
        if "statements" in metric.needs and not labelled and not has_texts(sets[name]):
            return f"it needs reports or finding labels, and the {name} set has neither. Evaluate images that were imported with them."
    return ""


def _labelled(features: FeatureSet) -> bool:
    return not all(np.isnan(features.label(finding)).all() for finding in FINDINGS)
