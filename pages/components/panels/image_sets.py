"""Image sets: the table of them, the chosen one with some of its images, its download and its deletion."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address
from pages.components.frame.problems import guard, show_error
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import page_of
from pages.components.images import viewer
from pages.components.images.grids import Tile, caption, image_grid, mean_tile
from pages.components.runs.evaluation_form import evaluation_form
from pages.components.style.numbers import size
from pages.components.style.palette import WORDS

PER_PAGE = 16


@st.dialog("Delete this set?")
def confirm_delete(row: dict[str, object]) -> None:
    """Asks before a set is deleted."""
    st.markdown(
        f"**{row['name']}** has {row['images']:,} images ({size(float(str(row['bytes'])))}). Its images, features, neighbours, maps and "
        "all its numbers are deleted. This cannot be undone."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it"):
            st.rerun()
        if st.button("Delete", type="primary", icon=":material/delete:", key="really-delete"):
            try:
                api.delete_set(str(row["id"]))
            except api.BenchError as error:
                show_error(error.message, error.hint)
            else:
                st.rerun()


def show_sets(sets: pd.DataFrame, reference: ReferenceInUse | None) -> None:
    """The table of sets; the chosen one with some of its images, and, where it is synthetic, the way to its numbers."""
    table = sets.assign(
        size=[size(b) for b in sets["bytes"]], word=sets["kind"].map(WORDS), made=sets["generator"].replace("", None).fillna("–")
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.dataframe(
            table[["name", "word", "images", "size", "made", "created", "simulated"]],
            hide_index=True,
            alt="Image sets",
            height=min(700, 35 * (len(table) + 1) + 3),
            column_config={
                "word": "kind",
                "made": "generator",
                "created": st.column_config.DatetimeColumn(format="D MMM HH:mm"),
                "images": st.column_config.NumberColumn(format="localized"),
            },
        )
    with right.container(border=True):
        names = table["name"].tolist()
        name = address.one(st.selectbox, "Look at", names, names[0], key="look")
        row = table[table["name"] == name].iloc[0].to_dict()
        with guard("show this set"):
            rows = read.table(row["id"])
            slot = st.container()
            with st.container(horizontal=True, vertical_alignment="center"):
                page = st.pagination(max(1, -(-len(rows) // PER_PAGE)), key=f"page-{row['id']}", max_visible_pages=3)
                st.space("stretch")
                st.download_button(
                    "ZIP",
                    lambda: api.export_zip(row["id"]),
                    file_name=f"{name}.zip",
                    mime="application/zip",
                    on_click="ignore",
                    icon=":material/download:",
                    key="zip",
                )
                if row["kind"] == "synthetic":
                    with st.popover("Evaluate", icon=":material/analytics:", width="content"):
                        evaluation_form(f"form-{row['id']}", {str(name): str(row["id"])}, reference)
                if st.button("Delete", icon=":material/delete:", key="delete"):
                    confirm_delete(row)
            shown = rows.iloc[page_of(range(len(rows)), page, PER_PAGE)].to_dict("records")
            pictures = read.thumbnails(row["id"], [r["image_id"] for r in shown])
            tiles = [Tile(r["image_id"], p, kind=row["kind"], title=caption(r, str(name))) for r, p in zip(shown, pictures, strict=True)]
            with slot:
                image_grid(tiles, "set-images", side=84, on_click=lambda i: viewer.ask_open(row["id"], i))
            if len(rows) and st.toggle("Mean image", key=f"mean-{row['id']}"):
                words = "The sharper the mean of all images is, the more alike they are."
                image_grid([mean_tile(read.mean_image(row["id"]), len(rows), row["kind"], words)], "mean-image", side=128, lines=3)
            elsewhere = " (the size above is what the workspace keeps of it)" if "://" in row["root"] else ""
            st.caption(f"In `{row['root']}`{elsewhere}")
