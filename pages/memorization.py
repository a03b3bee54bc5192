"""Memorization: synthetic images ranked by how close they are to a training image, relative to the spacing of training images."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bench_core import api
from pages.components import read
from pages.components.figures import charts
from pages.components.frame import address
from pages.components.frame.problems import empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import threshold_for
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.panels.nearest import inspect, pick, ranking
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.palette import theme
from pages.components.style.words import plain
from pages.components.tables.downloads import downloads

SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)


def choose(sets: pd.DataFrame) -> tuple[str, float, DeltaGenerator]:
    """The set and the share of held-out images that may be flagged by chance; and the place beside them, for the count."""
    counts = dict(zip(sets["name"], sets["images"], strict=True))
    names = sorted(counts, key=lambda n: (n != "phantom-ldm-overfit", n))
    a, b, count_side = st.columns([4, 6, 4], vertical_alignment="bottom")
    with a:
        name = address.one(st.selectbox, "Synthetic set", names, names[0], key="set", help="The encoder is chosen in the sidebar.")
    with b:
        share = address.one(
            st.select_slider,
            "Held-out images flagged by chance",
            SHARES,
            0.01,
            key="share",
            format_func=lambda s: f"{s:.1%}",
            help="The threshold is where this share of held-out real images would be flagged too.",
        )
    return name, float(share), count_side


def draw(reference: ReferenceInUse | None) -> None:
    """Controls and count, ranking at the left, comparison and histogram at the right."""
    if reference is None:
        return demo.offer("Nothing to compare yet", "Each synthetic image stands here beside its nearest training images.")
    if reference.train is None:
        empty(
            "This reference has no training set",
            "Copies are looked for among the images that a generator learned from. Choose a reference with a training set in the sidebar, "
            "or import those images as training images. All other pages work without them.",
            "Import training images",
            page="data",
            state={"tab": "Import"},
        )
        return None
    sets = read.sets("synthetic")
    if sets.empty:
        evaluations.offer(
            Evaluations(reference, {}), "Nothing to compare yet", "Each synthetic image stands here beside its nearest training images."
        )
        return None
    name, share, count_side = choose(sets)
    set_id = sets.loc[sets["name"] == name, "id"].iloc[0]
    try:
        nearest = read.neighbours(set_id, reference)
        held_out = read.held_out(reference)
    except api.NotPossible:
        return evaluations.offer(
            Evaluations(reference, {name: set_id}),
            f"{plain(name)} has not been compared in {plain(reference.encoder_title)} yet",
            "Evaluating it finds the nearest training images of each of its images.",
        )
    first = nearest[nearest["rank"] == 1].set_index("image_id")["ratio"]
    threshold = threshold_for(held_out, share)
    flagged = int((first < threshold).sum())
    count_side.metric("Flagged as too close", f"{flagged:,} of {len(first):,}")
    asked = st.session_state.pop("_image", None)
    if asked:
        pick(asked)
        st.query_params.pop("page", None)
    current = st.query_params.get("image")
    current = current if current in first.index else str(first.idxmin())
    left, right = st.columns([4, 10], gap="medium")
    with left:
        st.caption("Closest first: distance / spacing. A click shows the image beside its neighbours.")
        ranking(set_id, nearest, threshold, current)
    with right:
        inspect(set_id, name, reference, nearest, current)
        colour = read.style_of(name, sets.set_index("name")["generator"][name]).colour(theme())
        ratios = charts.DistanceRatios(first.to_numpy(), held_out, threshold, float(first[current]))
        figure = charts.distance_histogram(ratios, name, colour, theme())
        st.plotly_chart(figure, key="histogram", config=charts.CONFIG, alt=f"Distance ratios of {name} and of held-out real images")
        downloads("memorization", nearest, figure, theme())
    return None


open_page("Memorization", "Which synthetic images are too close to a training patient?", draw)
