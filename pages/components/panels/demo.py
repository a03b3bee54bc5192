"""The empty state of a workspace: offers the embedded study and follows how far it is."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame.problems import attempt, go_button
from pages.components.style.numbers import counted


def offer(title: str, text: str, own: bool = True) -> None:
    """What would be here, and the button that prepares the embedded study; its progress once it was pressed."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f"### {title}", text_alignment="center", width=640)
        st.markdown(text, text_alignment="center", width=640)
        waiting = len(read.sets("synthetic"))
        if waiting:
            st.markdown(
                f":material/info: {counted(waiting, 'synthetic set')} {'is' if waiting == 1 else 'are'} here. What is missing are held-out "
                "**real images** to judge by: import them, or prepare the embedded study and judge against its simulated patients.",
                text_alignment="center",
                width=640,
            )
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
                if own:
                    go_button("Import my own images", "data", key="to-data", icon=":material/upload:", state={"tab": "Import"})
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
