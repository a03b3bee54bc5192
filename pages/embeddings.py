"""Embeddings: a UMAP of training, real and synthetic images; lasso or click shows images, an image shows its point."""

import numpy as np
import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import address, charts, demo, read, viewer
from pages.components.downloads import downloads
from pages.components.frame import open_page, theme
from pages.components.groups import map_groups
from pages.components.images import Tile, caption, image_grid
from pages.components.problems import attempt, empty
from pages.components.runs import ACTIVE, progress_line
from pages.components.selection import page_of, selected_rows
from pages.components.study import InUse

PER_PAGE = 18
COLOUR_BY = {"set": "Set", "model": "Model", "finding": "Finding"}


def waiting(set_ids: list[str], study: InUse) -> None:
    """No map of these sets yet: the button that makes it, or how far it is."""
    runs = api.runs(50)
    runs = runs[(runs["kind"] == "project") & runs["status"].isin(ACTIVE)]
    if runs.empty:
        empty(
            "These sets have no common map yet",
            f"A map places every image by its features ({study.encoder_title}); it is made once, in about a minute.",
            "Make the map",
            lambda: attempt(api.submit, api.ProjectSpec(sets=set_ids, encoder=study.encoder)),
            icon=":material/scatter_plot:",
        )
        return

    @st.fragment(run_every=2.0)
    def live() -> None:
        run = api.run(str(runs["id"].iloc[0]))
        if run.status not in ACTIVE:
            st.rerun()
        st.progress(min(1.0, run.progress), text=f"Making the map · {progress_line(run)}")

    live()


def show_images(points: pd.DataFrame, rows: list[int]) -> None:
    """The images of the chosen points; a click rings the point of an image."""
    if not rows:
        st.markdown("Draw around points with the lasso, or click one: its images appear here. Click an image to find its point.")
        sample = points.groupby("set_id", sort=False).head(3)
        rows = sample.index.tolist()[:PER_PAGE]
        st.caption("A few images of each set:")
    else:
        st.markdown(f"**{len(rows):,}** images")
    slot = st.container()
    page = st.pagination(-(-len(rows) // PER_PAGE), key="page", max_visible_pages=3) if len(rows) > PER_PAGE else 1
    shown = page_of(rows, page, PER_PAGE)
    tiles = []
    for row in shown:
        point = points.iloc[row].to_dict()
        picture = read.thumbnail(point["set_id"], point["image_id"])
        tiles.append(Tile(str(row), picture, kind=point["kind"], title=caption(point, point["set_name"])))
    with slot:
        image_grid(tiles, "chosen", side=84, selected=str(st.session_state.get("_ringed", "")), on_click=ring)


def ring(row: str) -> None:
    """Rings the point of an image."""
    st.session_state["_ringed"] = int(row)


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
    points = read.projection(everything, study.encoder)
    if points is None:
        return waiting(everything, study)
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
        show_images(points, [ringed, *rows] if ringed is not None and ringed not in rows else rows)
        if ringed is not None:
            row = points.iloc[ringed]
            st.button("Open the ringed image", icon=":material/zoom_in:", on_click=viewer.ask_open, args=(row["set_id"], row["image_id"]))
    placed = int((points["placed"] == "interpolated").sum())
    st.caption(
        "UMAP keeps neighbours together; distances between far groups mean nothing."
        + (f" {placed:,} points were placed between their neighbours." if placed else "")
    )
    downloads("map", points[["x", "y", "set_name", "kind", "generator", "image_id", "prompt"]], figure, theme())
    return None


open_page("Embeddings", "Where do synthetic images lie among real ones, and where are they missing?", draw)
