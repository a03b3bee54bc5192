"""Findings: any metric for each finding (or view) and each generator, read against its own null, so that small n is no failure."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import subgroup_numbers
from pages.components.frame import address
from pages.components.frame.problems import empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.panels.subgroups import ask, show_cell, show_figures
from pages.components.runs.status import evaluation_of, running_now
from pages.components.style.numbers import arrow


def draw(reference: ReferenceInUse | None) -> None:
    """Controls, figures with the selected cell at their right, numbers below."""
    if reference is None:
        return demo.offer("No generator has been evaluated", "Here each finding of each generator is judged by itself, rare ones too.")
    results = read.results(reference)
    if results.empty:
        text = f"Generate images, then evaluate them against {reference.real_name} with {reference.encoder_title}."
        empty("No generator has been evaluated against this reference", text, "Generate images", page="generate")
        return None
    metrics = api.metrics()
    with st.container(horizontal=True, gap="small"):
        kinds = subgroup_numbers.BY
        by = address.one(st.segmented_control, "Groups", list(kinds), "finding", key="groups", format_func=kinds.get)
        known = [m for m in metrics if "synthetic" in metrics[m].reads]
        first = "kernel_distance" if "kernel_distance" in known else known[0]
        pick = {"format_func": lambda m: f"{metrics[m].title}  {arrow(metrics[m])}", "width": 330}
        metric = metrics[address.one(st.selectbox, "Metric", known, first, key="metric", **pick)]
    running_now()
    missing = list(subgroup_numbers.without(results, by))
    idle = [s for s in missing if evaluation_of(s) is None]
    if len(missing) == results["synthetic"].nunique():
        empty(
            f"No numbers by {by} yet" if idle else f"Being evaluated by {by}",
            f"Each {by} of each generator is a cell here, with its own null, so that rare ones are not mistaken for bad ones. It takes a "
            "worker about a minute per set.",
            f"Evaluate {len(idle)} sets by {by}" if idle else None,
            lambda: ask(reference, idle, by),
            icon=":material/grid_on:",
        )
        return None
    groups = api.FINDINGS if by == "finding" else ("AP", "PA", "lateral")
    counts = {g: len(read.members(reference.real, f"{by}={g}")) for g in groups}
    share = {g: c / reference.n_real for g, c in counts.items() if c}
    found = subgroup_numbers.cells(results, metric, by, counts)
    if found.empty:
        empty(f"No set has {metric.title} by {by}", "Choose another metric.", icon=":material/help:")
        return None
    left, right = beside([7, 3], "findings")
    with right.container(border=True):
        chosen = show_cell(reference, found, metric, by)
    with left:
        show_figures(found, metric, by, share, chosen)
    st.dataframe(subgroup_numbers.table(found, share), hide_index=True, alt=f"Numbers by {by}")
    if idle:
        st.button(f"Evaluate {len(idle)} more sets by {by}", on_click=ask, args=(reference, idle, by), key="more")
    return None


open_page("Findings", "Which findings does each generator draw well, once their number is allowed for?", draw)
