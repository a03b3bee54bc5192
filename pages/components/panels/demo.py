"""The empty state of a workspace: offers the embedded study and follows how far it is."""

import streamlit as st

from bench_core import api
from pages.components.frame.menu import page_path
from pages.components.frame.problems import attempt


def offer(title: str, text: str, own: bool = True) -> None:
    """What would be here, and the button that prepares the embedded study; its progress once it was pressed."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f"### {title}", text_alignment="center", width=640)
        st.markdown(text, text_alignment="center", width=640)
        state = api.demo_state()
        if st.session_state.get("_preparing") or (state.done and not state.ready):
            _follow()
        else:
            st.markdown(
                "The embedded study has simulated patients, seven generators and all their numbers. Nothing is downloaded and no patient "
                "data is needed; it takes a few seconds.",
                text_alignment="center",
                width=640,
            )
            with st.container(horizontal=True, horizontal_alignment="center"):
                st.button("Prepare the embedded study", type="primary", icon=":material/science:", key="prepare-demo", on_click=_start)
                if own and st.button("Import my own images", icon=":material/upload:", key="to-data"):
                    st.switch_page(page_path("data"))
        st.space("small")


def _start() -> None:
    st.session_state["_preparing"] = True
    attempt(api.start_demo)


@st.fragment(run_every=1.0)
def _follow() -> None:
    state = api.demo_state()
    if state.ready:
        st.session_state.pop("_preparing", None)
        st.rerun()
    st.progress(min(1.0, state.done / max(1, state.total)), text=state.message or "Preparing the embedded study …", width=640)
