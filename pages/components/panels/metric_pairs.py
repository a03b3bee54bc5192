"""How two metrics agree over the compared sets: in words, as a chart, and all pairs in a table."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import agreement_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.style.numbers import number
from pages.components.style.palette import theme
from pages.components.tables.definitions import define


def words(row: dict[str, float]) -> str:
    """What a correlation says, and how far it can be trusted."""
    text = f"Rank correlation **{number(row['rho'], 2)}** over n = {row['n']:.0f} sets."
    if row["rho"] != row["rho"]:
        return "One of the two ranks all sets alike, so there is no correlation."
    if row["low"] == row["low"]:
        text += f" Other generators could give anything from **{number(row['low'], 2)} to {number(row['high'], 2)}**"
        text += "." if agreement_charts.sure(row) else ", so even its sign is open."
    if row["noise_low"] == row["noise_low"]:
        text += f" Other images of the same generators: {number(row['noise_low'], 2)} to {number(row['noise_high'], 2)}."
    return text


def table(pairs: pd.DataFrame, metrics: dict[str, api.Metric]) -> pd.DataFrame:
    """All pairs, the closest first."""
    frame = pairs.sort_values("rho", key=lambda r: -r.abs(), kind="stable")
    span = lambda a, b: [f"[{number(lo, 2)}, {number(hi, 2)}]" for lo, hi in zip(frame[a], frame[b], strict=True)]
    return pd.DataFrame(
        {
            "metric": [metrics[m].title for m in frame["first"]],
            "and": [metrics[m].title for m in frame["second"]],
            "rank correlation": [number(r, 2) for r in frame["rho"]],
            "interval (other generators)": span("low", "high"),
            "range (other images)": span("noise_low", "noise_high"),
            "n sets": frame["n"],
        }
    )


def show_pair(results: pd.DataFrame, pairs: pd.DataFrame, metrics: dict[str, api.Metric]) -> tuple[str, str]:
    """The chosen pair: its correlation in words, and both metrics over the sets."""
    ids = agreement_charts.metrics_of(pairs)
    title = lambda m: metrics[m].title
    top = pairs.loc[pairs["rho"].abs().idxmax()] if pairs["rho"].notna().any() else pairs.iloc[0]
    one = address.one(st.selectbox, "Metric", ids, top["first"], key="first", format_func=title, help="Or click a cell.")
    two = address.one(st.selectbox, "and", ids, top["second"], key="second", format_func=title)
    row = pairs[[{a, b} == {one, two} for a, b in zip(pairs["first"], pairs["second"], strict=True)]]
    if row.empty:
        st.markdown("Choose two different metrics.")
        return one, two
    st.markdown(words(row.iloc[0].to_dict()))
    look = read.look(results["set_name"].unique().tolist())
    figure = agreement_charts.pair(results, metrics[one], metrics[two], look, theme())
    st.plotly_chart(figure, key="pair", config=CONFIG, alt=f"{title(one)} against {title(two)}")
    define([metrics[one], metrics[two]])
    return one, two
