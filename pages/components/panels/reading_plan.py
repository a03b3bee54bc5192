"""How many readers and films a study needs: simulated studies, judged as the real one will be."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.frame.problems import part
from pages.components.style.numbers import number

STUDIES = 1000
"""Simulated studies of each size: a power of 80 % is known to within 3 %."""


def plan_panel() -> None:
    """The sizes that are asked for, and what studies of them would find."""
    st.subheader("How many readers and films?", anchor=False)
    st.caption(
        "Readers who rate whether films are real: how often would such a study tell their mean area from chance? Simulated after Roe and "
        "Metz, judged by Obuchowski and Rockette's analysis, for other readers and other films."
    )
    with st.form("plan", border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        area = st.number_input(
            "Area that is expected", 0.5, 0.99, 0.65, 0.01, key="plan-area", help="0.5 is guessing, 1 is certainty.", width=190
        )
        readers = st.multiselect("Readers", [2, 3, 4, 5, 6, 8, 10, 15], [3, 5, 8], key="plan-readers", width=260)
        films = st.multiselect("Films", [20, 40, 60, 80, 120, 160, 240], [40, 80], key="plan-films", width=260)
        if not st.form_submit_button("Simulate", icon=":material/play_arrow:"):
            return
    with part("simulate studies"), st.spinner("Simulating studies …"):
        _show(api.plan_readers(sorted(readers), sorted(films), [area], scale=5, studies=STUDIES))


def _show(found: pd.DataFrame) -> None:
    rows = [
        {
            "Readers": r["readers"], "Films": r["cases"], "Finds it": f"{r['power']:.0%} [{r['low']:.0%}, {r['high']:.0%}]",
            "Width of the interval": number(r["width"]),
        }
        for r in found.to_dict("records")
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(rows), hide_index=True, width=620, key="plan-found")
