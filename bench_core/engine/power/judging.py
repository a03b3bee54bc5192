"""Whether metrics flag a generator: its matched score against the range of a perfect one, exactly as an evaluation does it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from bench_core import registry
from bench_core.engine.scoring.agenda import AgendaItem, agenda_of, announce
from bench_core.engine.scoring.repeats import MATCHED, NULL, Repeats
from bench_core.engine.scoring.resamples import Resamples
from bench_core.engine.scoring.uncertainty import Measurement, MeasurementPlan
from bench_core.errors import BenchError, Cancelled, NotPossible
from bench_core.features import FeatureSet, Sets
from bench_core.registry import Metric, Target
from bench_core.spec import Choice

Side = Literal["worse", "better", "inside"]


class Judge:
    """The metrics of one repeat, with its real and training images; nulls are made once for all generators of one size."""

    def __init__(self, real: FeatureSet, train: FeatureSet | None, seed: int, cancelled: Callable[[], bool] | None = None) -> None:
        self._sets: Sets = {"real": real} if train is None else {"real": real, "train": train}
        self._base = Resamples(self._sets, seed)
        self._nulls: dict[str, Any] = {}
        self._cancelled = cancelled

    def sides(self, synthetic: FeatureSet, metrics: Sequence[Choice]) -> dict[str, Side | None]:
        """On which side of the range of a perfect generator each metric sees these films; None where it has no number or no range."""
        items = self.agenda(synthetic, metrics)
        announce(items, intervals=True)
        resamples = self._base.with_candidate(synthetic)
        return {item.metric.id: self._side(item, resamples) for item in items}

    def agenda(self, synthetic: FeatureSet, metrics: Sequence[Choice]) -> list[AgendaItem]:
        """These metrics on these films; an item with a problem cannot run."""
        return agenda_of(metrics, {**self._sets, "synthetic": synthetic}, None, "corrected")

    def _side(self, item: AgendaItem, resamples: Resamples) -> Side | None:
        if item.problem:
            return None
        try:
            plan = MeasurementPlan(Repeats(item.metric, item.settings, resamples, self._cancelled), True, self._nulls)
            plan.wanted = {kind: count for kind, count in plan.wanted.items() if kind in (NULL, MATCHED)}  # nobody asks for the interval
            return side_of(plan.concluded(plan.repeats_here()), item.metric)
        except Cancelled:
            raise
        except BenchError:
            return None


def side_of(found: Measurement, metric: Metric) -> Side | None:
    """On which side of its range a matched score lies; None without one. Beyond a goal that is a value, both sides are the worse one."""
    if found.matched is None or found.null_low is None or found.null_high is None:
        return None
    if found.null_low <= found.matched <= found.null_high:
        return "inside"
    if isinstance(metric.goal, Target):
        return "worse"
    return "worse" if (found.matched > found.null_high) == (metric.goal == "minimize") else "better"


def able(metrics: Sequence[Choice] | None, sets: Sets) -> list[Choice]:
    """The metrics asked for (see `chosen`) that can judge generators made of these sets.

    Raises:
        NotPossible: one that was named cannot, or none can.
    """
    asked, real = chosen(metrics, registry.metrics()), sets["real"]
    played = FeatureSet(
        real.values, encoder=real.encoder, distance=real.distance, text=real.text, labels=real.labels, images=real.images,
        kind="synthetic", logits=real.logits,
    )  # fmt: skip
    items = agenda_of(asked, {**sets, "synthetic": played}, None, "corrected")
    for item in items:
        if item.problem and item.named:
            raise NotPossible(f"{item.metric.id} cannot run: {item.problem}", "Or leave it out of the metrics.")
    found = [choice for choice, item in zip(asked, items, strict=True) if not item.problem]
    if not found:
        raise NotPossible("None of these metrics can run on these images.", "Name others, or give a training set.")
    return found


def chosen(metrics: Sequence[Choice] | None, known: Mapping[str, Metric]) -> list[Choice]:
    """The metrics asked for; None: all that read a synthetic set, but those whose every repeat takes seconds."""
    if metrics is not None:
        return list(metrics)
    return [Choice(id=m.id, optional=True) for m in known.values() if "synthetic" in m.reads and not m.slow_repeats]
