"""Studies: tables of cells from generation to release, each with what it is worth for training and what an attack finds."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.figures import study_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.problems import empty, part, without_training_set
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.panels.study_parts import looks, reading, refused, table, told
from pages.components.runs import study_runs
from pages.components.style.palette import theme
from pages.components.style.words import plain
from pages.components.tables.downloads import downloads

AXES = {"area": "Area under the ROC curve", "found": "Patients found at 1 % false alarms"}


def choose(known: dict[str, study_runs.Listed]) -> study_runs.Listed:
    """One of the studies on these sets, those that were begun first."""
    first = next(iter(known))
    return known[address.one(st.selectbox, "Study", list(known), first, key="table", format_func=lambda name: known[name].words)]


def draw(reference: ReferenceInUse | None) -> None:
    """The study, how far it is, utility against attack strength beside its cost in time, every cell as a table."""
    if reference is None:
        return demo.offer("Nothing to study yet", "Generators, filters and ways of releasing are compared here, cell by cell.")
    if reference.train is None:
        return without_training_set(
            "Attacks ask who was in the training set. Choose a reference with one in the sidebar, or import those images."
        )
    known = study_runs.listed(reference)
    left, right = st.columns([8, 4], vertical_alignment="bottom")
    with left:
        chosen = choose(known)
    with right:
        study_runs.controls(chosen)
    st.caption(plain(chosen.summary))
    try:
        cells = study_runs.cells(chosen.toml, chosen.done)
    except api.UnknownName as error:
        empty("This study asks for what is not here", f"{error.message} {error.hint}", icon=":material/help:")
        return None
    made = cells[cells["attack_auc"].notna() & cells["utility"].notna()].reset_index(drop=True)
    if made.empty:
        empty("No cell is made yet", f"{len(cells)} cells: {reading(cells)}", icon=":material/table:")
    else:
        show(made, cells, chosen, reference)
    refused(cells)
    table(cells)
    return None


def show(made: pd.DataFrame, cells: pd.DataFrame, chosen: study_runs.Listed, reference: ReferenceInUse) -> None:
    """The figure with its Pareto front, and the time that every cell took."""
    one, two = beside([8, 4], "studies")
    with one, part("draw utility against attack strength"):
        axis = address.one(
            st.segmented_control, "Attack strength", list(AXES), "area", key="strength", format_func=AXES.__getitem__, required=True
        )
        figure = study_charts.trade_off(made, looks(made), axis, theme())
        st.plotly_chart(figure, key="study", config=CONFIG, alt="Utility of each cell against the strength of the attack on it")
        st.caption(
            "Upper left is best: of most use, and least given away. Bars are 95 % intervals; the line joins cells that no other cell beats "
            "on both axes by its point. Each release is attacked by what fits it, so areas of two attacks are not one scale."
        )
        downloads("studies", cells, figure, theme(), told(reference, chosen.title, cells))
    with two, part("draw the time"):
        st.caption("Cost in time: seconds of all runs, by what was drawn or taken")
        st.plotly_chart(study_charts.cost(cells, looks(cells), theme()), key="cost", config=CONFIG, alt="Seconds of each set of cells")


open_page("Studies", "What is worth releasing, and what does it give away?", draw)
