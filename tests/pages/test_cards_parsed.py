"""A page that shows cards parses each of their files once, and not again when it is opened again."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from bench_core.cards import reading
from bench_core.store.workspace import Workspace
from tests.pages.conftest import Opener, errors_of


@pytest.mark.parametrize("page", ["catalog", "generate"])
def test_each_card_is_parsed_once(workspace: Workspace, open_page: Opener, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    parsed: Counter[Path] = Counter()
    parse = reading.read_card

    def counted(path: Path, model: type[Any]) -> Any:
        parsed[path] += 1
        return parse(path, model)

    monkeypatch.setattr(reading, "read_card", counted)
    reading._kept_card.cache_clear()
    for _ in range(2):
        st.cache_data.clear()
        assert errors_of(open_page(page)) == []
    assert parsed and set(parsed.values()) == {1}
