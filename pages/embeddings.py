"""Embeddings: a UMAP of training, real and synthetic images; lasso or click shows images, an image shows its point."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import charts
from pages.components.figures.map_points import map_groups, points_to_draw
from pages.components.frame import address
from pages.components.frame.compared import sets_to_map
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import selected_rows
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.runs import maps
from pages.components.style.palette import theme
from pages.components.tables.downloads import downloads

COLOUR_BY = {"set": "Set", "model": "Model", "finding": "Finding"}


def draw(reference: ReferenceInUse | None) -> None:
    """Controls, map, images at its right."""
    if reference is None:
        return demo.offer("No map yet", "Real, training and synthetic images lie here side by side as points, near where they look alike.")
    sets = read.sets()
    results = read.results(reference)
    names = sets_to_map(results)
    by_name = dict(zip(sets["name"], sets["id"], strict=True))
    a, b, c = st.columns([6, 5, 4])
    with a:
        shown_names = address.several(st.multiselect, "Synthetic sets", names, [], key="compare", placeholder=f"all {len(names)}") or names
    with b:
        colour = address.one(st.segmented_control, "Colour by", list(COLOUR_BY), "set", key="colour", format_func=COLOUR_BY.get)
    with c:
        finding = address.one(st.selectbox, "Finding", api.FINDINGS, "Pleural Effusion", key="finding", disabled=colour != "finding")
    base = [i for i in (reference.train, reference.real) if i]
    everything = base + [by_name[n] for n in names if n in by_name]
    points, missing = maps.find_map(everything, base, reference.encoder)
    if points is None:
        return maps.offer_map(everything, reference)
    maps.add_to_map(everything, missing, reference.encoder)
    shown = (points["set_id"].isin(base) | points["set_name"].isin(shown_names)).to_numpy()
    maps.forget_other_maps(points, reference.encoder)
    groups = map_groups(points, shown, colour, finding, read.look(names), theme())
    part = points_to_draw(points, shown, groups)
    ringed = maps.ringed_row(points, shown)
    figure = charts.embedding(points, part.context, part.groups, theme(), found=ringed, height=620)

    def chosen() -> None:
        xy = points[["x", "y"]].to_numpy()
        rows = selected_rows(st.session_state.get("map"), xy, [g[1] for g in groups], [g[1] for g in part.groups])
        if len(rows):
            st.session_state.update(_rows=rows, _ringed=None)

    left, right = st.columns([5, 2], gap="medium")
    with left:
        st.plotly_chart(
            figure,
            key="map",
            on_select=chosen,
            selection_mode=("points", "box", "lasso"),
            config=charts.CONFIG,
            alt=f"Map of {int(shown.sum()):,} images by their features",
        )
    with right:
        maps.show_images(points, shown, ringed)
    st.caption(" ".join(filter(None, [maps.DISTANCES, part.words, *maps.held(points, read.sets())])))
    downloads("map", points.loc[shown, ["x", "y", "set_name", "kind", "generator", "image_id", "prompt"]], figure, theme())
    return None


open_page("Embeddings", "Where do synthetic images lie among real ones, and where are they missing?", draw)
