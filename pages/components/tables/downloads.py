"""The row of downloads that every figure has: its numbers as CSV, itself as HTML. SVG is in the toolbar of the figure."""

from html import escape
from string import Template

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.components.style.palette import INK, PAPER, Theme
from pages.components.tables.about import About
from pages.components.tables.glance import csv

PAGE = Template("""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>$title</title><style>
body { font: 15px/1.5 "Source Sans", "Helvetica Neue", Arial, sans-serif; background: $paper; color: $ink;
  margin: 2rem auto; max-width: 1100px; padding: 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { font-weight: 600; } dd { margin: 0; }
</style></head><body>$head$figure$facts</body></html>""")


def page_of_figure(figure: go.Figure, theme: Theme, about: About | None = None) -> str:
    """The figure as one HTML file that needs nothing else, with what it is about."""
    whole = go.Figure(figure).update_layout(
        paper_bgcolor=PAPER[theme], plot_bgcolor=PAPER[theme], font_color=INK[theme], margin={"l": 70, "r": 40, "t": 40, "b": 70}
    )
    drawn = whole.to_html(full_html=False, include_plotlyjs=True, config={"displaylogo": False})
    title = escape(about.title) if about else "TriadCXR"
    head, facts = (f"<h1>{title}</h1>", about.html()) if about else ("", "")
    return PAGE.substitute(title=title, paper=PAPER[theme], ink=INK[theme], head=head, figure=drawn, facts=facts)


def downloads(name: str, numbers: pd.DataFrame, figure: go.Figure, theme: Theme, about: About | None = None) -> None:
    """CSV and HTML buttons in one row; `about` says in both what the numbers are."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.download_button(
            "CSV",
            lambda: csv(about.on_rows(numbers) if about else numbers),
            file_name=f"{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"csv-{name}",
        )
        st.download_button(
            "HTML",
            lambda: page_of_figure(figure, theme, about),
            file_name=f"{name}.html",
            mime="text/html",
            icon=":material/download:",
            on_click="ignore",
            key=f"html-{name}",
        )
        st.caption("SVG: camera button of the figure")
