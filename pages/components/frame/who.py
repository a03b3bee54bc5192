"""Who uses the page: turns and quotas of the shared queue go by it."""

import secrets

import streamlit as st

from bench_core import api
from bench_core.api import RunSpec

LONGEST = 60


def user() -> str:
    """The account that is logged in, the name that a trusted proxy sends, the one typed on the Queue page, or a guest of this tab."""
    known = signed_in()
    if known:
        return known
    return str(st.session_state.setdefault("_who", f"guest-{secrets.token_hex(2)}"))


def signed_in() -> str | None:
    """The name that somebody else vouches for; None where people say who they are."""
    if getattr(st.user, "is_logged_in", False):
        return str(st.user.get("email") or st.user.get("name") or "") or None
    header = api.user_header()
    return (st.context.headers.get(header) or None) if header else None


def submit(spec: RunSpec, priority: int | None = None) -> str:
    """Queues a request of whoever uses the page; see `api.submit`."""
    return api.submit(spec, priority, user())


def ask() -> None:
    """The name of the user, to be typed where nobody vouches for one."""
    known = signed_in()
    if known:
        st.caption(f"You are **{known}**.")
        return
    st.session_state.setdefault("_typed", user())
    st.text_input("Your name", key="_typed", max_chars=LONGEST, on_change=_rename, help="Users take turns by it. It lasts for this tab.")


def _rename() -> None:
    typed = str(st.session_state["_typed"]).strip()
    if typed:
        st.session_state["_who"] = typed
