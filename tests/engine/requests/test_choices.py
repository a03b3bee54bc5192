"""Metrics and their settings as users type them."""

import pytest

from bench_core.engine.requests.choices import choices
from bench_core.errors import SettingError, UnknownName
from bench_core.registry import metrics


def test_nothing_named_is_no_choice() -> None:
    assert choices(None, {}) is None and choices([], {}) == []


def test_settings_become_what_the_metric_wants() -> None:
    (one,) = choices(["precision"], {"precision.k": "3"}) or []
    assert (one.id, one.settings, one.optional) == ("precision", {"k": 3}, False)


def test_a_setting_of_one_metric_leaves_the_others_optional() -> None:
    found = {choice.id: choice for choice in choices(None, {"precision.k": "3"}) or []}
    assert set(found) == set(metrics()) and not found["precision"].optional and found["recall"].optional


@pytest.mark.parametrize(
    ("names", "settings", "words"),
    [
        (["precision"], {"k": "3"}, "names no metric"),
        (["precision"], {"recall.k": "3"}, "not chosen"),
        (["precision"], {"precision.wings": "3"}, "no setting 'wings'"),
        (["precision"], {"precision.k": "many"}, "k = 'many'"),
    ],
)
def test_settings_that_cannot_be_used_are_named(names: list[str], settings: dict[str, str], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        choices(names, settings)


def test_unknown_metrics_are_named() -> None:
    for names, settings in ((["precison"], {}), (None, {"precison.k": "3"})):
        with pytest.raises(UnknownName, match="Did you mean 'precision'"):
            choices(names, settings)
