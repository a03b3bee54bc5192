"""Embeddings: a UMAP of training, real and synthetic images. A point shows and opens its image, a lasso says what lies there."""

import numpy as np
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import charts
from pages.components.figures.map_chart import MapMarks, embedding, without_labels
from pages.components.figures.map_points import grey_rows, map_groups, points_to_draw
from pages.components.frame import address
from pages.components.frame.compared import sets_to_map
from pages.components.frame.reference import ReferenceInUse
from pages.components.images.point_card import point_card
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.runs import maps
from pages.components.style.palette import theme
from pages.components.tables.downloads import downloads
from pages.components.viewer.showing import ask_open

DRAW = {"points": "Points", "density": "Density"}
HEIGHT = 620
COLOUR_BY = {"set": "Set", "model": "Model", "finding": "Finding"}


def draw(reference: ReferenceInUse | None) -> None:
    """Controls, map, images at its right."""
    if reference is None:
        return demo.offer("No map yet", "Real, training and synthetic images lie here side by side as points, near where they look alike.")
    sets = read.sets()
    results = read.results(reference)
    names = sets_to_map(results)
    by_name = dict(zip(sets["name"], sets["id"], strict=True))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        shown_names = (
            address.several(st.multiselect, "Synthetic sets", names, [], key="compare", placeholder=f"all {len(names)}", width=280) or names
        )
        colour = address.one(
            st.segmented_control, "Colour by", list(COLOUR_BY), "set", key="colour", format_func=COLOUR_BY.get, width="content"
        )
        finding = ""
        if colour == "finding":
            finding = address.one(st.selectbox, "Finding", api.FINDINGS, "Pleural Effusion", key="finding", width=220)
        drawn_as = address.one(st.segmented_control, "Draw", list(DRAW), "points", key="draw", format_func=DRAW.get, width="content")
    base = [i for i in (reference.train, reference.real) if i]
    everything = base + [by_name[n] for n in names if n in by_name]
    points, missing = maps.find_map(everything, base, reference.encoder)
    if points is None:
        return maps.offer_map(everything, reference)
    maps.add_to_map(everything, missing, reference.encoder)
    shown = (points["set_id"].isin(base) | points["set_name"].isin(shown_names)).to_numpy()
    groups = map_groups(points, shown, colour, finding, read.look(names), theme())
    part = points_to_draw(points, shown, groups)
    ringed = maps.ringed_row(points, shown)
    curves = {"others": np.flatnonzero(grey_rows(shown, groups)), **{name: rows for name, rows, *_ in groups}}
    areas, rows = maps.rows_in_area(points, curves)
    figure = embedding(
        points, part.context, part.groups, theme(), marks=MapMarks(ringed, areas, density=drawn_as == "density"), height=HEIGHT
    )

    def open_point(row: int) -> None:
        point = points.iloc[row]
        maps.ring(point)
        ask_open(point["set_id"], point["image_id"])

    left, right = st.columns([5, 2], gap="medium")
    with left:
        st.plotly_chart(
            without_labels(figure),
            key="map",
            on_select=lambda: maps.keep_area(st.session_state.get("map"), curves, points[["x", "y"]].to_numpy()),
            selection_mode=("box", "lasso"),
            config=charts.CONFIG,
            alt=f"Map of {int(shown.sum()):,} images by their features",
        )
        point_card("map", points, f"{reference.encoder} {len(points)}", open_point, maps.clear)
    with right:
        maps.show_images(points, shown, rows, ringed)
    st.caption(" ".join(filter(None, [maps.DISTANCES, part.words, *maps.held(points, read.sets())])))
    downloads("map", points.loc[shown, ["x", "y", "set_name", "kind", "generator", "image_id", "prompt"]], figure, theme())
    return None


open_page("Embeddings", "Where do synthetic images lie among real ones, and where are they missing?", draw)
