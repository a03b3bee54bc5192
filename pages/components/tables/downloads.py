"""The row of downloads that every figure has: its numbers as CSV, itself as HTML. SVG is in the toolbar of the figure."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.components.style.palette import INK, PAPER, Theme
from pages.components.tables.glance import csv


def page_of_figure(figure: go.Figure, theme: Theme) -> str:
    """The figure as one HTML file that needs nothing else."""
    whole = go.Figure(figure).update_layout(
        paper_bgcolor=PAPER[theme], plot_bgcolor=PAPER[theme], font_color=INK[theme], margin={"l": 70, "r": 40, "t": 40, "b": 70}
    )
    return whole.to_html(include_plotlyjs=True, config={"displaylogo": False})


def downloads(name: str, numbers: pd.DataFrame, figure: go.Figure, theme: Theme) -> None:
    """CSV and HTML buttons in one row."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.download_button(
            "CSV",
            lambda: csv(numbers),
            file_name=f"{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"csv-{name}",
        )
        st.download_button(
            "HTML",
            lambda: page_of_figure(figure, theme),
            file_name=f"{name}.html",
            mime="text/html",
            icon=":material/download:",
            on_click="ignore",
            key=f"html-{name}",
        )
        st.caption("SVG: camera button of the figure")
