"""Choices that live in the address and in the session: a view can be sent to a colleague, and is still there after another page.

Streamlit's own `bind="query-params"` writes labels as people read them; here ids are written, so that a link outlives a wording.
What is the default stays out of the address, so that it is short; `chosen` has it, for links that shall say everything.
An address that asks for what is not there is said, and nothing is shown in its place.
"""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import streamlit as st

from bench_core.errors import InputError

_CHOSEN = "_chosen"


def begin() -> None:
    """A page begins: nothing is chosen on it yet."""
    st.session_state[_CHOSEN] = {}


def chosen() -> Mapping[str, str]:
    """All choices of this page that were drawn so far, the defaults too, as they stand in an address."""
    return dict(st.session_state.get(_CHOSEN) or {})


def one(
    widget: Callable[..., Any],
    label: str,
    options: Sequence[Any],
    default: Any,
    *,
    key: str,
    formerly: str = "",
    absent: Mapping[str, str] | None = None,
    **more: Any,
) -> Any:
    """A widget of one choice. What another page left in the session and is no option here becomes `default`.

    Args:
        formerly: what older addresses call this choice; it is read where the address has no `key`, and leaves the address.
        absent: what exists and is no option here all the same, with the reason and what to do, in sentences.

    Raises:
        InputError: the address asks for what is no option.
    """
    known = {str(option): option for option in options}
    older = st.query_params.pop(formerly, None) if formerly else None
    held = st.session_state.get(key)
    asked = st.query_params.get(key, older) if held is None else None
    unknown = asked is not None and asked not in known
    if unknown and widget is st.select_slider:  # it cannot stand empty
        raise _not_here(asked, label, known)
    st.session_state[key] = None if unknown else known.get(str(asked if held is None else held), default)
    value = widget(label, options, key=key, persist_state="session", **more)
    if unknown and value is None:
        raise _not_here(asked, label, known, absent)
    value = default if value is None else value
    _write(key, None if value is None else str(value), None if default is None else str(default))
    return value


def several(widget: Callable[..., Any], label: str, options: Sequence[Any], default: Sequence[Any], *, key: str, **more: Any) -> list[Any]:
    """A widget of several choices, comma-separated in the address. Of what another page left options count; where none is, `default` does.

    Raises:
        InputError: the address asks for what is no option.
    """
    known = {str(option): option for option in options}
    held, text = st.session_state.get(key), st.query_params.get(key)
    asked = text.split(",") if held is None and text is not None else list(default) if held is None else held
    found = [known[str(a)] for a in asked if str(a) in known]
    if held is None or (text, found) != st.session_state.get(f"_lost {key}", (None,))[:2]:
        lost = next((str(a) for a in asked if str(a) and str(a) not in known), "") if held is None else ""
        st.session_state[f"_lost {key}"] = (text, found, lost)
    lost = st.session_state[f"_lost {key}"][2]  # as long as nobody chose anything else
    st.session_state[key] = found if found or lost or not any(asked) else list(default)
    value = list(widget(label, options, key=key, persist_state="session", **more) or [])
    if lost:
        raise _not_here(lost, label, known)
    _write(key, ",".join(map(str, value)), ",".join(map(str, default)))
    return value


def flag(label: str, default: bool = False, *, key: str, **more: Any) -> bool:
    """A switch; `1` or `0` in the address."""
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(key, str(int(default))) == "1"
    value = bool(st.toggle(label, key=key, persist_state="session", **more))
    _write(key, str(int(value)), str(int(default)))
    return value


def page(pages: int, *, key: str, name: str = "page", default: int = 1, **more: Any) -> int:
    """The page of a list, from 1; drawn where there are several. One beyond the end is the last one.

    Args:
        key: of the widget, another one for each list.
        name: of the choice in the address.
        default: the page where the address names none.
    """
    if pages <= 1:
        return 1
    if key not in st.session_state:
        asked = st.query_params.get(name, "")
        st.session_state[key] = min(max(int(asked), 1), pages) if asked.isdigit() else default
    elif st.session_state[key] > pages:
        st.session_state[key] = pages
    number = int(st.pagination(pages, key=key, **more))
    _write(name, str(number), str(default))
    return number


def tabs(names: Mapping[str, str], *, key: str) -> tuple[str, Sequence[Any]]:
    """Tabs by id and title: the id of the one that is open, and all of them, in order.

    Raises:
        InputError: the address asks for one that is not there.
    """
    ids, asked = list(names), st.query_params.get(key)
    if key not in st.session_state and asked is not None and asked not in names:
        raise _not_here(asked, "the tabs", names)
    drawn = st.tabs(list(names.values()), key=key, default=names.get(asked or ids[0]), on_change="rerun")
    now = next((i for i, tab in zip(ids, drawn, strict=True) if tab.open), ids[0])
    _write(key, now, ids[0])
    return now, drawn


def _not_here(asked: object, label: str, known: Mapping[str, Any], absent: Mapping[str, str] | None = None) -> InputError:
    if str(asked) in (absent or {}):
        return InputError(f"The address asks for {str(asked)!r} under {label}.", (absent or {})[str(asked)])
    close = get_close_matches(str(asked), known, n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]!r}? Choose it there." if close else "Choose another one there."
    return InputError(f"The address asks for {str(asked)!r} under {label}, and there is no such thing here.", hint)


def _write(key: str, text: str | None, default: str | None) -> None:
    """Puts `text` into the address unless it is the default anyway, and remembers it for `chosen`."""
    if text is not None:
        st.session_state.setdefault(_CHOSEN, {})[key] = text
    if text is None or text == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != text:
        st.query_params[key] = text
