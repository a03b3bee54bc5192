"""Trade-offs: any two metrics against each other, a point a synthetic set, with intervals, nulls and the Pareto front."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import charts, demo, fronts, read, tables, viewer
from pages.components.downloads import downloads
from pages.components.frame import open_page, theme
from pages.components.images import Tile, caption, image_grid
from pages.components.numbers import arrow
from pages.components.problems import empty, go_button
from pages.components.selection import clicked_name
from pages.components.study import InUse

NULL, FRONT, RAW = "Perfect generator", "Pareto front", "Raw values"


def choose(results: pd.DataFrame) -> tuple[str, str, str | None, list[str], set[str]]:
    """The row of controls: three metrics, the sets to compare, what is drawn."""
    metrics = api.metrics()
    done = results[(results["status"] == "ok") & (results["subgroup"] == "all")]
    known = [m for m in metrics if m in set(done["metric"])]

    def name(m: str) -> str:
        return f"{metrics[m].title} {arrow(metrics[m])}"

    def first(wanted: str, other: int) -> int:
        return known.index(wanted) if wanted in known else min(other, len(known) - 1)

    a, b, c, d = st.columns([3, 3, 3, 4])
    with a:
        x = st.selectbox("Horizontal", known, first("frechet_distance", 0), format_func=name, key="x", bind="query-params")
    with b:
        y = st.selectbox("Vertical", known, first("closer_to_train", 1), format_func=name, key="y", bind="query-params")
    with c:
        size = st.selectbox("Size of points", ["none", *known], 1 + first("tstr_auroc", -1), key="size", bind="query-params",
                            format_func=lambda m: "the same for all" if m == "none" else name(m))  # fmt: skip
    with d:
        shown = st.pills("Draw", [FRONT, NULL, RAW], selection_mode="multi", default=[FRONT, NULL], key="draw", bind="query-params",
                         help="Perfect generator: the range in which a perfect generator of this size falls; matched values are plotted then. "
                              "The front is drawn on the shortfall from it, unless raw values are chosen.")  # fmt: skip
    names = done.drop_duplicates("set_name")["set_name"].tolist()
    chosen = st.multiselect("Sets to compare", names, default=names, key="compare", placeholder="all sets", label_visibility="collapsed")
    return x, y, None if size == "none" else size, chosen or names, set(shown)


def panel(name: str, results: pd.DataFrame, study: InUse) -> None:
    """The selected set: images, settings, numbers, and the way to its closest copies."""
    images = api.find_set(results.loc[results["set_name"] == name, "synthetic"].iloc[0])
    card = api.generators().get(str(images.meta.get("generator")))
    settings = ", ".join(f"{k} {v}" for k, v in dict(images.meta.get("settings") or {}).items() if v not in ("", None))
    st.caption(" · ".join(t for t in (card.title if card else "imported", card.family if card else "", f"{len(images)} images", settings) if t))
    rows = images.table.head(6).to_dict("records")
    pictures = read.thumbnails(images.id, [r["image_id"] for r in rows])
    tiles = [Tile(r["image_id"], p, title=caption(r, name), word="") for r, p in zip(rows, pictures, strict=True)]
    image_grid(tiles, "panel-images", side=86, on_click=lambda i: viewer.ask_open(images.id, i))
    st.dataframe(tables.numbers_of(results, api.metrics(), name), hide_index=True, height=212, alt=f"All numbers of {name}",
                 column_config={"metric": st.column_config.TextColumn(width=150), "better": st.column_config.TextColumn(width=48)})  # fmt: skip
    go_button("Open its closest copies", "memorization", key="to-copies", icon=":material/fingerprint:", width="stretch", state={"set": name})


def draw(study: InUse | None) -> None:
    """Controls, figure with the selected set at its right, numbers below."""
    if study is None:
        return demo.offer("No generator has been evaluated", "Each evaluated set of synthetic images is a point here: how real against how private.")
    results = read.results(study.real, study.train, study.encoder)
    if results.empty or not (results["status"] == "ok").any():
        empty("No generator has been evaluated in this study", f"Each evaluated set is a point here. Generate images, then evaluate them against "
              f"{study.real_name} with {study.encoder_title}.", "Generate images", page="generate")  # fmt: skip
        return
    metrics = api.metrics()
    x, y, size, names, shown = choose(results)
    points = fronts.trade_off_points(results[results["set_name"].isin(names)], x, y, size)
    if points.empty:
        empty("No set has both numbers", "Choose another metric, or evaluate the sets with both.", icon=":material/help:")
        return
    rows = results[results["metric"].isin([x, y]) & results["set_name"].isin(points["set_name"]) & (results["status"] == "ok")]
    found = fronts.differences(rows[rows["subgroup"] == "all"].to_dict("records"))
    if found:
        st.warning(f"These points are hard to compare: {'; '.join(found)}.", icon=":material/balance:")
    figure_side, panel_side = st.columns([5, 2], gap="medium")
    with panel_side.container(border=True):
        options = points["set_name"].tolist()
        if st.session_state.get("set") not in options:
            st.session_state.pop("set", None)
        selected = st.selectbox("Selected", options, key="set", bind="query-params", help="Or click a point.")
        panel(selected, results, study)
    on_front = fronts.front(points, metrics[x], metrics[y], RAW in shown) if FRONT in shown else None
    figure = charts.trade_off(points, metrics[x], metrics[y], metrics.get(size or ""), read.look(options), theme(), encoder=study.encoder,
                              on_front=on_front, null=NULL in shown, selected=selected, height=470)  # fmt: skip

    def clicked() -> None:
        hit = clicked_name(st.session_state.get("plot"))
        if hit:
            st.session_state["set"] = hit

    with figure_side:
        st.plotly_chart(figure, key="plot", on_select=clicked, selection_mode="points", config=charts.CONFIG,
                        alt=f"{metrics[x].title} against {metrics[y].title} of {len(points)} sets")  # fmt: skip
        st.caption(f"{metrics[x].title}: {metrics[x].summary} {metrics[y].title}: {metrics[y].summary}")
        downloads("trade-offs", points, figure, theme())
    wanted = list(dict.fromkeys(m for m in (x, y, size) if m))
    st.dataframe(tables.wide_table(results, metrics, wanted, points["set_name"].tolist()), hide_index=True, alt="Numbers of the chart")


open_page("Trade-offs", "Which generator gives the best images for the privacy it costs?", draw)
