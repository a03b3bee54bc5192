"""The empty state of a workspace: offers the embedded study and says how far it is."""

import streamlit as st

from bench_core import api
from pages.components.problems import guard


def offer(title: str, text: str, own: bool = True) -> None:
    """What would be here, and the button that prepares the embedded study."""
    state = api.demo_state()
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f"### {title}", text_alignment="center", width=640)
        st.markdown(text, text_alignment="center", width=640)
        st.markdown(
            "The embedded study has simulated patients, seven generators and all their numbers. Nothing is downloaded, no patient "
            "data is needed; it takes about a minute.",
            text_alignment="center",
            width=640,
        )
        with st.container(horizontal=True, horizontal_alignment="center"):
            clicked = st.button("Prepare the embedded study", type="primary", icon=":material/science:", key="prepare-demo")
            own = own and st.button("Import my own images", icon=":material/upload:", key="to-data")
        if state.done and not state.ready:
            st.progress(state.done / max(1, state.total), text=state.message)
        st.space("small")
    if own:
        from pages.components.frame import page_path

        st.switch_page(page_path("data"))
    if clicked:
        _prepare()


def _prepare() -> None:
    bar = st.progress(0.0, text="Preparing the embedded study …")
    with guard("prepare the embedded study"):
        api.prepare_demo(lambda done, total, label: bar.progress(min(1.0, done / max(1, total)), text=label))
        st.rerun()
