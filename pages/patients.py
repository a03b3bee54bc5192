"""Patients: synthetic images beside the training image that is likeliest of the same patient, the cut at a stated false-match rate."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures.charts import CONFIG
from pages.components.figures.identity_charts import match_histogram
from pages.components.frame import address
from pages.components.frame.problems import part, without_training_set
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.panels.reidentification import benchmark, counts, cut_in_words, inspect, ranking
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.palette import theme
from pages.components.style.words import plain
from pages.components.tables.downloads import downloads

RATES = (0.001, 0.005, 0.01, 0.05)
PURPOSE = "The training patient whom each synthetic image is likeliest to show stands here, with how sure that is."


def choose(sets: pd.DataFrame) -> tuple[str, float]:
    """The set, and the false-match rate that sets the cut."""
    names = sorted(sets["name"], key=lambda n: (n != "phantom-ldm-overfit", n))
    a, b, _ = st.columns([4, 6, 4], vertical_alignment="bottom")
    with a:
        name = address.one(st.selectbox, "Synthetic set", names, names[0], key="set", help="The encoder is chosen in the sidebar.")
    with b:
        rate = address.one(
            st.select_slider,
            "False matches, of searches with held-out patients",
            RATES,
            0.01,
            key="rate",
            format_func=lambda r: f"{r:.1%}",
            help="The cut is where so many films of people who are not in the training set would be found in it too.",
        )
    return name, float(rate)


def draw(reference: ReferenceInUse | None) -> None:
    """Controls and counts, ranking at the left, the pair and the histogram at the right."""
    if reference is None:
        return demo.offer("Nobody to look for yet", PURPOSE)
    if reference.train is None:
        return without_training_set(
            "Patients are looked for among the images that a generator learned from. Choose a reference with a training set in the "
            "sidebar, or import those images as training images."
        )
    sets = read.sets("synthetic")
    if sets.empty:
        return evaluations.offer(Evaluations(reference, {}), "Nobody to look for yet", PURPOSE)
    name, rate = choose(sets)
    set_id = str(sets.loc[sets["name"] == name, "id"].iloc[0])
    try:
        found = read.reidentification(set_id, reference, rate)
    except api.NotPossible as error:
        if "valuate" in error.hint:
            return evaluations.offer(
                Evaluations(reference, {name: set_id}),
                f"{plain(name)} has not been compared in {plain(reference.encoder_title)} yet",
                "Evaluating it gives the features in which patients are looked for.",
            )
        raise
    counts(found, reference.encoder)
    first = found.matches.set_index("image_id")["score"]
    current = st.query_params.get("image")
    current = current if current in first.index else str(first.index[0])
    left, right = beside([4, 10], "patients")
    with left:
        st.caption("Likeliest first. A click shows the image beside the training image.")
        ranking(set_id, found, current)
    with right:
        inspect(set_id, str(reference.train), found, current)
    with part("draw the histogram"):
        colour = read.style_of(name, sets.set_index("name")["generator"][name]).colour(theme())
        figure = match_histogram(found, name, colour, theme(), float(first[current]))
        st.plotly_chart(figure, key="histogram", config=CONFIG, alt=f"Scores of {name}, of held-out films and of pairs of real films")
        st.caption(cut_in_words(found))
        downloads("patients", found.matches, figure, theme())
    benchmark(set_id, reference, found)
    return None


open_page("Patients", "Whose film could a synthetic image be?", draw)
