"""Findings: any metric for each finding (or view) and each generator, read against its own null, so that small n is no failure."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import subgroup_numbers
from pages.components.frame import address
from pages.components.frame.compared import choose_sets
from pages.components.frame.problems import empty, part
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.panels.subgroups import Grouping, show_cell, show_figures
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.numbers import arrow
from pages.components.tables.about import about
from pages.components.tables.verdicts import COLOUR_BY, HELP, verdicts


def draw(reference: ReferenceInUse | None) -> None:
    """Controls, figures with the selected cell at their right, numbers below."""
    if reference is None:
        return demo.offer("No generator has been evaluated", "Here each finding of each generator is judged by itself, rare ones too.")
    results = read.results(reference)
    if results.empty:
        wanted = Evaluations(reference, evaluations.lacking(results), subgroup="finding")
        text = "Each finding of each generator is a cell here, with its own null, so that rare ones are not mistaken for bad ones."
        return evaluations.offer(wanted, "No generator has been evaluated against this reference", text)
    metrics = api.metrics()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        kinds = subgroup_numbers.BY
        by = address.one(st.segmented_control, "Groups", list(kinds), "finding", key="groups", format_func=kinds.get, required=True)
        known = [m for m in metrics if "synthetic" in metrics[m].reads]
        grouped = results[results["subgroup"].str.startswith(f"{by}=") & results["value"].notna()]
        there = set(grouped["metric"])
        first = next((m for m in ("kernel_distance", *known) if m in there), known[0])
        pick = {"format_func": lambda m: f"{metrics[m].title}  {arrow(metrics[m])}", "width": 300}
        metric = metrics[address.one(st.selectbox, "Metric", known, first, key="metric", **pick)]
        names = choose_sets(results, width=240)
        colours = address.one(
            st.segmented_control, "Colour", ["each", "page"], "each", key="cells", format_func=COLOUR_BY.get, help=HELP, required=True
        )
    whole = {n: i for n, i in evaluations.whole_sets().items() if n in names or i not in set(results["synthetic"])}
    without = set(subgroup_numbers.without(results, by)) | set(evaluations.lacking(results).values())
    wanted = Evaluations(reference, {n: i for n, i in whole.items() if i in without}, subgroup=by)
    if not results["subgroup"].str.startswith(f"{by}=").any():
        text = f"Each {by} of each generator is a cell here, with its own null, so that rare ones are not mistaken for bad ones."
        return evaluations.offer(wanted, f"No numbers by {by} yet", text)
    groups = api.FINDINGS if by == "finding" else ("AP", "PA", "lateral")
    counts = {g: len(read.members(reference.real, f"{by}={g}")) for g in groups}
    share = {g: c / reference.n_real for g, c in counts.items() if c}
    found = subgroup_numbers.cells(results[results["set_name"].isin(names)], metric, by, counts)
    evaluations.offer_rest(wanted)
    if found.empty:
        empty(f"No set has {metric.title} by {by}", "Choose another metric.", icon=":material/help:")
        return None
    judged = verdicts(found, metrics, colours)
    found = subgroup_numbers.coloured(found, judged.coloured)
    left, right = beside([7, 3], "findings")
    chosen = (str(found["set_name"].iloc[0]), str(found["group"].iloc[0]))
    with right.container(border=True), part("show the selected cell"):
        chosen = show_cell(reference, found, metric, by)
    with left, part("draw the figures"):
        told = about(f"{metric.title} by {by}", reference, found, metrics)
        show_figures(found, metric, Grouping(by, share, chosen), judged.words, told)
    st.dataframe(subgroup_numbers.table(found, share), hide_index=True, alt=f"Numbers by {by}")
    return None


open_page("Findings", "Which findings does each generator draw well, once their number is allowed for?", draw)
