"""What numbers would be of what a filter leaves, at any threshold, without filtering anything.

All that is costly is read off pairs of whole sets once and kept in this process: distances, radii, moments. What remains at a threshold is
a view of the set (`FeatureSet.left_by_threshold`), of which every metric gives the value that it would give of a set of its own, from what
is kept. Which images remain is nested: a tighter threshold leaves fewer of the same (`registry.filters.Threshold`).
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bench_core import settings_model
from bench_core.cards import EncoderCard
from bench_core.data import ImageSet, content_key
from bench_core.engine.answers.filters import check_encoder, feature_sets, image_sets, log_of, marks_of
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.encoding.encode import read_features
from bench_core.engine.keys import SCORING, card_key, set_key
from bench_core.engine.scoring.uncertainty import measure
from bench_core.errors import BenchError, InputError, NotPossible
from bench_core.features import FeatureSet
from bench_core.frames import FILTER_LOG, WHAT_REMAINS
from bench_core.records import Progress
from bench_core.registry import Filter, Marks, Metric, find_filter, find_metric, metrics
from bench_core.spec import FilterSpec
from bench_core.store.workspace import Workspace

KEPT_OPEN = 2
"""Sets whose distances are kept: at 5,000 images a few hundred MB each."""
STEPS = 24
"""Thresholds of a curve."""
MOST_GONE = 0.9
"""Of the images, those that the tightest threshold of a curve takes."""


class WhatIf:
    """One synthetic set beside what it is judged against, and what a filter says of its images.

    Attributes:
        sets: features by role: `synthetic`, `real`, and `train` where there is one.
        marks: what the filter says of each synthetic image.
        key: content key of all that decides them; empty where nothing is to be stored.
    """

    def __init__(self, one: Filter, sets: Mapping[str, FeatureSet], marks: Marks, key: str = "") -> None:
        self.one, self.sets, self.marks, self.key = one, sets, marks, key
        self._lock = threading.Lock()  # pages ask from several threads; what sets remember is made once

    def kept(self, at: float | None) -> np.ndarray:  # rows, ascending
        """The images that remain at a threshold; None: all."""
        everything = np.arange(len(self.sets["synthetic"]))
        return everything if at is None else everything[self.one.threshold.keeps(self.marks.values, at)]

    def remaining(self, at: float | None) -> dict[str, FeatureSet]:
        """The sets as they would be; nothing is copied."""
        rows, synthetic = self.kept(at), self.sets["synthetic"]
        return {**self.sets, "synthetic": synthetic if len(rows) == len(synthetic) else synthetic.left_by_threshold(rows)}

    def row(self, metric: Metric, at: float | None, beside_perfect: bool = False) -> dict[str, Any]:
        """A metric of what remains, as a row of `frames.WHAT_REMAINS`; with `beside_perfect` its interval and its null too."""
        rows, total = self.kept(at), len(self.sets["synthetic"])
        found: dict[str, Any] = dict.fromkeys(("value", "low", "high", "matched", "null", "null_low", "null_high"))
        settings = metric.settings().model_dump()
        try:
            if not len(rows):
                raise InputError("Nothing remains.")
            with self._lock:
                sets = self.remaining(at)
                if beside_perfect:
                    made = measure(metric, sets, settings=settings)
                    found = {name: getattr(made, name, None) for name in found} | {"value": float(made.score.value)}
                else:
                    seed = {"seed": 0} if "seed" in (metric.function.__kwdefaults__ or {}) else {}
                    found["value"] = metric.function(*(sets[role] for role in metric.reads), **settings, **seed).value
            message = ""
        except BenchError as error:
            message = error.message
        place = {"metric": metric.id, "family": metric.family, "threshold": np.nan if at is None else at}
        return {**place, "kept": len(rows), "share": len(rows) / total, **found, "message": message}


def steps(one: Filter, marks: Marks, count: int = STEPS) -> list[float]:
    """Thresholds from one that takes nothing to one that takes most, at even steps of what goes; at most `count`."""
    values = np.sort(marks.values)
    values = values if one.threshold.stays == "at_least" else values[::-1]
    low, high, most = one.threshold.low, one.threshold.high, int(MOST_GONE * len(values))
    chosen = np.unique(np.linspace(0, most, min(count, most + 1)).round().astype(int))
    found = [float(np.clip(values[i], low, high)) for i in chosen if np.isfinite(values[i])]
    return sorted(set(found), reverse=one.threshold.stays == "at_most")


def metrics_of(sets: Mapping[str, FeatureSet]) -> list[str]:
    """Ids of the metrics that can be had of these sets at any threshold, exactly and at once.

    Not those that look at pixels or fit for seconds, and not those whose sums over pairs are kept in single precision.
    """
    return [m.id for m in metrics().values() if set(m.reads) <= set(sets) and "synthetic" in m.reads and _fits(m, sets)]


def _fits(metric: Metric, sets: Mapping[str, FeatureSet]) -> bool:
    if metric.heavy or metric.slow_repeats or "images" in metric.needs or metric.interval == "jackknife":
        return False
    has = {"text": sets["synthetic"].text is not None, "logits": sets["synthetic"].logits, "vectors": sets["synthetic"].vectors}
    return all(has.get(need, True) for need in metric.needs)


_open: OrderedDict[str, WhatIf] = OrderedDict()
_opening = threading.Lock()


def open_what_if(workspace: Workspace, spec: FilterSpec) -> WhatIf:
    """The set with what is kept of it in this process; name and threshold of the request do not matter.

    Raises:
        UnknownName: there is no such set, encoder or filter.
        NotPossible: the filter cannot run on these sets, or one of them is not encoded yet.
    """
    one, given = find_filter(spec.filter.id), {"synthetic": spec.images, "real": spec.real, "train": spec.train}
    if not spec.encoder:
        raise NotPossible("Numbers of what remains need an encoder, and none was named.", "Name one.")
    card = encoder_card(workspace.config, spec.encoder)
    settings = settings_model.check(one.settings, spec.filter.settings, f"Filter {one.id}").model_dump()
    found = image_sets(workspace, one, given)
    check_encoder(one, card)
    judged = {role: workspace.sets.open(name) for role, name in given.items() if name}
    key = content_key("what if", {r: set_key(s) for r, s in judged.items()}, card_key(card), one.id, one.version, settings)
    with _opening:
        if key not in _open:
            features = {role: _features(workspace, role, images, card) for role, images in judged.items()}
            roles = {images.id: role for role, images in judged.items()}
            marks = marks_of(one, feature_sets(one, found, card, lambda s: features[roles[s.id]]), settings)
            _open[key] = WhatIf(one, features, marks, key)
        _open.move_to_end(key)
        while len(_open) > KEPT_OPEN:
            _open.popitem(last=False)
        return _open[key]


def _features(workspace: Workspace, role: str, images: ImageSet, card: EncoderCard) -> FeatureSet:
    """Read anew, or those that another filter of the same set has open, with all that they know."""
    features = read_features(workspace, images, card)
    known = [kept.sets[role] for kept in _open.values() if role in kept.sets and kept.sets[role].key == features.key]
    return known[-1] if known else features


def what_remains(
    workspace: Workspace,
    spec: FilterSpec,
    asked: Sequence[str],
    thresholds: Sequence[float | None],
    beside_perfect: bool = False,
    on_progress: Progress | None = None,
) -> pd.DataFrame:
    """`frames.WHAT_REMAINS`: metrics of what the filter leaves at each threshold (None: all images).

    Raises:
        UnknownName: a metric, set, encoder or filter that is not there.
        InputError: a threshold out of range.
        NotPossible: see `open_what_if`.
    """
    opened, wanted = open_what_if(workspace, spec), [find_metric(m) for m in asked]
    checked = [None if at is None else opened.one.threshold.check(at) for at in thresholds]
    rows = []
    for number, at in enumerate(checked):
        for place, metric in enumerate(wanted):
            if on_progress:
                said = f"{metric.title}, {len(opened.kept(at)):,} images"
                on_progress(number * len(wanted) + place, len(checked) * len(wanted), said)
            rows.append(_judged(workspace, spec, opened, metric, at) if beside_perfect else opened.row(metric, at))
    return WHAT_REMAINS.of(rows)


def _judged(workspace: Workspace, spec: FilterSpec, opened: WhatIf, metric: Metric, at: float | None) -> dict[str, Any]:
    """The row beside a perfect generator, made once and kept with the sets: its repeats take a hundred times as long as the value."""
    key = content_key("what remains", SCORING, opened.key, metric.id, metric.version, at)
    known: dict[str, Any] | None = workspace.derived.value(key)
    if known is None:
        known = opened.row(metric, at, beside_perfect=True)
        known = {name: None if isinstance(v, float) and v != v else v for name, v in known.items()}
        used = [workspace.sets.find(name) for name in (spec.images, spec.real, spec.train) if name]
        workspace.derived.write_value(key, "what remains", known, used)
    return known | {"threshold": np.nan if at is None else at}


def what_goes(workspace: Workspace, spec: FilterSpec) -> pd.DataFrame:
    """`frames.FILTER_LOG`: what the filter would take at the threshold of the request, and why.

    Raises:
        InputError: the threshold is out of range.
        UnknownName, NotPossible: see `open_what_if`.
    """
    opened = open_what_if(workspace, spec)
    threshold = opened.one.threshold
    at = threshold.check(threshold.usual if spec.threshold is None else spec.threshold)
    train = workspace.sets.open(spec.train) if spec.train else None
    return FILTER_LOG.of(log_of(opened.one, opened.marks, at, workspace.sets.open(spec.images), train))


def steps_of(workspace: Workspace, spec: FilterSpec) -> tuple[list[float], list[str]]:
    """Thresholds worth looking at, loosest first, and the metrics that can be had of what remains."""
    opened = open_what_if(workspace, spec)
    return steps(opened.one, opened.marks), metrics_of(opened.sets)
