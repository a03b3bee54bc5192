"""Who uses the page: turns and quotas of the shared queue go by it, and who may stop or delete a run."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

from bench_core import api
from bench_core.api import RunSpec
from pages.components.frame.problems import attempt
from pages.components.identity import sees_real
from pages.components.style.words import plain

LONGEST = 60
BLURRED = ":material/blur_on: Films of patients are blurred for you: whoever runs the site says who may see them (BENCH_ROLES)."


def user() -> str:
    """The account that is logged in, the name that a trusted proxy sends, or what the guest of this browser is called."""
    return signed_in() or api.guest_name(guest())


def signed_in() -> str | None:
    """The name that somebody else vouches for, as others read it; None where people say who they are. Roles go by `identity`."""
    if getattr(st.user, "is_logged_in", False):
        return str(st.user.get("email") or st.user.get("name") or "") or None
    header = api.user_header()
    return (st.context.headers.get(header) or None) if header else None


def guest() -> str:
    """The guest whom the cookie of this browser names (`site.door` sets it); one of this tab where it keeps no cookies, or is a kiosk's."""
    if "_guest" not in st.session_state:
        known = None if api.kiosk_seconds() else api.guest_of(st.context.cookies.get(api.guest_cookie(), ""))
        st.session_state["_guest"] = known or api.guest_of(api.new_guest())
    return str(st.session_state["_guest"])


def submit(spec: RunSpec, priority: int | None = None) -> str:
    """Queues a request of whoever uses the page; see `api.submit`."""
    return api.submit(spec, priority, user())


def ask() -> None:
    """Who one is; where nobody vouches for it, the field for a name and the link that takes it to another browser."""
    known = signed_in()
    if not sees_real():
        st.caption(BLURRED)
    if known:
        st.caption(f"You are **{plain(known)}**.")
        return
    st.session_state["_typed"] = user()
    st.text_input(
        "Your name", key="_typed", max_chars=LONGEST, on_change=_rename,
        help="Users take turns by it, and only you may stop or delete your runs. This browser keeps it.",
    )  # fmt: skip
    st.caption("In another browser you are the same person once you have opened this link there. Keep it to yourself.")
    st.code(link(), language=None, wrap_lines=True)


def link() -> str:
    """The address that makes another browser be this guest."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{here.path}?{urlencode({api.GUEST_LINK: api.guest_token(guest())})}"


def _rename() -> None:
    typed = str(st.session_state["_typed"]).strip()
    if typed:
        attempt(api.rename_guest, guest(), typed)
