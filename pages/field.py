"""Findings of the field: what papers found, asked of the sets that are here, each with its interval and the claim beside it."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import field_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame.problems import part, without_training_set
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.style.palette import theme
from pages.components.style.words import plain
from pages.components.tables.downloads import file_button

STATES = {"reproduced": ("green", "check"), "not reproduced here": ("orange", "close"), "not enough sets here": ("gray", "help")}


@read.kept(st.cache_data, 8, "Asking the sets")
def known(reference: api.Reference) -> list[api.FieldFinding]:
    """What papers found, asked here; see `api.field_findings`."""
    return api.field_findings(reference)


def show(found: api.FieldFinding) -> None:
    """The sentence with its verdict, the chart, and beside it what was found here and what was claimed."""
    colour, icon = STATES[found.state]
    with st.container(border=True):
        st.markdown(f"**({found.letter}) {plain(found.sentence)}** :{colour}-badge[:material/{icon}: {found.state}]")
        left, right = beside([7, 5], f"field-{found.letter}")
        with left, part(f"draw the chart of ({found.letter})"):
            if found.points.empty:
                st.caption("No set here has what this needs: see *Made by* beside it.")
            else:
                figure = field_charts.chart(found, {n: read.style_of(n, g).colour(theme()) for n, g in _generators().items()}, theme())
                st.plotly_chart(figure, key=f"field-{found.letter}", config=CONFIG, alt=plain(found.sentence))
        with right:
            st.markdown(f"**Here.** {plain(found.told)}")
            st.markdown(f"**Claimed.** {plain(found.claim)}  \n:small[{plain(found.source)}]")
            st.caption(f"Made by `{found.command}`")
            if not found.points.empty:
                file_button(f"finding-{found.letter}.csv", lambda: api.csv_of(found.points), key=f"csv-{found.letter}", label="CSV")


def _generators() -> dict[str, str | None]:
    frame = read.sets("synthetic")
    return dict(zip(frame["name"], frame["generator"], strict=True))


def draw(reference: ReferenceInUse | None) -> None:
    """All findings, one below the other."""
    if reference is None:
        return demo.offer("Nothing to ask yet", "What papers found about synthetic X-rays is asked here of the sets of this workspace.")
    if reference.train is None:
        return without_training_set("Privacy is measured against the training set. Choose a reference that has one in the sidebar.")
    found = known(reference)
    counts = [f"{sum(f.state == state for f in found)} {state}" for state in STATES]
    st.markdown(f"{', '.join(counts)}. A verdict is made of an interval alone, on these sets: another choice of sets may say otherwise.")
    for one in found:
        show(one)
    return None


open_page("Findings of the field", "What did papers find, and does it hold for the sets here?", draw)
