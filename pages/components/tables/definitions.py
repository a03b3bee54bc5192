"""Where a number leads: the name of a metric as a link to its entry on the Methods page."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from bench_core.api import Metric


def address_of(metric: str) -> str:
    """The address of a metric's entry on the Methods page, from any page."""
    return f"methods?metric={metric}"


def linked(metric: Metric) -> str:
    """The title of a metric as an HTML link to its entry."""
    return f"<a class='entry' href='{address_of(metric.id)}'>{escape(metric.title)}</a>"


def define(metrics: Sequence[Metric], more: str = "") -> None:
    """A line that says what these metrics are, each title a link to its entry."""
    told = list({m.id: m for m in metrics}.values())
    st.caption(" ".join([*(f"[{m.title}]({address_of(m.id)}): {' '.join(m.summary.split())}" for m in told), more]).strip())
