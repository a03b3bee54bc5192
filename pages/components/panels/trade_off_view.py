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
from pages.components.frame.compared import choose_sets, opened
from pages.components.frame.selection import clicked_name
from pages.components.style.numbers import arrow, counted
from pages.components.style.words import plain
from pages.components.tables.definitions import define
from pages.components.tables.glance import HEADLINES

SAME = "none"
CHOOSER = 252
"""Pixels of a chooser: the longest title of a metric fits, and four of them stand beside each other at 1440."""
LAYERS = (
    "Null: the range in which a perfect generator of this size falls; matched values are plotted then. "
    "Raw: the front is drawn on raw values, not on the shortfall from the null. "
    "Chance: the fainter a point, the less likely it is on the front."
)
NULL, FRONT, RAW, CHANCE = "Null", "Pareto front", "Raw", "Chance"


@dataclass(frozen=True)
class TradeOff:
    """What is compared: ids of metrics (`size` None: points are alike), and names of sets."""

    x: str
    y: str
    size: str | None
    names: Sequence[str]

    @property
    def metrics(self) -> list[str]:
        """Each metric once, in the order of the controls."""
        return list(dict.fromkeys(m for m in (self.x, self.y, self.size) if m))


def choose(results: pd.DataFrame) -> TradeOff:
    """The row of controls: three metrics, the sets to compare."""
    metrics = api.metrics()
    done = results[(results["status"] == "ok") & (results["subgroup"] == "all")]
    known = [m for m in metrics if m in set(done["metric"])]

    def name(m: str) -> str:
        return f"{arrow(metrics[m]).split()[0]} {metrics[m].title}" if isinstance(metrics[m].goal, str) else metrics[m].title

    mine = [m for m in known if m in set(done.loc[done["set_name"] == opened(), "metric"])] or known

    shared = done.groupby("metric")["set_name"].nunique()

    def first(*wanted: str) -> str:  # an opened set is drawn: axes that it has; and of these the first that most sets have
        there = [m for m in wanted if m in mine]
        return max(there, key=lambda m: int(shared[m])) if there else mine[-1]

    with st.container(horizontal=True, gap="small"):
        pick = {"format_func": name, "width": CHOOSER}
        x = address.one(st.selectbox, "Horizontal", known, first("frechet_distance", *mine), key="x", **pick)
        y = address.one(st.selectbox, "Vertical", known, first(*HEADLINES["privacy"], "coverage", "recall"), key="y", **pick)
        pick = {"format_func": lambda m: "the same for all" if m == SAME else name(m), "width": CHOOSER}
        usual = "tstr_auroc" if "tstr_auroc" in known else SAME
        size = address.one(st.selectbox, "Size of points", [SAME, *known], usual, key="size", **pick)
        chosen = choose_sets(done, width=CHOOSER)
    return TradeOff(x, y, None if size == SAME else size, chosen)


def choose_layers() -> frozenset[str]:
    """Which of NULL, FRONT, RAW, CHANCE are drawn."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(":small[Draw]", width="content", help=LAYERS)
        layers = address.several(
            st.pills, "Draw", [FRONT, CHANCE, NULL, RAW], [FRONT, CHANCE, NULL], key="draw", selection_mode="multi",
            label_visibility="collapsed",
        )  # fmt: skip
    return frozenset(layers)


BANDS = "**Grey bands**: where 95 percent of perfect generators fall; points are scores at the sizes that compare with it."
FAINT = (
    "**The fainter a point, the less likely** it is on the front of these two metrics: the share of 2,000 joint draws of half-samples "
    "in which no other set beats it by more than two perfect generators differ. Sets of different sizes are taken at the smallest."
)


def warn_of_differences(results: pd.DataFrame, compared: TradeOff, names: Sequence[str]) -> None:
    """Says what differs between the numbers of these sets although it must not; nothing where all is well."""
    rows = results[results["metric"].isin([compared.x, compared.y]) & results["set_name"].isin(names) & (results["status"] == "ok")]
    found = fronts.differences(rows[rows["subgroup"] == "all"].to_dict("records"))
    if found:
        st.warning(f"These points are hard to compare: {'; '.join(found)}.", icon=":material/balance:")


def say_what_is_missing(results: pd.DataFrame, compared: TradeOff, drawn: Sequence[str]) -> None:
    """One line for the sets that are compared and not drawn, each with the reason; nothing where all are drawn."""
    metrics, lines = api.metrics(), []
    for name in [n for n in compared.names if n not in drawn]:
        rows = results[(results["set_name"] == name) & (results["subgroup"] == "all")]
        reasons = []
        for metric in dict.fromkeys((compared.x, compared.y)):
            found = rows[rows["metric"] == metric].tail(1).to_dict("records")
            if not found:
                reasons.append(f"no {metrics[metric].title}")
            elif found[0]["status"] != "ok":
                reasons.append(f"{metrics[metric].title} was {found[0]['status']} ({plain(found[0]['message'])})")
        lines.append(f"**{plain(name)}**: {', '.join(reasons)}")
    if lines:
        st.markdown(f":material/visibility_off: Not drawn: {'; '.join(lines)}")


def numbers_of(results: pd.DataFrame, compared: TradeOff, drawn: Sequence[str], chances: Mapping[str, float]) -> pd.DataFrame:
    """The numbers behind the figure, one a row, with what they are: what its CSV holds."""
    roles = {compared.x: "horizontal", compared.y: "vertical"}
    if compared.size:
        roles.setdefault(compared.size, "size of points")
    rows = results[(results["subgroup"] == "all") & results["metric"].isin(list(roles)) & results["set_name"].isin(drawn)]
    rows = rows[rows["status"] == "ok"]
    metrics = api.metrics()
    return pd.DataFrame(
        {
            "set_name": rows["set_name"], "generator": rows["generator"], "role": rows["metric"].map(roles), "metric": rows["metric"],
            "metric_title": [metrics[m].title for m in rows["metric"]],
            **{c: rows[c] for c in ("value", "low", "high", "matched", "null", "null_low", "null_high")},
            **{c: rows[c] for c in ("n_synthetic", "n_real", "n_train", "encoder", "encoder_revision", "mode", "seed")},
            "metric_version": rows["version"], "computed": rows["created"].map(lambda t: f"{t:%Y-%m-%d %H:%M}"),
            "front_probability": rows["set_name"].map(chances),
        }
    )  # fmt: skip


def show(figure: go.Figure, points: pd.DataFrame, x: api.Metric, y: api.Metric, words: str) -> None:
    """The figure, a click in which selects a set; what its metrics mean, and `words` on what else is drawn."""

    def clicked() -> None:
        hit = clicked_name(st.session_state.get("plot"))
        if hit:
            st.session_state["set"] = hit

    st.plotly_chart(
        figure, key="plot", on_select=clicked, selection_mode="points", config=CONFIG,
        alt=f"{x.title} against {y.title} of {counted(len(points), 'set')}",
    )  # fmt: skip
    define([x, y], words)
