"""The two modes of the numbers: the control, the offer to evaluate in the other one, and a table of both."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import external_numbers
from pages.components.frame import address
from pages.components.frame.reference import ReferenceInUse
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.numbers import number
from pages.components.style.words import plain

MODES = {"corrected": "Corrected", "compatible": "Compatible"}
WORDS = {
    "corrected": "Each image as its encoder wants it, patients and repeats told apart, all pairs",
    "compatible": "CheXGenBench's protocol, step by step: only for numbers that shall stand beside published ones",
}


def choose(reference: ReferenceInUse) -> tuple[str, bool]:
    """The mode (a chart draws one only), and whether published and imported numbers are drawn, which are in the mode of their protocol."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        mode = address.one(
            st.segmented_control, "Mode of the numbers", list(MODES), "corrected", key="mode", format_func=MODES.get,
            label_visibility="collapsed", required=True,
        )  # fmt: skip
        there = mode == "compatible" and reference.encoder in set(external_numbers.everything()["encoder"])
        theirs = there and address.flag("Published and imported", True, key="theirs")
        if theirs:
            st.caption(f"Hollow: theirs, on MIMIC-CXR; yours: on {plain(reference.real_name)}. Plain values: no nulls were printed")
        else:
            nothing = "" if mode == "corrected" or there else f"; nothing was published in the space of {reference.encoder}"
            st.caption(WORDS[mode] + nothing)
    return str(mode), theirs


def offer(reference: ReferenceInUse, sets: Mapping[str, str]) -> None:
    """Says that there are no numbers in compatible mode yet and offers to compute them; `sets`: name to id."""
    text = "It reads every image once more, squashed to 299 x 299 as CheXGenBench does, and computes the metrics that its protocol has."
    evaluations.offer(Evaluations(reference, sets, "compatible"), "No number in compatible mode yet", text)


def show_both(reference: ReferenceInUse, metrics: Mapping[str, api.Metric], wanted: Sequence[str], names: Sequence[str]) -> None:
    """The table of both modes, where there are numbers in both."""
    pair = both({mode: read.results(reference, mode) for mode in MODES}, metrics, wanted, names)
    if len(pair):
        st.markdown("#### What the protocol alone changes")
        st.dataframe(pair, hide_index=True, alt="The same sets in both modes")


def both(
    results: Mapping[str, pd.DataFrame], metrics: Mapping[str, api.Metric], wanted: Sequence[str], names: Sequence[str]
) -> pd.DataFrame:
    """One row per set and metric that has a finished number in both modes: the two, and how much is due to the protocol alone.

    Args:
        results: tidy results by mode.
    """
    values = {}
    for mode, frame in results.items():
        done = frame[(frame["status"] == "ok") & (frame["subgroup"] == "all")].drop_duplicates(["set_name", "metric"], keep="last")
        values[mode] = done.set_index(["set_name", "metric"])
    rows = []
    for metric in wanted:
        for name in names:
            if all((name, metric) in frame.index for frame in values.values()):
                a, b = (values[mode].loc[(name, metric)] for mode in MODES)
                rows.append(
                    {
                        "set": name, "metric": metrics[metric].title, "corrected": number(a["value"]), "compatible": number(b["value"]),
                        "difference": number(b["value"] - a["value"]), "real images": f"{a['n_real']} and {b['n_real']}",
                    }
                )  # fmt: skip
    return pd.DataFrame(rows, columns=["set", "metric", "corrected", "compatible", "difference", "real images"])
