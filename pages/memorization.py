"""Memorization: synthetic images ranked by how close they are to a training image, relative to the spacing of training images."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bench_core import api
from pages.components import read
from pages.components.figures import charts
from pages.components.frame import address
from pages.components.frame.problems import without_training_set
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.page import open_page
from pages.components.panels import demo, pairs
from pages.components.panels.alike import TEST, headline, patient_strip, prompt_strip
from pages.components.panels.extraction import show_extraction
from pages.components.panels.marking import Marks, Pair, choose_list, control, in_list, listed, marks_button, marks_of
from pages.components.panels.nearest import closeness, in_order, large, looked_at, neighbour_strip, pick, ranking, sameness
from pages.components.panels.template_copies import show_template_copies
from pages.components.panels.votes import show_votes
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.palette import theme
from pages.components.style.words import plain
from pages.components.tables.downloads import downloads

SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)


def choose(sets: pd.DataFrame) -> tuple[str, float, DeltaGenerator]:
    """The set and the share of held-out patients that may be flagged by chance; and the place beside them, for the count."""
    counts = dict(zip(sets["name"], sets["images"], strict=True))
    names = sorted(counts, key=lambda n: (n != "phantom-ldm-overfit", n))
    a, b, count_side = st.columns([4, 6, 4], vertical_alignment="bottom")
    with a:
        name = address.one(st.selectbox, "Synthetic set", names, names[0], key="set", help="The encoder is chosen in the sidebar.")
    with b:
        share = address.one(
            st.select_slider,
            "Held-out patients flagged by chance",
            SHARES,
            0.001,
            key="share",
            format_func=lambda s: f"{s:.1%}",
            help="The threshold is where this share of held-out patients would be flagged too: no smaller one than 1 of all of them.",
        )
    return name, float(share), count_side


def draw(reference: ReferenceInUse | None) -> None:
    """Controls and count, ranking at the left, comparison and histogram at the right."""
    if reference is None:
        return demo.offer("Nothing to compare yet", "Each synthetic image stands here beside its nearest training images.")
    if reference.train is None:
        return without_training_set(
            "Copies are looked for among the images that a generator learned from. Choose a reference with a training set in the sidebar, "
            "or import those images as training images. All other pages work without them."
        )
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
        evaluations.offer(
            Evaluations(reference, {name: set_id}),
            f"{plain(name)} has not been compared in {plain(reference.encoder_title)} yet",
            "Evaluating it finds the nearest training images of each of its images.",
        )
        return show_extraction(name, set_id, reference)
    show_all(Compared(name, set_id, reference, reference.train, nearest, held_out), share, count_side)
    return None


@dataclass(frozen=True)
class Compared:
    """A set that was compared with the training images of a reference."""

    name: str
    set_id: str
    reference: ReferenceInUse
    train: str
    nearest: pd.DataFrame
    held_out: np.ndarray


def show_all(compared: Compared, share: float, count_side: DeltaGenerator) -> None:
    """The count in words, then the ranking at the left, one pair and the histogram at the right."""
    set_id, train, nearest = compared.set_id, compared.train, compared.nearest
    ordered = in_order(nearest)
    count = pairs.copies_found(set_id, compared.reference, share)
    threshold = count.cut
    count_side.metric("Flagged as too close", f"{count.found:,} of {count.images:,}", help=TEST)
    headline(count, train, ordered[ordered["ratio"] < threshold])
    marks = marks_of(set_id, train)
    asked = st.session_state.pop("_image", None)
    if asked:
        pick(asked)
        st.query_params.pop("page", None)
    left, right = beside((4, 10), "pair")
    with left:
        rows = listed(ordered, choose_list(), threshold, marks)
        current = in_list(ordered, rows, st.query_params.get("image"))
        st.caption("Closest first: distance / spacing. A click shows the image beside its neighbours.")
        ranking(set_id, rows, threshold, current, marks)
    with right:
        looked = looked_at(nearest, train, current)
        large(set_id, train, nearest, rows["image_id"].tolist(), current, looked)
        words, control_side = st.columns([5, 4])
        with words:
            st.markdown(closeness(looked.row) if looked.row else "This training image is not among the nearest of the image.")
            st.markdown(sameness(set_id, current, train, looked.train_image_id))
            show_votes(Pair(set_id, current, train, looked.train_image_id), compared.reference)
        with control_side:
            control(Pair(set_id, current, train, looked.train_image_id), marks)
        nearest_side, patient_side = st.columns(2, gap="medium")
        with nearest_side:
            neighbour_strip(train, looked)
        with patient_side:
            patient_strip(train, looked.train_image_id, looked.mine.set_index("train_image_id")["ratio"])
        prompt_strip(set_id, train, current, nearest, threshold, pick)
        figures(compared, ordered, threshold, float(ordered.set_index("image_id")["ratio"][current]), marks)
    show_template_copies(set_id, compared.reference, share)
    show_extraction(compared.name, set_id, compared.reference)


def figures(compared: Compared, ordered: pd.DataFrame, threshold: float, current: float, marks: Marks) -> None:
    """The histogram, and what can be taken along."""
    colour = read.style_of(compared.name, read.sets().set_index("name")["generator"][compared.name]).colour(theme())
    ratios = charts.DistanceRatios(ordered["ratio"].to_numpy(), compared.held_out, threshold, current)
    figure = charts.distance_histogram(ratios, compared.name, colour, theme())
    st.plotly_chart(figure, key="histogram", config=charts.CONFIG, alt=f"Distance ratios of {compared.name} and of held-out real images")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        downloads("memorization", compared.nearest, figure, theme())
        marks_button(compared.name, marks)


open_page("Memorization", "Which synthetic images are too close to a training patient?", draw)
