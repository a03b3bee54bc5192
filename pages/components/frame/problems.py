"""Errors in a box with what to do, never a traceback; and what an empty page offers."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from bench_core.errors import BenchError, TableError
from pages.components.frame.menu import page_path
from pages.components.style.words import inert

ASKED = "no_page"
"""What an address carries that stands in for one of a page that does not exist: the path that was asked for."""
LONGEST = 80
log = logging.getLogger("triadcxr.pages")


def show_error(message: str, hint: str = "", problems: list[str] | None = None) -> None:
    """A box: what is wrong, what to do, and the bad rows where there are any."""
    lines = [f"**{inert(in_words_of_pages(message))}**", *([inert(in_words_of_pages(hint))] if hint else [])]
    if problems:
        shown = [inert(in_words_of_pages(problem)) for problem in problems[:20]]
        lines += ["\n".join(f"- {p}" for p in shown)]
        lines += [f"… and {len(problems) - len(shown)} more."] if len(problems) > len(shown) else []
    st.error("\n\n".join(lines), icon=":material/error:")


def tell_of_unknown_page(title: str) -> None:
    """Says that the address asked for a page that does not exist, on the one (`title`) that stands in for it, until another is opened."""
    asked = st.query_params.pop(ASKED, None)
    if asked:
        st.session_state["_no_page"] = (asked[:LONGEST], title)
    asked, where = st.session_state.get("_no_page") or ("", "")
    if asked and where == title:
        asked = asked.replace("`", "")
        st.warning(f"There is no page `{asked}`; this is {title}. The menu lists all pages.", icon=":material/wrong_location:")
    elif asked:
        del st.session_state["_no_page"]


OPTIONS = {
    "--skip-bad": "“Import the rest when rows are wrong”",
    "--copy": "“Copy the images into the workspace”",
    "--split": "“Only this split”",
    "--view": "“Only this view”",
    "--root": "“Folder of the data set”",
    "--layout": "“Layout”",
    "--train SET": "a training set in the sidebar",
    "--real SET": "a reference in the sidebar",
    "--generator ID": "a set that one of these generators made",
    "--encoder ID": "an encoder in the sidebar",
    "--address": "BENCH_RAY_ADDRESS",
    "--engine local": "BENCH_ENGINE=local",
}
"""What an option of the command line, which hints of the engine name, is called on the pages."""
_OPTION = re.compile("|".join(map(re.escape, sorted(OPTIONS, key=len, reverse=True))))


def in_words_of_pages(text: str) -> str:
    """A message of the engine with the names of fields in place of options of the command line."""
    return _OPTION.sub(lambda found: OPTIONS[found.group()], text)


@contextmanager
def guard(doing: str = "show this page") -> Iterator[None]:
    """Turns whatever goes wrong inside into a box. Unforeseen faults go to the server's log with their traceback."""
    try:
        yield
    except TableError as error:
        show_error(error.message, error.hint, error.problems)
    except BenchError as error:
        show_error(error.message, error.hint)
    except Exception:
        log.exception("could not %s", doing)
        show_error(f"TriadCXR could not {doing}.", "The reason is in the server's log. Reload the page; if it stays, please report it.")


@contextmanager
def part(doing: str) -> Iterator[None]:
    """A part of a page that may fail by itself: one line in its place says so, and the rest of the page stands."""
    try:
        yield
    except BenchError as error:
        st.warning(inert(f"{error.message} {error.hint}".strip()), icon=":material/warning:")
    except Exception:
        log.exception("could not %s", doing)
        st.warning(f"TriadCXR could not {doing}; the reason is in the server's log.", icon=":material/warning:")


def attempt(action: Callable[..., object], *args: object) -> None:
    """Carries out a button's action in its callback; a refusal is kept and shown by `show_refusal` on the run that follows."""
    try:
        action(*args)
    except BenchError as error:
        st.session_state["_refused"] = (error.message, error.hint)


def show_refusal() -> None:
    """The refusal of the last `attempt`, once."""
    refused = st.session_state.pop("_refused", None)
    if refused:
        show_error(*refused)


def empty(
    title: str,
    text: str,
    button: str | None = None,
    on_click: Callable[[], None] | None = None,
    *,
    page: str | None = None,
    state: dict[str, object] | None = None,
    icon: str = ":material/inbox:",
) -> bool:
    """Says what would be here and offers what fills it: a button, or the page to go to with `state`. True when the button was clicked."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f"### {icon} {title}", text_alignment="center", width=640)
        st.markdown(text, text_alignment="center", width=640)
        clicked = False
        if page:
            go_button(button or "Open", page, key=f"empty-{title}", kind="primary", state=state)
        elif button:
            clicked = st.button(button, type="primary", on_click=on_click, key=f"empty-{title}")
        st.space("small")
    return clicked


def go_button(
    label: str,
    page: str,
    *,
    key: str,
    icon: str | None = None,
    kind: str = "secondary",
    width: str = "content",
    state: dict[str, object] | None = None,
) -> None:
    """A button that leads to another page (`trade_offs`), after writing `state` to the session (and so to the address)."""
    if st.button(label, key=key, icon=icon, type=kind, width=width):  # type: ignore[arg-type]
        st.session_state.update({"_carry": state} if state else {})
        st.switch_page(page_path(page))


def without_training_set(why: str) -> None:
    """What a page that reads training images shows where the reference has none, and the way to bring some."""
    empty("This reference has no training set", why, "Import training images", page="data", state={"tab": "Import"})
