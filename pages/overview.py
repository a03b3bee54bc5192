"""Overview: what this is, every set at a glance, running jobs, where to go."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame.problems import empty, go_button
from pages.components.frame.reference import ReferenceInUse
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.runs.status import running_now
from pages.components.style.palette import theme
from pages.components.tables import glance

WAYS = (
    ("Generate images", "generate", "auto_awesome"),
    ("Compare two metrics", "trade_offs", "bubble_chart"),
    ("Look for copies", "memorization", "fingerprint"),
    ("See the map", "embeddings", "scatter_plot"),
)


def draw(reference: ReferenceInUse | None) -> None:
    """The table of generators, or what to do first."""
    if reference is None:
        demo.offer(
            "Nothing is here yet",
            "TriadCXR judges generators of chest X-rays: how real their images are, how varied, how private and how useful.",
        )
        return
    results = read.results(reference)
    if results.empty:
        empty(
            "No generator has been evaluated against this reference",
            f"Generate images, then evaluate them against {reference.real_name} with {reference.encoder_title}.",
            "Generate images",
            page="generate",
        )
        return
    st.markdown(
        f"Generators of chest X-rays, judged against **{reference.n_real:,} held-out** images and **{reference.n_train:,} training** "
        f"images in the feature space of **{reference.encoder_title}**. Below each value: what a *perfect* generator would score, and the "
        "score *matched* to its sizes where that differs. A value is coloured where its matched score lies outside the range of a perfect "
        "generator."
    )
    names = results["set_name"].unique().tolist()
    look = read.look(names)
    pictures = {}
    for name, set_id in results[["set_name", "synthetic"]].drop_duplicates("set_name").itertuples(index=False):
        pictures[name] = read.thumbnails(set_id, read.table(set_id)["image_id"].head(3).tolist(), 96)
    running_now()
    st.html(glance.glance(results, api.metrics(), look, theme(), pictures))
    with st.container(horizontal=True, gap="small"):
        for label, page, icon in WAYS:
            go_button(label, page, key=f"way-{page}", icon=f":material/{icon}:")
        st.download_button(
            "CSV of all numbers",
            lambda: glance.csv(results.drop(columns=["settings"])),
            file_name="results.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


open_page("Overview", "How good, how varied, how private and how useful are the images of each generator?", draw)
