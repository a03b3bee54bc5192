"""What pages read is kept until the data change, for each question by itself."""

from typing import Any

import pandas as pd
import pytest
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.images import means
from tests.pages.fake import REFERENCE, Fake


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the version of the data; what other tests read is forgotten."""
    st.cache_data.clear()
    st.cache_resource.clear()

    def set_version(text: str) -> None:
        monkeypatch.setattr(api, "data_version", lambda: text)

    set_version("one")
    return set_version


@pytest.mark.parametrize("cache", [st.cache_data, st.cache_resource])
def test_the_same_version_does_not_ask_again_and_a_new_one_does(cache: Any, version: Any) -> None:
    asked: list[tuple[Any, ...]] = []

    @read.kept(cache, 4)
    def answer(name: str, times: int = 2) -> list[str]:
        """What is asked."""
        asked.append((name, times))
        return [name] * times

    assert answer("a") == answer("a", 2) == answer(name="a") == answer(times=2, name="a") == ["a", "a"]
    assert asked == [("a", 2)]
    assert answer("b") == ["b", "b"] and answer("a", 1) == ["a"] and len(asked) == 3
    version("two")
    assert answer("a") == ["a", "a"] and asked[3:] == [("a", 2)]
    assert (answer.__name__, answer.__doc__) == ("answer", "What is asked.")


def test_functions_with_the_same_arguments_keep_their_own_answers(version: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "sees_real", lambda names: True)
    monkeypatch.setattr(api, "mean_image", lambda set_id, real_pixels: b"mean")
    monkeypatch.setattr(api, "quick_mean_image", lambda set_id, real_pixels: b"quick")
    assert (means.mean_image("a"), means.quick_mean_image("a")) == (b"mean", b"quick")


def test_what_is_read_follows_the_data(filled: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_resource.clear()
    calls: list[str] = []

    def counted(name: str, function: Any) -> Any:
        return lambda *args, **named: calls.append(name) or function(*args, **named)

    for name in ("sets", "results", "find_set"):
        monkeypatch.setattr(api, name, counted(name, getattr(api, name)))
    for _ in range(2):
        assert len(read.sets("synthetic")) == 7 and len(read.sets()) == 9
        assert read.results(REFERENCE)["set_name"].nunique() == 7
        assert isinstance(read.table("id-copycat"), pd.DataFrame)
    assert calls == ["sets", "results", "find_set"]
    filled.add_set("mine", "synthetic", 8, 77)
    assert len(read.sets("synthetic")) == 8 and calls[3:] == ["sets"]
