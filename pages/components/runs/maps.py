"""Maps of images: finding the stored one, asking for one, and the images of chosen points."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import who
from pages.components.frame.problems import attempt, empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import page_of
from pages.components.images import viewer
from pages.components.images.grids import Tile, caption, image_grid
from pages.components.runs.status import ACTIVE, follow
from pages.components.style.palette import WORDS

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
        f"A map places every image by its features ({reference.encoder_title}); it is made once, in about a minute.",
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


def ring(row: str) -> None:
    """Rings the point of an image."""
    st.session_state["_ringed"] = int(row)


def forget_other_maps(points: pd.DataFrame, encoder: str) -> None:
    """What was chosen on another map is forgotten: its rows are other images here."""
    this = (encoder, len(points), *points["set_id"].unique())
    if st.session_state.get("_map") != this:
        st.session_state.update(_map=this, _rows=np.empty(0, np.int64), _ringed=None)


def ringed_row(points: pd.DataFrame, shown: np.ndarray) -> int | None:
    """The row that is ringed, None where there is none among the rows shown."""
    found = st.session_state.pop("_found", None)
    if found:
        hit = np.flatnonzero((points["set_id"] == found[0]) & (points["image_id"] == found[1]))
        st.session_state["_ringed"] = int(hit[0]) if len(hit) else None
        if not len(hit):
            st.info(f"Image {found[1]} is not on this map, which holds {len(points):,} images.", icon=":material/info:")
    row = st.session_state.get("_ringed")
    return row if row is not None and shown[row] else None


def show_images(points: pd.DataFrame, shown: np.ndarray, ringed: int | None) -> None:
    """The images of the chosen points, synthetic ones first, or some of each set; a click rings the point of an image."""
    chosen: np.ndarray = st.session_state["_rows"]
    rows = chosen[shown[chosen]]
    if ringed is not None and ringed not in rows:
        rows = np.r_[ringed, rows]
    if len(rows):
        kinds = points["kind"].to_numpy()[rows]
        order = ("synthetic", "real", "train")
        counts = {kind: int((kinds == kind).sum()) for kind in order}
        rows = np.concatenate([rows[kinds == kind] for kind in order])
        st.markdown(f"**{len(rows):,}** images: " + ", ".join(f"{n:,} {WORDS[k].lower()}" for k, n in counts.items() if n))
    else:
        st.markdown("Draw around points with the lasso, or click one: its images appear here. Click an image to find its point.")
        rows = points.loc[shown, ["set_id"]].groupby("set_id", sort=False).head(3).index.to_numpy()[:PER_PAGE]
    if ringed is not None:
        row = points.iloc[ringed]
        st.button("Open the ringed image", icon=":material/zoom_in:", on_click=viewer.ask_open, args=(row["set_id"], row["image_id"]))
    slot = st.container()
    page = st.pagination(-(-len(rows) // PER_PAGE), key="page", max_visible_pages=3) if len(rows) > PER_PAGE else 1
    tiles = []
    for i in page_of(rows.tolist(), page, PER_PAGE):
        point = points.iloc[i].to_dict()
        picture = read.thumbnail(point["set_id"], point["image_id"])
        tiles.append(Tile(str(i), picture, kind=point["kind"], title=caption(point, point["set_name"])))
    with slot:
        image_grid(tiles, "chosen", side=84, selected=str(ringed), on_click=ring)
