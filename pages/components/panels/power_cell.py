"""One metric and one fault: in words, and at all strengths."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.figures import power_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.style.palette import theme
from pages.components.tables.definitions import define

DIVIDER = "|"
FAMILIAR = ("frechet_distance", "spectral_distance", "coverage")


def choose_cell(limits: pd.DataFrame) -> tuple[str, str, str]:
    """Metric, fault and variant, from two boxes; a click in the map sets them."""
    metrics, faults = api.metrics(), api.faults()
    known = [m for m in metrics if m in set(limits["metric"])]
    rows = [f"{r.fault.id}{DIVIDER}{r.variant}" for r in power_charts.rows_of(limits, faults)]
    titles = {key: row.title for key, row in zip(rows, power_charts.rows_of(limits, faults), strict=True)}
    first = next((m for m in FAMILIAR if m in known), known[0])
    metric = address.one(
        st.selectbox, "Number", known, first, key="metric", format_func=lambda m: metrics[m].title, help="Or click a cell."
    )
    row = address.one(st.selectbox, "Fault", rows, rows[0], key="fault", format_func=titles.get)
    fault, _, variant = row.partition(DIVIDER)
    return metric, fault, variant


def show_cell(counts: pd.DataFrame, limits: pd.DataFrame, chosen: tuple[str, str, str]) -> None:
    """What the number says of that fault, and the chart of its strengths."""
    metric, fault, variant = chosen
    found, cards = api.metrics()[metric], api.faults()
    mine = counts[(counts["metric"] == metric) & (counts["fault"] == fault) & (counts["variant"] == variant)]
    said = limits[(limits["metric"] == metric) & (limits["fault"] == fault) & (limits["variant"] == variant)]
    if said.empty or mine.empty:
        st.markdown(f"{found.title} was not asked about this fault.")
        return
    row = said.iloc[0]
    st.markdown(f"**{found.title}** {row['words']} at n = {row['n']}.")
    plain = counts[(counts["metric"] == metric) & (counts["fault"] == "")]
    chance = float(plain["share"].iloc[0]) if len(plain) and plain["share"].notna().any() else power_charts.CHANCE
    figure = power_charts.strengths(mine, cards[fault], chance, theme())
    st.plotly_chart(figure, key="strengths", config=CONFIG, alt=f"{found.title}: share of spoiled generators flagged, by strength")
    reading = f"Seen: flagged in 80 % of {mine['repeats'].max()} generators; dotted: unspoiled ones; bars are 95 percent intervals."
    st.caption(f"{cards[fault].summary} {reading}")
    define([found])


def table(limits: pd.DataFrame) -> pd.DataFrame:
    """All cells in words."""
    metrics, faults = api.metrics(), api.faults()
    limits = limits[limits["metric"].isin(list(metrics)) & limits["fault"].isin(list(faults))]
    return pd.DataFrame(
        {
            "number": [metrics[m].title for m in limits["metric"]],
            "family": limits["family"].tolist(),
            "fault": [power_charts.Row(faults[f], v).title for f, v in zip(limits["fault"], limits["variant"], strict=True)],
            "smallest strength seen": [f"{s:g}" if s == s else "–" for s in limits["seen"]],
            "strongest tried": [f"{s:g}" for s in limits["tried"]],
            "flagged there": [f"{s:.0%}" for s in limits["share"]],
            "in words": limits["words"].tolist(),
        }
    )
