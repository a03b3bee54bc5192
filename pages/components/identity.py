"""Who somebody else vouches for: a trusted proxy by its header, or a login. Names that people give themselves are none of these.

A page asks of its session, an address of films asks of its request; both find the same names.
"""

import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import Request

from bench_core import api

log = logging.getLogger("triadcxr.pages")
LOGIN_COOKIE = "_streamlit_user"


def names_of_session() -> tuple[str, ...]:
    """Whom this page's visitor is vouched for as; empty where nobody does."""
    if getattr(st.user, "is_logged_in", False):
        return _names_of_login(st.user.to_dict())
    header = api.user_header()
    found = st.context.headers.get(header) if header else None
    return (found,) if found else ()


def names_of_request(request: Request) -> tuple[str, ...]:
    """The same of a request beside the pages. The guard of the site has taken off headers that are not believed."""
    login = _login_of(request)
    if login.get("is_logged_in"):
        return _names_of_login(login)
    header = api.user_header()
    found = request.headers.get(header) if header else None
    return (found,) if found else ()


def sees_real() -> bool:
    """Whether the visitor of this page may see films of patients; see `api.sees_real`."""
    return api.sees_real(names_of_session())


def path_of_films(typed: str) -> Path:
    """A path of the server, typed into a page, from which films are imported: under another kind they would be shown to anybody.

    Raises:
        NotAllowed: the visitor may not see films of patients.
        InputError: pages may not read it; see `api.path_for_pages`.
    """
    if not sees_real():
        raise api.NotAllowed(
            "Films that lie on the server are imported by those who may see films of patients.", "Whoever runs the site gives the role."
        )
    return api.path_for_pages(typed)


def _names_of_login(login: Mapping[str, Any]) -> tuple[str, ...]:
    """The verified address and the subject; none where the login has run out: Streamlit's own cookie lasts a month."""
    ends = login.get("exp")
    if isinstance(ends, int | float) and ends < time.time():
        return ()
    email = login.get("email") if login.get("email_verified") is not False else None
    return tuple(str(name) for name in (email, login.get("sub")) if name)


def _login_of(request: Request) -> dict[str, Any]:
    """What Streamlit's signed cookie says, as its own WebSocket reads it; nothing where it is not whole or of another site."""
    if not any(name.startswith(LOGIN_COOKIE) for name in request.cookies):
        return {}
    try:
        from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

        signed = _get_signed_cookie_with_chunks(request.cookies, LOGIN_COOKIE)
        said = json.loads(signed) if signed else {}
    except Exception:
        log.exception("the cookie of a login cannot be read")
        return {}
    mine = request.headers.get("host", "")
    return said if isinstance(said, dict) and urlsplit(str(said.get("origin", ""))).netloc == mine else {}
