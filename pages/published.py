"""Published: what papers printed, beside imported result files and our own numbers of the same space and mode."""

import streamlit as st

from pages.components.frame import address
from pages.components.frame.study import InUse
from pages.components.page import open_page
from pages.components.panels.printed_numbers import show_others, show_protocol, show_statements

VIEWS = {"protocol": "CheXGenBench's protocol", "others": "Other reference points", "words": "What papers say"}


def draw(study: InUse | None) -> None:
    """The chosen view."""
    view = address.one(
        st.segmented_control,
        "What",
        list(VIEWS),
        "protocol",
        key="view",
        format_func=VIEWS.get,
        label_visibility="collapsed",
        required=True,
    )
    if view == "protocol":
        show_protocol(study)
    elif view == "others":
        show_others()
    else:
        show_statements()


open_page("Published", "What did papers print, and how much of it can be believed?", draw)
