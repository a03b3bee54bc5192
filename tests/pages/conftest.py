"""Pages on a workspace that is empty or filled, without a model and without a browser."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from streamlit.testing.v1 import AppTest

from tests.pages.fake import Fake

APP = Path(__file__).resolve().parents[2] / "app.py"
Opener = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def _components_found_once() -> Iterator[None]:
    """AppTest reads the metadata of every installed package at each page, for components that a package may bring: half of its time."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def _scripts_packed_once() -> Iterator[None]:
    """No door of a test packs scripts again when it has been quiet for a while: that takes 10 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pages.components.site.scripts.QUIET", 3600.0)
        yield


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


MARKDOWN = ("label", "help", "body", "text", "captions", "content")
"""Fields of Streamlit's elements that a browser draws as Markdown."""


def markdown_of(at: AppTest) -> Iterator[str]:
    """Everything of a page that a browser draws as Markdown: text, and labels, tooltips and options of widgets."""
    for root in at._tree.children.values():
        for node in _below(root):
            proto = getattr(node, "proto", None)
            if proto is not None and proto.DESCRIPTOR.name not in ("Html", "Code", "Exception"):
                yield from _strings(proto, (*MARKDOWN, "options") if proto.DESCRIPTOR.name == "Radio" else MARKDOWN)


def _below(node: Any) -> Iterator[Any]:
    for child in getattr(node, "children", {}).values():
        yield child
        yield from _below(child)


def _strings(message: Any, names: tuple[str, ...]) -> Iterator[str]:
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if field.type == FieldDescriptor.TYPE_MESSAGE:
                yield from _strings(one, names)
            elif field.type == FieldDescriptor.TYPE_STRING and field.name in names:
                yield one
