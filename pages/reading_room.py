"""Reading room: blinded reader studies, their links, and what comes of them."""

import streamlit as st

from bench_core import api
from pages.components.frame import address
from pages.components.frame.reference import ReferenceInUse
from pages.components.page import open_page
from pages.components.panels.reading_design import design_form
from pages.components.panels.reading_plan import plan_panel
from pages.components.panels.reading_results import show_results
from pages.components.panels.reading_study import show_open

TABS = {"studies": "Studies", "new": "New study"}


def draw(_reference: ReferenceInUse | None) -> None:
    """The study that is chosen, open or closed; and the form of a new one."""
    studies = api.readings()
    if studies.empty:
        st.markdown(
            "**No reader study yet.** Choose films below: each reader gets a link and sees one film at a time, real or synthetic, without "
            "being told which. Nothing that this server sends them says it before you close the study."
        )
        design_form()
        return plan_panel()
    _, (chosen, new) = address.tabs(TABS, key="tab")
    with new:
        design_form()
        plan_panel()
    with chosen:
        names = dict(zip(studies["id"], studies["name"], strict=True))
        study = address.one(st.selectbox, "Study", list(names), next(iter(names)), key="reading", width=360, format_func=names.get)
        row = studies.set_index("id").loc[study]
        if row["closed"] is None or str(row["closed"]) == "NaT":
            show_open(study, row)
        else:
            show_results(study, row)
    return None


open_page("Reading room", "Can people tell, and what do they say?", draw)
