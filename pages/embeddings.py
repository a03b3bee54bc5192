"""Embeddings: a UMAP of training, real and synthetic images; lasso or click shows images, an image shows its point."""

import numpy as np
import streamlit as st

from bench_core import api
from pages.components import address, charts, demo, maps, read
from pages.components.downloads import downloads
from pages.components.frame import open_page, theme
from pages.components.groups import map_groups
from pages.components.selection import selected_rows
from pages.components.study import InUse

COLOUR_BY = {"set": "Set", "model": "Model", "finding": "Finding"}


def draw(study: InUse | None) -> None:
    """Controls, map, images at its right."""
    if study is None:
        return demo.offer("No map yet", "Real, training and synthetic images lie here side by side as points, near where they look alike.")
    sets = read.sets()
    results = read.results(study.real, study.train, study.encoder)
    names = sorted(results["set_name"].unique()) if len(results) else sets[sets["kind"] == "synthetic"]["name"].tolist()
    by_name = dict(zip(sets["name"], sets["id"], strict=True))
    a, b, c = st.columns([6, 5, 4])
    with a:
        shown = address.several(st.multiselect, "Synthetic sets", names, [], key="compare", placeholder=f"all {len(names)}") or names
    with b:
        colour = address.one(st.segmented_control, "Colour by", list(COLOUR_BY), "set", key="colour", format_func=COLOUR_BY.get)
    with c:
        finding = address.one(st.selectbox, "Finding", api.FINDINGS, "Pleural Effusion", key="finding", disabled=colour != "finding")
    base = [i for i in (study.train, study.real) if i]
    everything = base + [by_name[n] for n in names if n in by_name]
    points, missing = maps.find_map(everything, base, study.encoder)
    if points is None:
        return maps.offer_map(everything, study)
    maps.add_to_map(everything, missing, study.encoder)
    points = points[points["set_id"].isin(base) | points["set_name"].isin(shown)].reset_index(drop=True)
    groups = map_groups(points, colour, finding, read.look(names), theme())
    found = st.session_state.pop("_found", None)
    if found:
        hit = np.flatnonzero((points["set_id"] == found[0]) & (points["image_id"] == found[1]))
        st.session_state["_ringed"] = int(hit[0]) if len(hit) else None
    ringed = st.session_state.get("_ringed")
    ringed = ringed if ringed is not None and ringed < len(points) else None
    figure = charts.embedding(points, groups, theme(), found=ringed, height=620)

    def chosen() -> None:
        rows = selected_rows(st.session_state.get("map"), [g[1] for g in groups])
        if rows:
            st.session_state.update(_rows=rows, _ringed=None)

    left, right = st.columns([5, 2], gap="medium")
    with left:
        st.plotly_chart(
            figure,
            key="map",
            on_select=chosen,
            selection_mode=("points", "box", "lasso"),
            config=charts.CONFIG,
            alt=f"Map of {len(points):,} images by their features",
        )
    with right:
        rows = [r for r in st.session_state.get("_rows", []) if r < len(points)]
        maps.show_images(points, [ringed, *rows] if ringed is not None and ringed not in rows else rows, ringed)
    placed = int((points["placed"] == "interpolated").sum())
    st.caption(
        "UMAP keeps neighbours together; distances between far groups mean nothing."
        + (f" {placed:,} points were placed between their neighbours." if placed else "")
    )
    downloads("map", points[["x", "y", "set_name", "kind", "generator", "image_id", "prompt"]], figure, theme())
    return None


open_page("Embeddings", "Where do synthetic images lie among real ones, and where are they missing?", draw)
