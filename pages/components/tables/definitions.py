"""Where a number leads: the name of a metric as a link to its entry on the Methods page."""

from collections.abc import Sequence

import streamlit as st

from bench_core.api import Metric
from pages.components.style.markup import Markup, html


def address_of(metric: str) -> str:
    """The address of a metric's entry on the Methods page, from any page."""
    return f"methods?metric={metric}"


def linked(metric: Metric) -> Markup:
    """The title of a metric as an HTML link to its entry."""
    return html("<a class='entry' href='{}'>{}</a>", address_of(metric.id), metric.title)


def kind_of(metric: Metric) -> str:
    """Its family, and whether it is a diagnostic only."""
    return f"{metric.family} · diagnostic" if metric.diagnostic else metric.family


def define(metrics: Sequence[Metric], more: str = "") -> None:
    """A line that says what these metrics are, each title a link to its entry."""
    told = list({m.id: m for m in metrics}.values())
    st.caption(" ".join([*(f"[{m.title}]({address_of(m.id)}): {' '.join(m.summary.split())}" for m in told), more]).strip())
