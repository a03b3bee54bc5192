"""Power: what each number can see of faults that are put into a perfect generator on purpose."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import power_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.problems import empty, part
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside, wide
from pages.components.frame.selection import clicked_name
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.panels.power_cell import DIVIDER, choose_cell, show_cell, table
from pages.components.runs import power_runs
from pages.components.style.numbers import counted
from pages.components.style.palette import theme
from pages.components.tables.about import About
from pages.components.tables.downloads import downloads

READING = (
    "Each cell: the smallest strength that the number notices in 80 % of spoiled generators; the greener, the milder. "
    "**–** not seen at any strength tried; **↑** the fault is called *better*. "
    "Orange is wrong: a fault called better, or something seen that is to be borne. [How it is made](methods)"
)


def told(reference: ReferenceInUse, counts: pd.DataFrame) -> About:
    """What the counts are about, for whoever opens the files."""
    metrics, sizes = api.metrics(), sorted({int(n) for n in counts["n"]})
    facts = {
        "real_set": f"{reference.real_name} ({counted(reference.n_real, 'image')})",
        "training_set": f"{reference.train_name} ({counted(reference.n_train, 'image')})" if reference.train else "none",
        "encoder": f"{reference.encoder_title} ({reference.encoder})",
        "metrics": "; ".join(f"{metrics[m].title} ({m}, version {metrics[m].version})" for m in dict.fromkeys(counts["metric"])),
        "n": ", ".join(map(str, sizes)),
        "made_with": "TriadCXR",
    }
    reading = "worse of repeats generators lay outside a perfect one's range on the worse side; low to high is the interval of that share."
    return About("What each number can see", facts, [], reading)


def draw(reference: ReferenceInUse | None) -> None:
    """Controls, map with the chosen cell at its right, all cells below."""
    if reference is None:
        return demo.offer("Nothing to judge numbers by", "What each number can see of blur, lost findings or copies stands here.")
    counts = read.power(reference)
    limits = read.power_limits(reference)
    if limits.empty:
        return power_runs.offer_power(reference)
    sizes = sorted(int(n) for n in limits["n"].unique())
    with st.container(horizontal=True, gap="medium"):
        n = address.one(
            st.segmented_control, "Films of a generator", sizes, sizes[0], key="n", format_func=lambda n: f"n = {n:,}", required=True
        )
        families = address.several(st.pills, "Families", api.FAMILIES, api.FAMILIES, key="families", selection_mode="multi")
    limits = limits[(limits["n"] == n) & limits["family"].isin(families)].reset_index(drop=True)
    counts = counts[(counts["n"] == n) & counts["family"].isin(families)].reset_index(drop=True)
    if limits.empty:
        empty("Nothing to show", "Choose more families.", icon=":material/help:")
        return None
    left, right = beside([7, 3], "power")
    with right.container(border=True):
        chosen = choose_cell(limits)
        with part("show the chosen number"):
            show_cell(counts, limits, chosen)
    figure = power_charts.power_map(limits, api.faults(), api.metrics(), theme(), chosen)

    def clicked() -> None:
        hit = clicked_name(st.session_state.get("power"))
        if hit:
            metric, fault, variant = hit.split(DIVIDER)
            st.session_state.update(metric=metric, fault=f"{fault}{DIVIDER}{variant}")

    with left, part("draw the map"):
        wide("power").plotly_chart(
            figure,
            key="power",
            on_select=clicked,
            selection_mode="points",
            config=CONFIG,
            alt="The smallest strength of each fault that each number sees",
        )
        against, repeats = int(counts["against"].max()), int(counts["repeats"].max())
        st.caption(f"{READING} {power_runs.against(n, against, repeats)}")
        downloads("power", counts, figure, theme(), told(reference, counts))
    power_runs.offer_more(reference, sizes)
    st.dataframe(table(limits), hide_index=True, alt="What each number sees")
    return None


open_page("Power", "What can each number see of a generator's faults?", draw)
