"""Data: image sets, import of one's own, deletion, disk use."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.forms import importing, importing_results
from pages.components.frame import address
from pages.components.frame.reference import ReferenceInUse
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.panels.image_sets import show_sets
from pages.components.style.numbers import size


def bring() -> None:
    """Import of images, or of numbers that another tool wrote."""
    kinds = {"images": "Images", "numbers": "Result files"}
    kind = address.one(
        st.segmented_control,
        "Import",
        list(kinds),
        "images",
        key="bring",
        format_func=kinds.get,
        label_visibility="collapsed",
        required=True,
    )
    (importing.import_form if kind == "images" else importing_results.results_form)()


def draw(reference: ReferenceInUse | None) -> None:
    """Sets, import and disk use, each in a tab."""
    sets = read.sets()
    if sets.empty:
        demo.offer("No images yet", "Sets of real, training and synthetic images are listed here.", own=False)
        bring()
        return
    now, places = address.tabs({"sets": "Sets", "import": "Import", "disk": "Disk use"}, key="tab")
    with places[("sets", "import", "disk").index(now)]:
        if now == "sets":
            show_sets(sets)
        elif now == "import":
            bring()
        else:
            use = api.disk_use()
            st.metric("In all", size(float(use["bytes"].sum())))
            st.dataframe(use.assign(size=[size(b) for b in use["bytes"]])[["what", "size"]], hide_index=True, width=420, alt="Disk use")


open_page("Data", "Which images are here, and how do I bring my own?", draw)
