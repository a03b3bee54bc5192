"""The guard of the site, with a stand-in for Streamlit behind it."""

from collections.abc import Mapping

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from bench_core.config import Config
from bench_core.errors import InputError
from pages.components.site.guard import Guard, SiteRules

HERE = "http://localhost:8501"
RULES = SiteRules(hosts=("bench.example", "*.lab.example"), proxies=("10.0.0.0/8",), user_header="X-User")


async def _echo(request: Request) -> JSONResponse:
    return JSONResponse(dict(request.headers))


async def _talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json(dict(socket.headers))
    await socket.close()


def visitor(base: str = HERE, peer: tuple[str, int] = ("10.1.2.3", 5000)) -> TestClient:
    routes = [Route("/", _echo, methods=["GET", "PUT"]), WebSocketRoute("/_stcore/stream", _talk)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Guard, rules=RULES)]), base_url=base, client=peer)


def talk(base: str, origin: str | None) -> Mapping[str, str]:
    headers = {"origin": origin} if origin else {}
    with visitor(base).websocket_connect(base.replace("http", "ws", 1) + "/_stcore/stream", headers=headers) as socket:
        answer: Mapping[str, str] = socket.receive_json()
        return answer


@pytest.mark.parametrize(
    "base", [HERE, "http://127.0.0.1:8501", "http://[::1]:8501", "http://192.168.4.7", "https://bench.example", "https://a.lab.example"]
)
def test_known_names_and_addresses_are_answered(base: str):
    assert visitor(base).get("/").status_code == 200
    assert talk(base, base)["host"] == base.partition("://")[2]


@pytest.mark.parametrize("base", ["http://evil.example", "http://evil.example:8501", "http://lab.example", "http://xlab.example"])
def test_a_foreign_name_is_refused_with_the_fix(base: str):
    answer = visitor(base).get("/")
    assert answer.status_code == 421
    assert "BENCH_HOSTS=" in answer.text and base.partition("://")[2].partition(":")[0] in answer.text
    with pytest.raises(WebSocketDisconnect):
        talk(base, base)


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:9999",
        "http://localhost",
        "http://127.0.0.1:8501",
        "null",
        "http://localhost:8501@evil.example",
    ],
)
def test_a_foreign_page_cannot_talk(origin: str):
    with pytest.raises(WebSocketDisconnect):
        talk(HERE, origin)
    assert visitor().put("/", headers={"origin": origin}).status_code == 421
    assert visitor().get("/", headers={"origin": origin}).status_code == 200, "a link from elsewhere leads here"


def test_behind_a_proxy_that_has_another_name_the_origin_is_given_as_the_hosts_own():
    assert talk("http://127.0.0.1:8501", "https://bench.example")["origin"] == "https://127.0.0.1:8501"
    assert talk("https://bench.example", "https://bench.example")["origin"] == "https://bench.example"


def test_programs_without_an_origin_may_talk():
    assert "origin" not in talk(HERE, None)


@pytest.mark.parametrize(("peer", "believed"), [(("10.9.9.9", 4), True), (("192.168.4.7", 4), False), (("10.9.9.9", 0), False)])
def test_who_one_is_counts_only_from_a_proxy(peer: tuple[str, int], believed: bool):
    """Port 0: the server took the address from a header that some program on this machine sent."""
    seen = visitor(peer=peer).get("/", headers={"x-user": "anna"}).json()
    assert (seen.get("x-user") == "anna") == believed


def test_browsers_get_the_headers_they_go_by():
    headers = visitor().get("/").headers
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "SAMEORIGIN"
    assert "img-src 'self' data: blob:;" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"


def test_parts_of_a_document_come_without_its_policy():
    """A browser says what it fetches them for, and goes by the policy of the document."""
    script = visitor().get("/static/a.js", headers={"sec-fetch-dest": "script"}).headers
    assert "content-security-policy" not in script and script["x-content-type-options"] == "nosniff"
    for what in ("document", "iframe", "worker", "empty"):
        assert "content-security-policy" in visitor().get("/static/a.js", headers={"sec-fetch-dest": what}).headers


def test_the_configuration_names_hosts_and_proxies():
    found = Config.from_environment({"BENCH_HOSTS": "a.example, *.b.example", "BENCH_PROXIES": "10.0.0.5,192.168.1.0/24"})
    assert (found.hosts, found.proxies) == (("a.example", "*.b.example"), ("10.0.0.5", "192.168.1.0/24"))
    assert Config.from_environment({}).proxies == ("127.0.0.1", "::1")
    with pytest.raises(InputError, match="BENCH_PROXIES holds 'proxy'"):
        Config.from_environment({"BENCH_PROXIES": "proxy"})


def test_a_configuration_that_cannot_be_read_is_the_strictest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BENCH_PROXIES", "proxy")
    assert SiteRules.configured() == SiteRules()
