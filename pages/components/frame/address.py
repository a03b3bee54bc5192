"""Choices that live in the address and in the session: a view can be sent to a colleague, and is still there after another page.

Streamlit's own `bind="query-params"` writes labels as people read them; here ids are written, so that a link outlives a wording.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st


def one(widget: Callable[..., Any], label: str, options: Sequence[Any], default: Any, *, key: str, formerly: str = "", **more: Any) -> Any:
    """A widget of one choice. What is asked for but is no option (any more) becomes `default`.

    Args:
        formerly: what older addresses call this choice; it is read where the address has no `key`, and leaves the address.
    """
    known = {str(option): option for option in options}
    older = st.query_params.pop(formerly, None) if formerly else None
    asked = st.session_state[key] if key in st.session_state else st.query_params.get(key, older)
    st.session_state[key] = known.get(str(asked), default)
    value = widget(label, options, key=key, persist_state="session", **more)
    value = default if value is None else value
    _write(key, None if value == default else str(value))
    return value


def several(widget: Callable[..., Any], label: str, options: Sequence[Any], default: Sequence[Any], *, key: str, **more: Any) -> list[Any]:
    """A widget of several choices, comma-separated in the address. Where nothing that is asked for is an option, `default` is."""
    known = {str(option): option for option in options}
    asked = st.session_state.get(key)
    if asked is None:
        text = st.query_params.get(key)
        asked = list(default) if text is None else text.split(",")
    found = [known[str(a)] for a in asked or [] if str(a) in known]
    st.session_state[key] = found if found or not any(asked or []) else list(default)
    value = list(widget(label, options, key=key, persist_state="session", **more) or [])
    _write(key, None if value == list(default) else ",".join(map(str, value)))
    return value


def _write(key: str, text: str | None) -> None:
    """Puts `text` into the address; None, for what is the default anyway, keeps the address short."""
    if text is None:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != text:
        st.query_params[key] = text
