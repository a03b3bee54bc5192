"""Maps of images: finding the stored one, asking for one, and the images of chosen points."""

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address, who
from pages.components.frame.problems import attempt, empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import areas_from, areas_of, areas_text, curves_of, page_of, rows_within
from pages.components.images import viewer
from pages.components.images.grids import Tile, caption, image_grid
from pages.components.runs.status import ACTIVE, follow
from pages.components.style.markup import draw
from pages.components.style.palette import WORDS, theme
from pages.components.style.words import plain
from pages.components.tables.composition import by_finding, by_set, composition_html

PER_PAGE = 18
DISTANCES = "UMAP keeps neighbours together; distances between far groups mean nothing."


def find_map(set_ids: Sequence[str], base: Sequence[str], encoder: str) -> tuple[pd.DataFrame | None, list[str]]:
    """The map of all these sets, else the newest one that holds at least `base`; and the sets that it lacks."""
    points = read.projection(set_ids, encoder)
    if points is not None:
        return points, []
    runs = api.runs(200)
    for run_id in runs[(runs["kind"] == "project") & (runs["status"] == "done")]["id"]:
        spec = api.run(run_id).spec
        if isinstance(spec, api.ProjectSpec) and spec.encoder == encoder and set(base) <= set(spec.sets):
            points = read.projection(spec.sets, encoder, spec.seed, spec.limit)
            if points is not None:
                return points, [i for i in set_ids if i not in spec.sets]
    return None, list(set_ids)


def held(points: pd.DataFrame, sets: pd.DataFrame) -> list[str]:
    """What a reader must know of a map: how many images it holds of how many, and how many were placed by their neighbours."""
    whole = int(sets.drop_duplicates("id").set_index("id")["images"].reindex(points["set_id"].unique()).sum())
    placed = int((points["placed"] == "interpolated").sum())
    said = [f"The map holds {len(points):,} of {whole:,} images: large sets are thinned evenly."] if len(points) < whole else []
    return said + ([f"{placed:,} points were placed between their neighbours."] if placed else [])


def map_in_progress() -> str | None:
    """The id of a map that is being made or waits to be."""
    runs = api.runs(50)
    runs = runs[(runs["kind"] == "project") & runs["status"].isin(ACTIVE)]
    return None if runs.empty else str(runs["id"].iloc[0])


def ask_map(set_ids: Sequence[str], encoder: str) -> None:
    """Queues a map of these sets."""
    attempt(who.submit, api.ProjectSpec(sets=list(set_ids), encoder=encoder))


def offer_map(set_ids: Sequence[str], reference: ReferenceInUse) -> None:
    """No map yet: the button that makes it, or how far it is."""
    run_id = map_in_progress()
    if run_id:
        follow(run_id, "Making the map · ")
        return
    empty(
        "These sets have no common map yet",
        f"A map places every image by its features ({plain(reference.encoder_title)}); it is made once, in about a minute.",
        "Make the map",
        lambda: ask_map(set_ids, reference.encoder),
        icon=":material/scatter_plot:",
    )


def add_to_map(set_ids: Sequence[str], missing: Sequence[str], encoder: str) -> None:
    """A line that says which sets the map lacks, with the button that makes it anew."""
    run_id = map_in_progress()
    if run_id:
        follow(run_id, "Making the map · ")
    elif missing:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/info: {len(missing)} newer set{'s are' if len(missing) > 1 else ' is'} not on this map.", width="content"
            )
            st.button("Make it anew with all sets", on_click=ask_map, args=(set_ids, encoder))


def remembered(name: str) -> str | None:
    """What the address says under that name or, after another page, what it said last."""
    value = st.query_params.get(name, st.session_state.get(f"_map_{name}"))
    remember(name, value)
    return value


def remember(name: str, value: str | None) -> None:
    """Writes it into the address, and where it outlives another page."""
    st.session_state[f"_map_{name}"] = value
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def ring(point: pd.Series) -> None:
    """Rings the point of an image."""
    remember("ring", f"{point['set_id']}/{point['image_id']}")


def clear() -> None:
    """Takes back what was drawn around points, and the ring."""
    for name in ("area", "of", "ring"):
        remember(name, None)


def ringed_row(points: pd.DataFrame, shown: np.ndarray) -> int | None:
    """The row that is ringed, None where there is none among the rows shown."""
    found = st.session_state.pop("_found", None)
    if found:
        remember("ring", "/".join(found))
    set_id, _, image_id = (remembered("ring") or "").partition("/")
    if not set_id:
        return None
    hit = np.flatnonzero((points["set_id"] == set_id) & (points["image_id"] == image_id))
    if not len(hit):
        st.info(f"Image {plain(image_id)} is not on this map, which holds {len(points):,} images.", icon=":material/info:")
    return int(hit[0]) if len(hit) and shown[hit[0]] else None


def keep_area(event: Mapping[str, Any] | None, curves: Mapping[str, np.ndarray], xy: np.ndarray) -> None:
    """Keeps what a lasso or a box was drawn around. Curves of which it holds no point although some are in it were hidden by the legend."""
    areas = areas_of(event)
    if areas:
        numbers = curves_of(event)
        hidden = [name for i, (name, rows) in enumerate(curves.items()) if i not in numbers and len(rows_within(xy, rows, areas))]
        held = [name for name in curves if name not in hidden]
        remember("area", areas_text(areas))
        remember("of", ",".join(held) if hidden and numbers else None)


def rows_in_area(points: pd.DataFrame, curves: Mapping[str, np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
    """What was drawn around points, and the rows in it; `curves` are the rows of each curve by name."""
    areas, held = areas_from(remembered("area")), remembered("of")
    wanted = set(held.split(",")) if held else set(curves)
    rows = [rows for name, rows in curves.items() if name in wanted] or list(curves.values())
    return areas, rows_within(points[["x", "y"]].to_numpy(), np.concatenate(rows) if rows else np.empty(0, np.int64), areas)


def show_images(points: pd.DataFrame, shown: np.ndarray, rows: np.ndarray, ringed: int | None) -> None:
    """What was drawn around: what it holds, and its images, synthetic ones first. Else some images of each set."""
    if ringed is not None:
        point = points.iloc[ringed]
        with st.container(horizontal=True):
            st.button("Open", icon=":material/zoom_in:", on_click=viewer.ask_open, args=(point["set_id"], point["image_id"]))
            st.button("Clear", icon=":material/close:", key="clear-ring", on_click=clear, help="Takes back the ring and what was drawn.")
        st.caption(f"Ringed: {plain(shorten(caption(point.to_dict(), point['set_name']), 110, placeholder=' …'))}")
    if len(rows):
        kinds = points["kind"].to_numpy()[rows]
        order = ("synthetic", "real", "train")
        counts = {kind: int((kinds == kind).sum()) for kind in order}
        order_rows = [rows[kinds == kind] for kind in order]
        st.markdown(f"**{len(rows):,}** images: " + ", ".join(f"{n:,} {WORDS[k].lower()}" for k, n in counts.items() if n))
        draw(composition_html(by_set(points, shown, rows), by_finding(points, shown, rows), theme()))
        if ringed is None:
            st.button("Clear", icon=":material/close:", key="clear-area", on_click=clear)
        rows = np.concatenate(order_rows)
    else:
        st.markdown("Click a point to open its image. Draw around points with the lasso to see what lies there.")
        rows = points.loc[shown, ["set_id"]].groupby("set_id", sort=False).head(3).index.to_numpy()[:PER_PAGE]
    slot = st.container()
    page = address.page(-(-len(rows) // PER_PAGE), key="map-page", max_visible_pages=3)
    tiles = []
    for i in page_of(rows.tolist(), page, PER_PAGE):
        point = points.iloc[i].to_dict()
        picture = read.thumbnail(point["set_id"], point["image_id"])
        tiles.append(Tile(str(i), picture, kind=point["kind"], title=caption(point, point["set_name"])))
    with slot:
        image_grid(tiles, "chosen", side=84, selected=str(ringed), on_click=lambda row: ring(points.iloc[int(row)]))
