"""Overview: what stands there without numbers."""

import pytest

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_results_without_numbers_are_an_empty_state(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = filled.results("r", "t", "e").iloc[:0]
    monkeypatch.setattr(api, "results", lambda *a, **k: nothing)
    for page in ("overview", "trade_offs"):
        at = open_page(page)
        assert not errors_of(at) and "No generator has been evaluated" in words_of(at)
