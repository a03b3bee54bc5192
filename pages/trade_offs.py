"""Trade-offs: any two metrics against each other, one point per synthetic set, with intervals, nulls and the Pareto front."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import external_numbers, fronts, trade_off
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.problems import empty
from pages.components.frame.selection import clicked_name
from pages.components.frame.study import InUse
from pages.components.page import open_page
from pages.components.panels import comparing, demo, modes
from pages.components.panels.set_panel import panel
from pages.components.style.numbers import arrow
from pages.components.style.palette import theme
from pages.components.tables import glance
from pages.components.tables.definitions import define
from pages.components.tables.downloads import downloads

SAME = "none"
NULL, FRONT, RAW, CHANCE = "Null", "Pareto front", "Raw", "Chance"


def choose(results: pd.DataFrame) -> tuple[str, str, str | None, list[str], set[str]]:
    """The row of controls: three metrics, the sets to compare, what is drawn."""
    metrics = api.metrics()
    done = results[(results["status"] == "ok") & (results["subgroup"] == "all")]
    known = [m for m in metrics if m in set(done["metric"])]

    def name(m: str) -> str:
        return f"{arrow(metrics[m]).split()[0]} {metrics[m].title}" if isinstance(metrics[m].goal, str) else metrics[m].title

    def first(wanted: str, other: int) -> str:
        return wanted if wanted in known else known[min(other, len(known) - 1)]

    names = done.drop_duplicates("set_name")["set_name"].tolist()
    with st.container(horizontal=True, gap="small"):
        pick = {"format_func": name, "width": 200}
        x = address.one(st.selectbox, "Horizontal", known, first("frechet_distance", 0), key="x", **pick)
        y = address.one(st.selectbox, "Vertical", known, first("closer_to_train", 1), key="y", **pick)
        pick = {"format_func": lambda m: "the same for all" if m == SAME else name(m), "width": 180}
        size = address.one(
            st.selectbox, "Size of points", [SAME, *known], "tstr_auroc" if "tstr_auroc" in known else SAME, key="size", **pick
        )
        chosen = address.several(
            st.multiselect,
            "Sets",
            names,
            [],
            key="compare",
            placeholder=f"all {len(names)}",
            width=115,
            help="Which sets are compared; all unless you choose some.",
        )
        shown = address.several(
            st.pills,
            "Draw",
            [FRONT, CHANCE, NULL, RAW],
            [FRONT, CHANCE, NULL],
            key="draw",
            selection_mode="multi",
            width=300,
            help="Null: the range in which a perfect generator of this size falls; matched values are plotted then. "
            "Raw: the front is drawn on raw values, not on the shortfall from the null. "
            "Chance: the fainter a point, the less likely it is on the front.",
        )
    return x, y, None if size == SAME else size, chosen or names, set(shown)


def draw(study: InUse | None) -> None:
    """Controls, figure with the selected set at its right, numbers below."""
    if study is None:
        return demo.offer(
            "No generator has been evaluated", "Each evaluated set of synthetic images is a point here: how real against how private."
        )
    mode, theirs = modes.choose(study)
    results, corrected = (read.results(study.real, study.train, study.encoder, m) for m in (mode, "corrected"))
    results = results if mode == "corrected" else results[results["status"] != "skipped"]
    if mode == "compatible" and results.empty and len(corrected):
        return modes.offer(study, dict(zip(corrected["set_name"], corrected["synthetic"], strict=True)))
    if results.empty or not (results["status"] == "ok").any():
        empty(
            "No generator has been evaluated in this study",
            f"Each evaluated set is a point here. Generate images, then evaluate them against "
            f"{study.real_name} with {study.encoder_title}.",
            "Generate images",
            page="generate",
        )
        return None
    metrics = api.metrics()
    x, y, size, names, shown = choose(results)
    points = fronts.trade_off_points(results[results["set_name"].isin(names)], x, y, size)
    if points.empty:
        empty("No set has both numbers", "Choose another metric, or evaluate the sets with both.", icon=":material/help:")
        return None
    rows = results[results["metric"].isin([x, y]) & results["set_name"].isin(points["set_name"]) & (results["status"] == "ok")]
    found = fronts.differences(rows[rows["subgroup"] == "all"].to_dict("records"))
    if found:
        st.warning(f"These points are hard to compare: {'; '.join(found)}.", icon=":material/balance:")
    figure_side, panel_side = st.columns([7, 3], gap="medium")
    with panel_side.container(border=True):
        options = points["set_name"].tolist()
        selected = address.one(st.selectbox, "Selected", options, options[0], key="set", help="Or click a point.")
        panel(selected, results)
    chances = comparing.front_chances(study, [x, y], options, RAW in shown) if CHANCE in shown else {}
    on_front = fronts.front(points, metrics[x], metrics[y], RAW in shown) if FRONT in shown else None
    axes = trade_off.Axes(metrics[x], metrics[y], metrics.get(size or ""), study.encoder)
    layers = trade_off.Layers(NULL in shown and not theirs, on_front, chances)
    figure = trade_off.figure(points, axes, trade_off.Scene(read.look(options), theme(), selected, height=500), layers)
    if theirs:
        external_numbers.add(figure, external_numbers.points(x, y, study.encoder, mode), theme(), (metrics[x].title, metrics[y].title))

    def clicked() -> None:
        hit = clicked_name(st.session_state.get("plot"))
        if hit:
            st.session_state["set"] = hit

    with figure_side:
        st.plotly_chart(
            figure,
            key="plot",
            on_select=clicked,
            selection_mode="points",
            config=CONFIG,
            alt=f"{metrics[x].title} against {metrics[y].title} of {len(points)} sets",
        )
        told = "**The fainter a point, the less likely** it is on the front of these two metrics: the share of 40 joint half-samples."
        define([metrics[x], metrics[y]], told if chances else "")
        downloads("trade-offs", points.assign(front_probability=points["set_name"].map(chances)), figure, theme())
    if CHANCE in shown:
        comparing.offer_draws(study, results, [n for n in options if n not in chances], "chance of being on the front")
    wanted = list(dict.fromkeys(m for m in (x, y, size) if m))
    table = glance.wide_table(results, metrics, wanted, options)
    if chances:
        table.insert(2, "on the front", [f"{chances[n]:.0%}" if n in chances else "–" for n in options])
    st.dataframe(table, hide_index=True, alt="Numbers of the chart")
    comparing.against_others(study, selected, [x, y], options, metrics)
    modes.show_both(study, metrics, wanted, options)
    return None


open_page("Trade-offs", "Which generator gives the best images for the privacy it costs?", draw)
