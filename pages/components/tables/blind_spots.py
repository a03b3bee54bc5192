"""What a number cannot see, in a line beside it; all of it in its tooltip, and a link to the Power page."""

from collections.abc import Sequence
from urllib.parse import quote

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.style.markup import Markup, html

FIRST = 1
"""Blind spots that are said at once; the others wait in the tooltip."""


def usual_size(rows: pd.DataFrame) -> int:
    """The number of synthetic images that most of these numbers have; 0 where none is known."""
    sizes = rows["n_synthetic"].dropna()
    return int(sizes.mode().iloc[0]) if len(sizes) else 0


def address_of(metric: str) -> str:
    """The address of a metric on the Power page."""
    return f"power?metric={quote(metric)}"


def spots_html(spots: Sequence[str], metric: str) -> Markup:
    """The first blind spot as a small line that leads to the Power page; empty where nothing is known, or nothing lacking."""
    if not spots:
        return html("")
    more = f" · {len(spots) - FIRST} more" if len(spots) > FIRST else ""
    words = (address_of(metric), "; ".join(spots), spots[0], more)
    return html("<br><small><a class='entry' href='{}' title='{}'>{}{}</a></small>", *words)


def say_blind_spots(reference: api.Reference, metrics: Sequence[str], rows: pd.DataFrame) -> None:
    """A line a metric that cannot see something at the size of these numbers."""
    known, lines = api.metrics(), []
    for metric in dict.fromkeys(metrics):
        spots = read.blind_spots(reference, metric, usual_size(rows[rows["metric"] == metric]))
        if spots:
            lines.append(f"**{known[metric].title}** {'; '.join(spots)} ([all of it]({address_of(metric)}))")
    if lines:
        st.caption(f":material/visibility_off: {'. '.join(lines)}.")
