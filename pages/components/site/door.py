"""The door of the site, as middleware before Streamlit: pages by any spelling, compressed scripts, and a cookie that names the browser."""

import hashlib
import logging
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bench_core import api
from pages.components.site import spelling
from pages.components.site.icons import small_font
from pages.components.site.opening import document
from pages.components.site.scripts import Scripts, coding_for, compressed

log = logging.getLogger("triadcxr.pages")
STREAMLIT = ("_stcore", "media", "component", "static", "app", "auth", "oauth2callback", "favicon.png", "manifest.json")
"""First parts of paths that Streamlit answers itself."""
VIEWER = ("viewer", "film", "film.png")
"""First parts of paths that the viewer answers (`viewer.serving`)."""
READING = ("read", "room")
"""Those that the reading room answers (`reading.serving`)."""
YEAR = 365 * 24 * 3600


class Door:
    """Answers requests for pages and scripts; hands everything else on.

    Args:
        base: where the site lies below its host, as `server.baseUrlPath` says.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self._app, self._base, self._scripts = app, base.strip("/"), Scripts(keep=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = self._inside(scope) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        if path is None:
            return await self._app(scope, receive, send)
        request = Request(scope)
        parts = [part for part in path.split("/") if part]
        coding = coding_for(request.headers.get("accept-encoding", ""))
        if parts[:1] == ["static"] and coding and "range" not in request.headers:
            packed = await run_in_threadpool(self._scripts.get, "/".join(parts), coding)
            if packed is not None:
                return await Response(packed, headers=dict(Scripts.headers(path, coding)))(scope, receive, send)
        if parts[:2] == ["static", "media"] and (font := await run_in_threadpool(small_font, "/".join(parts))):
            return await _revalidated(font, "font/woff2", request)(scope, receive, send)
        if not path or (parts and (parts[0] in STREAMLIT + VIEWER + READING or "_stcore" in parts)):
            return await self._app(scope, receive, send)
        return await self._page(request, path, receive, send)

    async def _page(self, request: Request, path: str, receive: Receive, send: Send) -> None:
        """The document of a page, or the way to it; either way the browser has a name afterwards."""
        link = request.query_params.get(api.GUEST_LINK)
        where = spelling.meant(path)
        answer: Response
        if where.exact and link is None:
            answer = _document(where.page, request)
        else:
            kept = urlencode([(k, v) for k, v in request.query_params.multi_items() if k != api.GUEST_LINK])
            answer = RedirectResponse(spelling.address(where, path[1:].count("/"), kept), 307, {"cache-control": "no-store"})
        token = await run_in_threadpool(_token, request.cookies, link)
        if token:
            secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
            answer.set_cookie(
                api.guest_cookie(), token, max_age=YEAR, path=f"/{self._base}", httponly=True, samesite="lax", secure=secure
            )  # fmt: skip
        await answer(request.scope, receive, send)

    def _inside(self, scope: Scope) -> str | None:
        """The path below the site; None where it is not below."""
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        if not self._base:
            return path
        inside = path.removeprefix(f"/{self._base}")
        return inside if inside != path and inside[:1] in ("", "/") else None


def _document(page: str, request: Request) -> Response:
    headers = {"cache-control": "no-cache", "content-type": "text/html; charset=utf-8", "vary": "Accept-Encoding"}
    coding = coding_for(request.headers.get("accept-encoding", ""))
    if coding:
        return Response(_packed(page, coding), headers={**headers, "content-encoding": coding})
    return Response(document(page), headers=headers)


def _revalidated(data: bytes, kind: str, request: Request) -> Response:
    """A file that may change under its name: a browser asks each time whether it has, which costs no more than a header."""
    mark = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
    headers = {"etag": mark, "cache-control": "no-cache", "content-type": kind}
    return Response(status_code=304, headers=headers) if request.headers.get("if-none-match") == mark else Response(data, headers=headers)


@cache
def _packed(page: str, coding: str) -> bytes:
    return compressed(document(page), coding)


def _token(cookies: Mapping[str, str], link: str | None) -> str | None:
    """What the browser shall keep from now on: the person that a link names, or a new guest where it has none; None: what it has."""
    try:
        if link is not None and api.guest_of(link):
            return link
        return None if api.guest_of(cookies.get(api.guest_cookie(), "")) else api.new_guest()
    except api.BenchError:  # without a workspace there is nobody to tell apart; the page says what is wrong
        log.exception("no guest could be named")
        return None
