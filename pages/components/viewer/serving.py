"""What the server answers for the viewer, beside Streamlit: its scripts, and films with the values of their files.

Films pass the same guards as pages (`site.guard`), and all come out of `api.film` and `api.export_png`. No browser or proxy keeps them.
"""

import hashlib
import json
import logging
import re
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bench_core import api
from pages.components.identity import names_of_request
from pages.components.site.scripts import FOREVER, coding_for, compressed

log = logging.getLogger("triadcxr.pages")
SCRIPTS = Path(__file__).parent / "js"
PRIVATE = {"cache-control": "private, no-store"}
HERE = ("127.0.0.1", "::1")
"""Where the browser is when it needs no compression: on this machine."""


@cache
def scripts() -> dict[str, bytes]:
    """The scripts by name, without the comments and indents that only readers of the source need."""
    return {path.name: bare(path.read_text(encoding="utf-8")).encode() for path in sorted(SCRIPTS.glob("*.js"))}


_KEPT = re.compile(r"""("(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)""")
"""Strings and templates; no template of ours has another one inside."""
_COMMENT = re.compile(r"""^\s*//.*|\s// [^"`]*$""")
_AROUND = re.compile(r" *([=*?:,;<>(){}\[\]&|!%]) *| ?([/+-]=?) (?![+-])")
_INDENT = re.compile(r"\n\s*")
_JOINED = re.compile(r"(?<=[{(\[,;=:?&|>])\n|\n(?=[})\].,:?&|])")
"""Ends of lines beside a sign that goes on: no statement ends there but before a brace, which ends it too."""
_SAYING = tuple(
    (re.compile(long), short)
    for long, short in (
        (r"\bconst\b", "let"),
        (r"(?<!async)\((\w+)\)=>", r"\1=>"),
        (r"\btrue\b", "!0"),
        (r"\bfalse\b", "!1"),
        (r"(?<![\w.])0(?=\.\d)", ""),
    )  # fmt: skip
)
"""The same in fewer letters."""
_LETS = re.compile(r"(?m)^(?:export )?let [^;{}\n]*(?:\nlet [^;{}\n]*)+$")
"""Statements that declare, line after line; each is whole, or the last one goes on behind a string."""


def bare(source: str) -> str:
    """A script without comments, indents, and the blanks around signs; strings stay as they are.

    Templates of one line are strings; those of several lines are shaders, and lose their blanks too.
    """
    parts = _KEPT.split("\n".join(_COMMENT.sub("", line) for line in source.splitlines()))
    parts[::2] = [_shorter(code).strip(" ") for code in parts[::2]]
    parts[1::2] = [_closer(kept) if "\n" in kept else kept for kept in parts[1::2]]
    return "".join(parts).strip() + "\n"


def _closer(code: str) -> str:
    return _INDENT.sub("\n", _AROUND.sub(lambda sign: sign[1] or sign[2], code))


def _shorter(code: str) -> str:
    code = _JOINED.sub("", _closer(code))
    for long, short in _SAYING:
        code = long.sub(short, code)
    return _LETS.sub(lambda lines: lines[0].replace("\nlet ", ","), code)


@cache
def address_of_scripts() -> str:
    """Where the scripts are, below the site; another one when they change."""
    digest = hashlib.sha256(json.dumps({k: v.decode() for k, v in scripts().items()}).encode()).hexdigest()[:12]
    return f"/viewer/{digest}"


def viewer_routes(base: str = "") -> list[BaseRoute]:
    """The routes of the viewer for a site that lies at `base` below its host."""
    start = f"/{base.strip('/')}" if base.strip("/") else ""
    return [
        Route(f"{start}/viewer/{{digest}}/{{name}}", _script),
        Route(f"{start}/film", _film),
        Route(f"{start}/film.png", _png),
    ]


async def _script(request: Request) -> Response:
    name = request.path_params["name"]
    found = scripts().get(name)
    if found is None:
        return Response(f"There is no script {name!r}.", 404)
    headers = {"content-type": "text/javascript; charset=utf-8", "vary": "Accept-Encoding"}
    known = address_of_scripts().endswith(f"/{request.path_params['digest']}")
    headers["cache-control"] = FOREVER if known else "no-store"
    coding = coding_for(request.headers.get("accept-encoding", ""))
    if coding is None:
        return Response(found, headers=headers)
    return Response(_packed(name, coding), headers={**headers, "content-encoding": coding})


@cache
def _packed(name: str, coding: str) -> bytes:
    return compressed(scripts()[name], coding)


async def _film(request: Request) -> Response:
    return await run_in_threadpool(_answer, request, _film_of)


async def _png(request: Request) -> Response:
    return await run_in_threadpool(_answer, request, _png_of)


def asked_for(request: Request, which: str = "") -> tuple[str, str]:
    """Set and image that a request is for: the one door of all whole images; `sees_real` says who may see which.

    Args:
        which: `with_` for the image that it is compared with.
    """
    return request.query_params.get(f"{which}set", ""), request.query_params.get(f"{which}image", "")


def sees_real(request: Request) -> bool:
    """Whether who sends a request may see films of patients."""
    return api.sees_real(names_of_request(request))


def _film_of(request: Request) -> Response:
    from pages.components.viewer.facts import about

    (set_id, image_id), layer = asked_for(request), request.query_params.get("layer", "")
    beside = asked_for(request, "with_") if "with_set" in request.query_params else None
    real_pixels = sees_real(request)
    data = api.film(set_id, image_id, {} if layer else about(set_id, image_id, real_pixels), layer, beside, real_pixels)
    headers = {"content-type": "application/octet-stream", "vary": "Accept-Encoding", **PRIVATE}
    near = request.client is not None and request.client.host in HERE
    if near or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(data, headers=headers)
    work = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return Response(work.compress(data) + work.flush(), headers={**headers, "content-encoding": "gzip"})


def _png_of(request: Request) -> Response:
    (set_id, image_id), real_pixels = asked_for(request), sees_real(request)
    name = quote(f"{api.find_set(set_id).name}-{image_id}.png", safe="")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", **PRIVATE}
    return Response(api.export_png(set_id, image_id, real_pixels=real_pixels), media_type="image/png", headers=headers)


def _answer(request: Request, make: Callable[[Request], Response]) -> Response:
    """The answer, or what is wrong as JSON: `message` and `hint`, which the pane says."""
    try:
        return make(request)
    except api.NotAllowed as error:
        return _wrong(403, error.message, error.hint)
    except api.BenchError as error:
        return _wrong(404, error.message, error.hint)
    except Exception:
        log.exception("a film could not be sent")
        return _wrong(500, "Something went wrong while this film was read.", "The log of the server says what.")


def _wrong(status: int, message: str, hint: str) -> Response:
    return Response(json.dumps({"message": message, "hint": hint}), status, headers=PRIVATE, media_type="application/json")
