"""Trade-offs: any two metrics against each other, one point per synthetic set, with intervals, nulls and the Pareto front."""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from bench_core import api
from pages.components import read
from pages.components.figures import external_numbers, fronts, trade_off
from pages.components.frame.compared import UNJUDGED, choose_set
from pages.components.frame.problems import empty, part
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.page import open_page
from pages.components.panels import comparing, demo, modes
from pages.components.panels.set_panel import panel
from pages.components.panels.trade_off_view import (
    BANDS,
    CHANCE,
    FAINT,
    FRONT,
    NULL,
    RAW,
    TradeOff,
    choose,
    choose_layers,
    numbers_of,
    say_what_is_missing,
    show,
    warn_of_differences,
)
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.palette import theme
from pages.components.tables import glance
from pages.components.tables.about import about
from pages.components.tables.blind_spots import say_blind_spots
from pages.components.tables.downloads import downloads
from pages.components.tables.quiet import quiet_table


@dataclass(frozen=True)
class Drawn:
    """What is drawn besides the points: layers, chances of being on the front by set, the mode of others' numbers (empty: none of them)."""

    layers: frozenset[str]
    chances: dict[str, float]
    theirs: str


def draw_points(reference: ReferenceInUse, points: pd.DataFrame, compared: TradeOff, selected: str, drawn: Drawn) -> go.Figure:
    """The figure, with what is drawn in it."""
    metrics = api.metrics()
    x, y = metrics[compared.x], metrics[compared.y]
    on_front = fronts.front(points, x, y, RAW in drawn.layers) if FRONT in drawn.layers else None
    axes = trade_off.Axes(x, y, metrics.get(compared.size or ""), reference.encoder)
    layers = trade_off.Layers(NULL in drawn.layers and not drawn.theirs, on_front, drawn.chances)
    scene = trade_off.Scene(read.look(points["set_name"].tolist()), theme(), selected, height=480)
    figure = trade_off.figure(points, axes, scene, layers)
    if drawn.theirs:
        external_numbers.add(figure, external_numbers.points(x.id, y.id, reference.encoder, drawn.theirs), theme(), (x.title, y.title))
    return figure


def draw(reference: ReferenceInUse | None) -> None:
    """Controls, figure with the selected set at its right, numbers below."""
    if reference is None:
        return demo.offer(
            "No generator has been evaluated",
            "Each evaluated set of synthetic images is a point here: how real against how close to training patients.",
        )
    mode, theirs = modes.choose(reference)
    results, corrected = (read.results(reference, m) for m in (mode, "corrected"))
    results = results if mode == "corrected" else results[results["status"] != "skipped"]
    if mode == "compatible" and results.empty and len(corrected):
        return modes.offer(reference, dict(zip(corrected["set_name"], corrected["synthetic"], strict=True)))
    wanted = Evaluations(reference, evaluations.lacking(corrected))
    if not ((results["status"] == "ok") & (results["subgroup"] == "all")).any():
        title = "No generator has been evaluated against this reference"
        return evaluations.offer(
            wanted, title, "Each evaluated set is a point here: how real against how close to training patients, or any two metrics."
        )
    metrics = api.metrics()
    compared = choose(results)
    x, y = metrics[compared.x], metrics[compared.y]
    points = fronts.trade_off_points(results[results["set_name"].isin(compared.names)], x.id, y.id, compared.size)
    evaluations.offer_rest(wanted)
    say_what_is_missing(results, compared, points["set_name"].tolist())
    if points.empty:
        empty("No set has both numbers", "Choose another metric, or evaluate the sets with both.", icon=":material/help:")
        return None
    names = points["set_name"].tolist()
    warn_of_differences(results, compared, names)
    figure_side, panel_side = beside([7, 3], "trade-offs")
    with panel_side.container(border=True):
        whole = [*names, *(n for n in compared.names if n not in names)]
        selected = choose_set(whole, names[0], UNJUDGED, help="Or click a point.")
        with part("show the selected set"):
            panel(selected, results, reference)
    with figure_side:
        layers = choose_layers()
        chances = comparing.front_chances(reference, [x.id, y.id], names, RAW in layers) if CHANCE in layers else {}
        with part("draw the figure"):
            figure = draw_points(reference, points, compared, selected, Drawn(layers, chances, mode if theirs else ""))
            show(figure, points, x, y, " ".join(([BANDS] if NULL in layers and not theirs else []) + ([FAINT] if chances else [])))
            if mode == "corrected":
                say_blind_spots(reference, [x.id, y.id], results[results["set_name"].isin(names) & (results["subgroup"] == "all")])
            rows = numbers_of(results, compared, names, chances)
            told = about(f"{x.title} against {y.title}", reference, results.loc[rows.index], metrics, mode)
            downloads("trade-offs", rows, figure, theme(), told)
    if CHANCE in layers:
        comparing.offer_draws(reference, results, [n for n in names if n not in chances], "chance of being on the front")
    table = glance.wide_table(results, metrics, compared.metrics, names)
    if chances:
        table.insert(2, "on the front", [f"{chances[n]:.0%}" if n in chances else "–" for n in names])
    quiet_table(table, "Numbers of the chart")
    comparing.against_others(reference, selected, [x.id, y.id], names, metrics)
    modes.show_both(reference, metrics, compared.metrics, names)
    return None


open_page("Trade-offs", "Which generator gives the best images for the privacy it costs?", draw)
