"""Pages on a workspace that is empty or filled, without a model and without a browser."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.fake import Fake

APP = Path(__file__).resolve().parents[2] / "app.py"
Opener = Callable[..., AppTest]


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> Fake:
    return Fake(filled=True).install(monkeypatch)


@pytest.fixture
def both(filled: Fake) -> Fake:
    """Numbers in both modes."""
    filled.modes = ["corrected", "compatible"]
    return filled


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> Fake:
    return Fake(filled=False).install(monkeypatch)


@pytest.fixture
def open_page() -> Opener:
    """Opens a page through app.py as a link to it does, with session state and address set before."""

    def opener(name: str, query: dict[str, str] | None = None, **state: object) -> AppTest:
        at = AppTest.from_file(str(APP), default_timeout=240)
        for key, value in (query or {}).items():
            at.query_params[key] = value
        for key, value in state.items():
            at.session_state[key] = value
        return at.switch_page(f"pages/{name}.py").run()

    return opener


def errors_of(at: AppTest) -> list[str]:
    """Whatever went wrong, as text."""
    return [e.value for e in at.error] + [str(e.message) for e in at.exception]


def words_of(at: AppTest) -> str:
    """All text of a page."""
    kinds = (at.title, at.markdown, at.caption, at.warning, at.success, at.info)
    tables = [str(json.loads(e.proto.json or "{}").get("html", "")) for e in at.get("bidi_component")]
    return "\n".join([*(str(e.value) for kind in kinds for e in kind), *(str(e.value) for e in at.get("html")), *tables])


def plotted(at: object, key: str) -> dict:
    """What a page gave Plotly, by the name of the trace."""
    chart = next(e for e in at.get("plotly_chart") if key in str(e.proto.id))  # type: ignore[attr-defined]
    return {t.get("name"): t for t in json.loads(chart.proto.spec)["data"]}
