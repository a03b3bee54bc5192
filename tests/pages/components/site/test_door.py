"""The door of the site, with a stand-in for Streamlit behind it."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bench_core import api
from bench_core.config import Config
from pages.components.site.door import Door
from pages.components.site.icons import streamlits_font


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    monkeypatch.setattr("bench_core.api.workspace._current", None)
    config = Config(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'bench.sqlite'}", user="runner")
    return api.open_workspace(config)


def visitor(base: str = "") -> TestClient:
    async def streamlit(request):
        return PlainTextResponse("streamlit " + request.url.path)

    app = Starlette(routes=[Route("/{path:path}", streamlit)], middleware=[Middleware(Door, base=base)])
    return TestClient(app, base_url="http://here", follow_redirects=False)


def test_pages_are_found_by_any_spelling():
    browser = visitor()
    assert "BACKEND_BASE_URL" in browser.get("/trade_offs?x=1").text
    assert browser.get("/overview?x=1").headers["location"] == "./?x=1"
    assert browser.get("/Trade-offs?x=1").headers["location"] == "./trade_offs?x=1"
    assert browser.get("/trade_offs/set/one").headers["location"] == "../../trade_offs?no_page=trade_offs%2Fset%2Fone"


@pytest.mark.parametrize("path", ["/_stcore/health", "/trade_offs/_stcore/health", "/media/a.png", "/favicon.png", "/static/no.js"])
def test_what_is_streamlits_goes_to_streamlit(path: str):
    assert visitor().get(path).text == f"streamlit {path}"


def test_a_site_below_a_folder():
    browser = visitor("bench")
    assert browser.get("/bench/Data").headers["location"] == "./data"
    assert "BACKEND_BASE_URL" in browser.get("/bench/data").text
    assert browser.get("/benches/data").text == "streamlit /benches/data"


def test_a_browser_keeps_one_name():
    browser = visitor()
    first = browser.get("/").cookies[api.guest_cookie()]
    assert api.guest_of(first)
    again = browser.get("/data")
    assert "set-cookie" not in again.headers
    assert browser.cookies[api.guest_cookie()] == first


def test_a_cookie_that_was_tampered_with_is_replaced():
    browser = visitor()
    stolen = api.guest_token("somebody").partition(".")[0] + ".forged"
    browser.cookies.set(api.guest_cookie(), stolen)
    assert api.guest_of(browser.get("/").cookies[api.guest_cookie()]) not in (None, "somebody")


def test_a_link_makes_another_browser_the_same_person():
    one, other = visitor(), visitor()
    token = one.get("/").cookies[api.guest_cookie()]
    answer = other.get(f"/queue?guest={token}&status=done")
    assert answer.headers["location"] == "./queue?status=done"
    assert answer.cookies[api.guest_cookie()] == token
    assert api.guest_of(visitor().get("/?guest=forged").cookies[api.guest_cookie()]) not in (None, api.guest_of(token))


def test_the_font_of_icons_is_small_and_asked_for_again_only_when_it_changed():
    font = streamlits_font()
    assert font is not None
    browser, path = visitor(), f"/static/media/{font.name}"
    answer = browser.get(path)
    assert answer.headers["content-type"] == "font/woff2" and len(answer.content) < 40_000
    again = browser.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert browser.get("/static/media/other.woff2").text == "streamlit /static/media/other.woff2"
