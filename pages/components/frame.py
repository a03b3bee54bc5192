"""The frame around every page: menu, study in use, title with its question, errors in a box."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from pages.components import viewer
from pages.components.palette import Theme
from pages.components.problems import guard
from pages.components.study import InUse, choose_study

FOLDER = Path(__file__).resolve().parent.parent
MENU: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "": (("overview", "Overview", "dashboard", "What this is, the study at a glance, and where to go."),),
    "Make": (
        ("generate", "Generate", "auto_awesome", "Draw chest X-rays from a prompt, with one or several models."),
        ("queue", "Queue", "pending_actions", "Runs: progress, cancel, why one failed, repeat."),
    ),
    "Judge": (
        ("trade_offs", "Trade-offs", "bubble_chart", "Any two metrics against each other, a point a generator."),
        ("memorization", "Memorization", "fingerprint", "Synthetic images beside their nearest training images."),
        ("embeddings", "Embeddings", "scatter_plot", "A map of real, training and synthetic images."),
    ),
    "Set up": (
        ("data", "Data", "database", "Image sets: import, look, delete, disk use."),
        ("catalog", "Catalog", "menu_book", "Cards of models, encoders and metrics."),
    ),
}
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 32" width="150" height="32">
<g fill="none" stroke="#2FA99A" stroke-width="2.6"><circle cx="11" cy="20" r="7.5"/><circle cx="21" cy="20" r="7.5"/><circle cx="16" cy="11.5" r="7.5"/></g>
<text x="37" y="23" font-family="Source Sans,Source Sans 3,Helvetica,Arial,sans-serif" font-size="20" font-weight="700" fill="#2FA99A">TriadCXR</text>
</svg>"""


def page_path(name: str) -> str:
    """Where the script of a page is."""
    return str(FOLDER / f"{name}.py")


def menu() -> Any:
    """The pages in their groups; the default one is the overview."""
    return st.navigation({
        group: [st.Page(page_path(n), title=t, icon=f":material/{i}:", default=n == "overview", help=h) for n, t, i, h in pages]
        for group, pages in MENU.items()
    }, expanded=True)  # fmt: skip


def theme() -> Theme:
    """The theme that the browser shows."""
    return "light" if st.context.theme.type == "light" else "dark"


def open_page(title: str, question: str, draw: Callable[[InUse | None], None]) -> None:
    """Draws a page: its frame, then `draw` with the study in use (None on an empty workspace)."""
    st.set_page_config(page_title=f"{title} · TriadCXR", page_icon=":material/radiology:", layout="wide")
    if "_framed" not in st.session_state:
        # A cold link to a fresh server runs this page without app.py, beneath Streamlit's own list of files: take the frame of app.py.
        st.session_state["_framed"] = True
        if not st.session_state.get("_menu"):
            menu()
            st.rerun()
    for key, value in (st.session_state.pop("_carry", None) or {}).items():
        st.session_state[key] = value
    st.logo(LOGO, size="large")
    st.title(title, anchor=False)
    st.caption(question)
    with guard():
        study = choose_study()
        draw(study)
        viewer.open_if_asked()
