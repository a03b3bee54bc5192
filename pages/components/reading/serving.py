"""What the server answers in the reading room. It is no page of Streamlit: nothing but what is written here reaches a reader's browser.

A link, `/read/TOKEN`, makes a browser one reader. What is said there comes from `api.reading_state`, `api.reading_film` and
`api.keep_answer` alone, passes the guards of all pages, and is kept by no browser or proxy.
"""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bench_core import api
from pages.components.site.icons import streamlits_font
from pages.components.site.scripts import FOREVER, coding_for, compressed
from pages.components.style.markup import html, style_sheet
from pages.components.viewer.serving import PRIVATE, address_of_scripts, sees_real

log = logging.getLogger("triadcxr.pages")
HERE = Path(__file__).parent
LONGEST = 64 * 1024
"""Bytes of an answer at most."""
FLOOR = 0.2
"""Seconds that every film takes at least: how long its file takes to decode says nothing. The next films are asked for ahead."""
DOCUMENT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Reading room · TriadCXR</title><link rel="icon" href="data:,">
{font}{css}</head>
<body class="room" data-site="{site}" data-viewer="{viewer}" data-token="{token}">
<noscript>Reading needs JavaScript.</noscript><script type="module" src="{site}/room/{digest}/room.js"
onerror="setTimeout(() => location.reload(), 1000)"></script></body></html>
"""
FONT = '@font-face {{ font-family: "Material Symbols Rounded"; src: url("{}/static/media/{}") format("woff2"); }}'


@cache
def scripts() -> dict[str, bytes]:
    """The scripts of the room by name."""
    return {path.name: path.read_bytes() for path in sorted((HERE / "js").glob("*.js"))}


@cache
def _digest() -> str:
    return hashlib.sha256(b"".join(scripts().values()) + address_of_scripts().encode()).hexdigest()[:12]


def address_of_room() -> str:
    """Where the scripts of the room are, below the site; another one when they change."""
    return f"/room/{_digest()}"


def reading_routes(base: str = "") -> list[BaseRoute]:
    """The routes of the room for a site that lies at `base` below its host."""
    start = f"/{base.strip('/')}" if base.strip("/") else ""
    room = f"{start}/read/{{token}}"

    async def document(request: Request) -> Response:
        return Response(_document(start, request.path_params["token"]), headers={"cache-control": "no-store"}, media_type="text/html")

    return [
        Route(f"{start}/room/{{digest}}/{{name}}", _script),
        Route(room, document),
        Route(f"{room}/state", _state),
        Route(f"{room}/film", _film),
        Route(f"{room}/answer", _answer, methods=["POST"]),
    ]


def _document(site: str, token: str) -> bytes:
    sheet = "\n".join((HERE / "style.css", HERE.parent / "viewer" / "style.css")[i].read_text(encoding="utf-8") for i in (1, 0))
    font = streamlits_font()
    faces = style_sheet(FONT.format(site, font.name)) if font else ""
    return html(
        DOCUMENT, font=faces, css=style_sheet(sheet), site=site, viewer=address_of_scripts(), token=token, digest=_digest()
    ).encode()  # fmt: skip


async def _script(request: Request) -> Response:
    name = request.path_params["name"]
    found = scripts().get(name)
    if found is None:
        return Response(f"There is no script {name!r}.", 404)
    kept = FOREVER if request.path_params["digest"] == _digest() else "no-store"
    headers = {"content-type": "text/javascript; charset=utf-8", "vary": "Accept-Encoding", "cache-control": kept}
    coding = coding_for(request.headers.get("accept-encoding", ""))
    return Response(_packed(name, coding), headers={**headers, "content-encoding": coding}) if coding else Response(found, headers=headers)


@cache
def _packed(name: str, coding: str) -> bytes:
    return compressed(scripts()[name], coding)


async def _state(request: Request) -> Response:
    token = request.path_params["token"]
    return await run_in_threadpool(_said, lambda: _json(api.reading_state(token, sees_real(request))))


async def _film(request: Request) -> Response:
    begun, token, asked = time.monotonic(), request.path_params["token"], request.query_params
    number = asked.get("film", "0")

    def make() -> Response:
        if not number.isdecimal():
            raise api.InputError(f"film = {number[:20]!r} is no number.", "Load the page again.")
        data = api.reading_film(token, asked.get("slot", ""), int(number), sees_real(request))
        return Response(data, headers={"content-type": "application/octet-stream", **PRIVATE})

    answer = await run_in_threadpool(_said, make)
    await asyncio.sleep(max(0.0, FLOOR - (time.monotonic() - begun)))
    return answer


async def _answer(request: Request) -> Response:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            return _wrong(413, f"This answer has more than {LONGEST} bytes.", "Write less.")
    token = request.path_params["token"]

    def keep() -> Response:
        try:
            sent = json.loads(body)
        except ValueError:
            sent = None
        if not isinstance(sent, dict):
            raise api.InputError("What was sent is no answer.", "Load the page again.")
        return _json(api.keep_answer(token, sent, sees_real(request)))

    return await run_in_threadpool(_said, keep)


def _said(make: Callable[[], Response]) -> Response:
    """The answer, or what is wrong as JSON: 4xx is not worth another try, 503 is."""
    try:
        return make()
    except api.NotAllowed as error:
        return _wrong(403, error.message, error.hint)
    except api.UnknownName as error:
        return _wrong(404, error.message, "Ask whoever gave you the link for it again.")
    except api.InputError as error:
        return _wrong(400, error.message, error.hint)
    except Exception:  # a disk that is full, a film that is gone: the message may name what must not be known
        log.exception("a reader could not be served")
        return _wrong(503, "The server cannot answer now.", "Nothing is lost; it is tried again. The log of the server says why.")


def _json(said: object) -> Response:
    return Response(json.dumps(said), headers=PRIVATE, media_type="application/json")


def _wrong(status: int, message: str, hint: str) -> Response:
    return Response(json.dumps({"message": message, "hint": hint}), status, headers=PRIVATE, media_type="application/json")
