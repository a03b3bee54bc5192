"""Detection: how many planted copies each detector of copies finds, and which are missed."""

import streamlit as st

from bench_core import api
from pages.components.frame import address
from pages.components.frame.problems import empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.panels.planted import offer_detection, offer_plants, planted_recall, planted_sets, show_calls, show_recall


def draw(reference: ReferenceInUse | None) -> None:
    """The planted set, its curves, and what was called what."""
    if reference is None:
        return demo.offer("Nothing to hide copies among yet", "How many planted copies each detector finds stands here.")
    if reference.train is None:
        empty("This reference has no training set", "Copies are of training images: choose a reference with a training set in the sidebar.")
        return None
    names = planted_sets()
    if not names:
        return offer_plants(reference)
    name = address.one(st.selectbox, "Set with planted copies", names, names[0], key="planted", width=320)
    try:
        table = planted_recall(name, reference)
    except api.NotPossible:
        return offer_detection(name, reference)
    left, right = st.columns([8, 3], gap="medium")
    with left:
        show_recall(name, table)
    with right:
        show_calls(name, reference)
    return None


open_page("Detection", "Which copies would be found, and which would be missed?", draw)
