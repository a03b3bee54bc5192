"""Catalog: cards of generators, encoders and metrics."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.forms import adding
from pages.components.frame import address
from pages.components.frame.study import InUse
from pages.components.page import open_page
from pages.components.panels import cards

KINDS = {"generators": "Generators", "encoders": "Encoders", "metrics": "Metrics", "add": "Add a model"}


def draw(study: InUse | None) -> None:
    """The chosen kind of cards, in a grid."""
    kind = address.one(
        st.segmented_control, "Kind", list(KINDS), "generators", key="kind", format_func=KINDS.get, label_visibility="collapsed"
    )
    if kind == "add":
        return adding.add_form()
    shown: Mapping[str, Any] = {"generators": api.generators, "encoders": api.encoders, "metrics": api.metrics}[kind]()
    if kind != "metrics":  # those that can run first
        shown = dict(sorted(shown.items(), key=lambda item: read.missing(kind.removesuffix("s"), item[0]) is not None))
    if kind == "metrics":
        family = address.one(st.pills, "Family", api.FAMILIES, None, key="family", label_visibility="collapsed")
        shown = {i: m for i, m in shown.items() if family in (None, m.family)}
    one = {"generators": cards.generator_card, "encoders": cards.encoder_card, "metrics": cards.metric_card}[kind]
    if not shown:
        st.info(f"There are no {kind}.")
    grid = st.grid(3, min_column_width=290, gap="small", border=True)
    for card in shown.values():
        with grid.cell():
            one(card)
    return None


open_page("Catalog", "Which models, encoders and metrics are there, and where do they come from?", draw)
