"""Metrics and their settings, from names as users type them."""

from collections.abc import Mapping, Sequence

from bench_core import registry
from bench_core.errors import SettingError
from bench_core.settings_model import check
from bench_core.spec import Choice


def choices(names: Sequence[str] | None, settings: Mapping[str, str]) -> list[Choice] | None:
    """Metrics with their settings checked, those that were given only; None where neither names nor settings are.

    Args:
        names: None: all metrics, those without a setting being optional.
        settings: texts as typed, by `metric.setting`.

    Raises:
        UnknownName: there is no such metric.
        SettingError: a setting that names no metric, or one that is not chosen, or is unknown or out of range.
    """
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
