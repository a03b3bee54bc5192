"""Metrics and their settings, from names as users type them."""

from collections.abc import Mapping, Sequence

from bench_core import registry
from bench_core.errors import SettingError
from bench_core.settings_model import check
from bench_core.spec import Choice


def choices(names: Sequence[str] | None, settings: Mapping[str, str]) -> list[Choice] | None:
    """See `api.metric_choices`."""
    if names is None and not settings:
        return None
    wanted: dict[str, dict[str, str]] = {name: {} for name in (registry.metrics() if names is None else names)}
    for key, value in settings.items():
        metric, dot, setting = key.partition(".")
        if not dot:
            raise SettingError(f"Setting {key!r} names no metric.", "Write metric.setting=value.")
        registry.find_metric(metric)
        if metric not in wanted:
            raise SettingError(f"Setting {key!r} is of a metric that is not chosen.", f"Name {metric!r} too.")
        wanted[metric][setting] = value
    checked = []
    for name, given in wanted.items():
        metric_found = registry.find_metric(name)
        values = check(metric_found.settings, given, f"Metric {name!r}").model_dump(mode="json")
        checked.append(Choice(id=name, settings={k: values[k] for k in given}, optional=names is None and not given))
    return checked
