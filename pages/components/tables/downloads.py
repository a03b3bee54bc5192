"""Buttons that download: of every figure its numbers as CSV and itself as HTML (SVG is in its toolbar)."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from bench_core import api
from pages.components.identity import sees_real
from pages.components.style.markup import html, made_elsewhere, style_sheet
from pages.components.style.palette import INK, PAPER, Theme
from pages.components.tables.about import About

KINDS = {"csv": "text/csv", "html": "text/html", "zip": "application/zip", "md": "text/markdown"}
PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{css}</head><body>{head}{figure}{facts}</body></html>'
)
CSS = """
body { font: 15px/1.5 "Source Sans", "Helvetica Neue", Arial, sans-serif; background: PAPER; color: INK;
  margin: 2rem auto; max-width: 1100px; padding: 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { font-weight: 600; } dd { margin: 0; }
"""


def page_of_figure(figure: go.Figure, theme: Theme, about: About | None = None) -> str:
    """The figure as one HTML file that needs nothing else, with what it is about."""
    whole = go.Figure(figure).update_layout(
        paper_bgcolor=PAPER[theme], plot_bgcolor=PAPER[theme], font_color=INK[theme], margin={"l": 70, "r": 40, "t": 40, "b": 70}
    )
    drawn = whole.to_html(full_html=False, include_plotlyjs=True, config={"displaylogo": False})
    css = style_sheet(CSS.replace("PAPER", PAPER[theme]).replace("INK", INK[theme]))
    head, facts = (html("<h1>{}</h1>", about.title), about.html()) if about else ("", "")
    return html(PAGE, title=about.title if about else "TriadCXR", css=css, head=head, figure=made_elsewhere(drawn), facts=facts)


def file_button(
    file_name: str, make: Callable[[], str | bytes], *, key: str, label: str = "", help: str | None = None, disabled: bool = False
) -> None:
    """One file, made when it is asked for; its suffix is the label unless another is given."""
    suffix = file_name.rpartition(".")[2]
    st.download_button(
        label or suffix.upper(), make, file_name=file_name, mime=KINDS[suffix], icon=":material/download:", on_click="ignore", key=key,
        help=help, disabled=disabled,
    )  # fmt: skip


def images_button(name: str, set_id: str, *, key: str) -> None:
    """The images of a set as PNGs, with their table and card, as a ZIP; `panels/exporting.py` offers other forms."""
    words = "Images, a table and a card. Prompts that are imported reports are left out. The page Data has DICOM and JPEG too."
    real_pixels = sees_real()  # asked now: the file is made when nobody's page is being drawn
    file_button(f"{name}.zip", lambda: api.export_zip(set_id, real_pixels=real_pixels), key=key, help=words)


REPORT = (
    "One HTML file that opens anywhere: all numbers with what they can see, sample images, the nearest training images, warnings, limits."
)


def report_button(name: str, set_id: str, reference: api.Reference, *, key: str, label: str = "Report") -> None:
    """The report of a set that has numbers against a reference, with what is known of it."""
    against = api.Reference(reference.real, reference.train, reference.encoder)
    real_pixels = sees_real()  # asked now: the file is made when nobody's page is being drawn
    make = lambda: api.set_report_html(api.set_report(set_id, against), real_pixels=real_pixels)
    file_button(f"{name}.html", make, key=key, label=label, help=REPORT)


def downloads(name: str, numbers: pd.DataFrame, figure: go.Figure, theme: Theme, about: About | None = None) -> None:
    """CSV and HTML buttons in one row; `about` says in both what the numbers are."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        file_button(f"{name}.csv", lambda: api.csv_of(about.on_rows(numbers) if about else numbers), key=f"csv-{name}")
        file_button(f"{name}.html", lambda: page_of_figure(figure, theme, about), key=f"html-{name}")
        st.caption("SVG: camera button of the figure")
