"""The frame around every page: menu, reference in use, title with its question, errors in a box."""

from collections.abc import Callable

import streamlit as st

from pages.components.frame import address, tour
from pages.components.frame.garbage import set_aside
from pages.components.frame.kiosk import keep_kiosk
from pages.components.frame.menu import LOGO, MARK, menu
from pages.components.frame.problems import guard, show_refusal, tell_of_unknown_page
from pages.components.frame.reach import within_reach
from pages.components.frame.reference import ReferenceInUse, choose_reference
from pages.components.frame.room import CSS
from pages.components.frame.sharing import copy_link
from pages.components.style.markup import draw as draw_markup
from pages.components.style.markup import style_sheet
from pages.components.viewer.besides import with_nearest
from pages.components.viewer.showing import open_if_asked


def open_page(title: str, question: str, draw: Callable[[ReferenceInUse | None], None]) -> None:
    """Draws a page: its frame, then `draw` with the reference in use (None on an empty workspace)."""
    st.set_page_config(page_title=f"{title} · TriadCXR", page_icon=MARK, layout="wide")
    if "_framed" not in st.session_state:
        # A cold link to a fresh server runs this page without app.py, beneath Streamlit's own list of files: take the frame of app.py.
        st.session_state["_framed"] = True
        if not st.session_state.get("_menu"):
            menu()
            st.rerun()
    for key, value in (st.session_state.pop("_carry", None) or {}).items():
        st.session_state[key] = value
    address.begin()
    st.logo(LOGO, size="large")
    within_reach()
    draw_markup(style_sheet(CSS))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title(title, anchor=False, width="content")
        st.space("stretch")
        share = st.container(width="content")
    st.caption(question)
    tour.show(title)
    with guard():
        keep_kiosk()
        tell_of_unknown_page(title)
        show_refusal()
        reference = choose_reference()
        draw(reference)
        open_if_asked(title, lambda set_id, ids: with_nearest(set_id, ids, reference))
    with share:
        copy_link(address.chosen())
    set_aside()
