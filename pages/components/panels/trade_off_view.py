"""The trade-off of two metrics: what is compared and drawn, the figure with its downloads, and what makes points hard to compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from bench_core import api
from pages.components.figures import fronts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.selection import clicked_name
from pages.components.style.numbers import arrow
from pages.components.style.palette import theme
from pages.components.tables.definitions import define
from pages.components.tables.downloads import downloads

SAME = "none"
NULL, FRONT, RAW, CHANCE = "Null", "Pareto front", "Raw", "Chance"


@dataclass(frozen=True)
class TradeOff:
    """What is compared: ids of metrics (`size` None: points are alike), names of sets, and which of NULL, FRONT, RAW, CHANCE are drawn."""

    x: str
    y: str
    size: str | None
    names: Sequence[str]
    layers: frozenset[str]

    @property
    def metrics(self) -> list[str]:
        """Each metric once, in the order of the controls."""
        return list(dict.fromkeys(m for m in (self.x, self.y, self.size) if m))


def choose(results: pd.DataFrame) -> TradeOff:
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
        usual = "tstr_auroc" if "tstr_auroc" in known else SAME
        size = address.one(st.selectbox, "Size of points", [SAME, *known], usual, key="size", **pick)
        chosen = address.several(
            st.multiselect, "Sets", names, [], key="compare", placeholder=f"all {len(names)}", width=115,
            help="Which sets are compared; all unless you choose some.",
        )  # fmt: skip
        layers = address.several(
            st.pills, "Draw", [FRONT, CHANCE, NULL, RAW], [FRONT, CHANCE, NULL], key="draw", selection_mode="multi", width=300,
            help="Null: the range in which a perfect generator of this size falls; matched values are plotted then. "
            "Raw: the front is drawn on raw values, not on the shortfall from the null. "
            "Chance: the fainter a point, the less likely it is on the front.",
        )  # fmt: skip
    return TradeOff(x, y, None if size == SAME else size, chosen or names, frozenset(layers))


def warn_of_differences(results: pd.DataFrame, compared: TradeOff, names: Sequence[str]) -> None:
    """Says what differs between the numbers of these sets although it must not; nothing where all is well."""
    rows = results[results["metric"].isin([compared.x, compared.y]) & results["set_name"].isin(names) & (results["status"] == "ok")]
    found = fronts.differences(rows[rows["subgroup"] == "all"].to_dict("records"))
    if found:
        st.warning(f"These points are hard to compare: {'; '.join(found)}.", icon=":material/balance:")


def show(figure: go.Figure, points: pd.DataFrame, x: api.Metric, y: api.Metric, chances: Mapping[str, float]) -> None:
    """The figure, a click in which selects a set; what its metrics mean; its downloads."""

    def clicked() -> None:
        hit = clicked_name(st.session_state.get("plot"))
        if hit:
            st.session_state["set"] = hit

    st.plotly_chart(
        figure, key="plot", on_select=clicked, selection_mode="points", config=CONFIG,
        alt=f"{x.title} against {y.title} of {len(points)} sets",
    )  # fmt: skip
    told = (
        "**The fainter a point, the less likely** it is on the front of these two metrics: the share of 2,000 joint draws of half-samples "
        "in which no other set beats it by more than two perfect generators differ. Sets of different sizes are taken at the smallest."
    )
    define([x, y], told if chances else "")
    downloads("trade-offs", points.assign(front_probability=points["set_name"].map(chances)), figure, theme())
