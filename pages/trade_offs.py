"""Trade-offs: any two metrics against each other, one point per synthetic set, with intervals, nulls and the Pareto front."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import external_numbers, fronts, trade_off
from pages.components.frame import address
from pages.components.frame.problems import empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.page import open_page
from pages.components.panels import comparing, demo, modes
from pages.components.panels.set_panel import panel
from pages.components.panels.trade_off_view import CHANCE, FRONT, NULL, RAW, choose, show, warn_of_differences
from pages.components.style.palette import theme
from pages.components.tables import glance


def draw(reference: ReferenceInUse | None) -> None:
    """Controls, figure with the selected set at its right, numbers below."""
    if reference is None:
        return demo.offer(
            "No generator has been evaluated", "Each evaluated set of synthetic images is a point here: how real against how private."
        )
    mode, theirs = modes.choose(reference)
    results, corrected = (read.results(reference, m) for m in (mode, "corrected"))
    results = results if mode == "corrected" else results[results["status"] != "skipped"]
    if mode == "compatible" and results.empty and len(corrected):
        return modes.offer(reference, dict(zip(corrected["set_name"], corrected["synthetic"], strict=True)))
    if results.empty or not (results["status"] == "ok").any():
        empty(
            "No generator has been evaluated against this reference",
            f"Each evaluated set is a point here. Generate images, then evaluate them against "
            f"{reference.real_name} with {reference.encoder_title}.",
            "Generate images",
            page="generate",
        )
        return None
    metrics = api.metrics()
    compared = choose(results)
    x, y = metrics[compared.x], metrics[compared.y]
    points = fronts.trade_off_points(results[results["set_name"].isin(compared.names)], x.id, y.id, compared.size)
    if points.empty:
        empty("No set has both numbers", "Choose another metric, or evaluate the sets with both.", icon=":material/help:")
        return None
    names = points["set_name"].tolist()
    warn_of_differences(results, compared, names)
    figure_side, panel_side = beside([7, 3], "trade-offs")
    with panel_side.container(border=True):
        selected = address.one(st.selectbox, "Selected", names, names[0], key="set", help="Or click a point.")
        panel(selected, results)
    raw, chance = RAW in compared.layers, CHANCE in compared.layers
    chances = comparing.front_chances(reference, [x.id, y.id], names, raw) if chance else {}
    on_front = fronts.front(points, x, y, raw) if FRONT in compared.layers else None
    axes = trade_off.Axes(x, y, metrics.get(compared.size or ""), reference.encoder)
    layers = trade_off.Layers(NULL in compared.layers and not theirs, on_front, chances)
    figure = trade_off.figure(points, axes, trade_off.Scene(read.look(names), theme(), selected, height=500), layers)
    if theirs:
        external_numbers.add(figure, external_numbers.points(x.id, y.id, reference.encoder, mode), theme(), (x.title, y.title))
    with figure_side:
        show(figure, points, x, y, chances)
    if chance:
        comparing.offer_draws(reference, results, [n for n in names if n not in chances], "chance of being on the front")
    table = glance.wide_table(results, metrics, compared.metrics, names)
    if chances:
        table.insert(2, "on the front", [f"{chances[n]:.0%}" if n in chances else "–" for n in names])
    st.dataframe(table, hide_index=True, alt="Numbers of the chart")
    comparing.against_others(reference, selected, [x.id, y.id], names, metrics)
    modes.show_both(reference, metrics, compared.metrics, names)
    return None


open_page("Trade-offs", "Which generator gives the best images for the privacy it costs?", draw)
