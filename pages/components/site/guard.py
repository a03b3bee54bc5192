"""Who may ask the site for anything, as middleware before all else: names of hosts, origins, the header that says who one is.

A page of another origin, or a name that somebody points at this machine (DNS rebinding), cannot read a page over the WebSocket; a header
that says who one is counts only from a proxy. Streamlit itself takes any host, any port of this machine for an origin, and asks an outside
address for its own when it meets a foreign one.
"""

import logging
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench_core import api

log = logging.getLogger("triadcxr.pages")
SAFE = ("GET", "HEAD", "OPTIONS")
PORTS = {"http": 80, "https": 443}
HEADERS = {
    # Plotly's WebGL compiles its shaders' code with Function, and Streamlit writes styles inline. What counts: nothing comes from, and
    # nothing goes to, another address.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
        "media-src 'self' blob:; frame-src 'self' blob: data:; "
        "frame-ancestors 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

PARTS = ("script", "style", "font", "image")
"""What a document is made of (Sec-Fetch-Dest): it is the document whose policy counts, and a page has 140 of them."""
OF_DOCUMENTS = ("content-security-policy", "x-frame-options")


@dataclass(frozen=True)
class SiteRules:
    """What the configuration allows (see `Config`).

    Attributes:
        hosts: further names of the site.
        proxies: addresses and networks whose `user_header` is believed.
        user_header: name of the header that says who one is; empty: none does.
    """

    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    user_header: str = ""

    @staticmethod
    def configured() -> "SiteRules":
        """Those of the environment; the strictest where it cannot be read (the pages say what is wrong with it)."""
        try:
            config = api.Config.from_environment()
        except api.BenchError:
            log.exception("the configuration cannot be read")
            return SiteRules()
        return SiteRules(config.hosts, config.proxies, config.user_header)

    @cached_property
    def _own(self) -> frozenset[str]:
        machine = socket.gethostname().lower()
        return frozenset({"localhost", machine, f"{machine}.local"})

    def knows(self, name: str) -> bool:
        """Whether the site answers to that name of a host; to an address always: nobody else can make a browser send one."""
        name = name.lower().rstrip(".")
        if name in self._own or is_address(name):
            return True
        return self.lists(name)

    def lists(self, name: str) -> bool:
        """Whether `hosts` has that name."""
        name = name.lower().rstrip(".")
        return any(name.endswith(host[1:].lower()) if host.startswith("*.") else name == host.lower() for host in self.hosts)

    def believes(self, peer: str) -> bool:
        """Whether the header of that address is believed."""
        if not is_address(peer):
            return False
        return any(ip_address(peer) in ip_network(network, strict=False) for network in self.proxies)


def is_address(name: str) -> bool:
    """Whether a host is named by its IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


class Guard:
    """Refuses what asks by a foreign name or from a foreign page; adds the headers that browsers go by."""

    def __init__(self, app: ASGIApp, rules: SiteRules | None = None) -> None:
        self._app = app
        self._rules = rules if rules is not None else SiteRules.configured()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or connection."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if why := self._refusal(scope, headers):
            log.warning("refused: %s", why)
            return await _refuse(scope, receive, send, why)
        answer = _with_headers(send, headers.get("sec-fetch-dest") in PARTS) if scope["type"] == "http" else send
        return await self._app({**scope, "headers": list(self._passed_on(scope, headers))}, receive, answer)

    def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """Why this is not answered; empty where it is."""
        host = _split(f"//{headers.get('host', '')}")
        if host is None or not host.hostname or not self._rules.knows(host.hostname):
            name = (host.hostname if host else None) or headers.get("host", "")
            return f"This site does not answer to the name {name!r}. Whoever runs it can allow a name: BENCH_HOSTS={name or 'name'}."
        origin = headers.get("origin")
        if origin is None or (scope["type"] == "http" and scope["method"] in SAFE):
            return ""
        said = _split(origin)
        if said is None or not said.hostname:
            return f"A page of the origin {origin!r} may not talk to this site."
        usual = PORTS.get(said.scheme)  # browsers leave it out of either header
        same = said.hostname == host.hostname and (said.port or usual) == (host.port or usual)
        if same or self._rules.lists(said.hostname):
            return ""
        return f"A page of {origin} may not talk to this site. If that is the site's own name, allow it: BENCH_HOSTS={said.hostname}."

    def _passed_on(self, scope: Scope, headers: Mapping[str, str]) -> Iterable[tuple[bytes, bytes]]:
        """The headers without what is not believed; an allowed origin is given as the host's own, for Streamlit knows no other."""
        peer, port = scope.get("client") or ("", 0)
        if port == 0 and peer:  # the server has put the visitor's address in the place of a proxy's on this machine
            peer = "127.0.0.1"
        believed = self._rules.believes(peer)
        secret = self._rules.user_header.lower().encode("latin-1")
        for name, value in scope["headers"]:
            if secret and name.lower() == secret and not believed:
                continue
            if name.lower() == b"origin":
                yield name, f"{value.decode('latin-1').partition('://')[0]}://{headers['host']}".encode("latin-1")
            else:
                yield name, value


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    return None if parts.username is not None or (url.startswith("//") and parts.path) else parts


async def _refuse(scope: Scope, receive: Receive, send: Send, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": why[:120]})
    else:
        await PlainTextResponse(why, 421, {"x-content-type-options": "nosniff"})(scope, receive, send)


def _with_headers(send: Send, part: bool) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                if not (part and name in OF_DOCUMENTS):
                    headers.setdefault(name, value)
        await send(message)

    return answer
