"""A small table without the grid: all of it is there, to be read and copied, and a page need not load the grid's code for it."""

from numbers import Integral

import pandas as pd
import streamlit as st

from pages.components.style.words import plain


def quiet_table(table: pd.DataFrame, alt: str) -> None:
    """Draws a table of a few rows in HTML; names and other words in it are text, though Streamlit would read them as Markdown."""
    shown = table.map(_told)
    shown.columns = [plain(str(name)) for name in table.columns]
    st.table(shown, border="horizontal", hide_index=True, alt=alt)


def _told(cell: object) -> str:
    if isinstance(cell, float):
        return "–" if pd.isna(cell) else f"{cell:,.10g}"
    return f"{int(cell):,}" if isinstance(cell, Integral) else plain(str(cell))
