"""Metrics: their records, what they mean, how they are chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench_core.registry import Metric
from bench_core.spec import Choice


def metrics() -> Mapping[str, Metric]:
    """All metrics by id, in the order family, id."""
    from bench_core import registry

    return registry.metrics()


def methods() -> list[tuple[str, str]]:
    """What the numbers mean (value, interval, null, modes, ...): titles and Markdown texts. What a metric is, its record says."""
    from bench_core.engine.answers.methods import sections

    return sections()


def metric_facts(metric: Metric) -> list[tuple[str, str]]:
    """What a reader of a metric wants to know (better, reads, null, settings, source), as label and Markdown text."""
    from bench_core.engine.answers.methods import facts

    return facts(metric)


def metric_choices(names: Sequence[str] | None, settings: Mapping[str, str]) -> list[Choice] | None:
    """Metrics and their settings as a spec wants them; `settings` are `{"metric.setting": value}`. None: all that can run.

    Where settings but no names are given: all metrics, those without a setting of their own being optional.

    Raises:
        UnknownName: there is no such metric.
        SettingError: a setting of a metric that is not chosen, unknown or out of range.
    """
    from bench_core.engine.requests.choices import choices

    return choices(names, settings)
