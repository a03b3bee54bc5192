"""Image sets: the table of them, the chosen one with some of its images, its download and its deletion."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address
from pages.components.frame.problems import guard
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import clicked_row, page_of
from pages.components.identity import sees_real
from pages.components.images import means
from pages.components.images.grids import Tile, caption, image_grid, mean_tile
from pages.components.panels.exporting import export_menu
from pages.components.runs.evaluation_form import evaluation_form
from pages.components.style.numbers import size
from pages.components.style.palette import WORDS
from pages.components.style.words import code, inert, plain
from pages.components.tables.downloads import report_button
from pages.components.viewer.showing import ask_open

PER_PAGE = 16


@st.dialog("Delete this set?")
def confirm_delete(name: str) -> None:
    """Says what goes, and asks."""
    with guard("delete this set"):
        st.markdown(what_goes(api.deletion_of(name)))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Keep it"):
                st.rerun()
            if st.button("Delete", type="primary", icon=":material/delete:", key="really-delete"):
                api.delete_set(name)
                st.rerun()


def what_goes(plan: api.Deletion) -> str:
    """What a deletion removes, and what stays."""
    if plan.other_names:
        names = ", ".join(f"**{plain(name)}**" for name in plan.other_names)
        return f"**{plain(plan.name)}** is one of several names of these images. Only the name goes: images and numbers stay as {names}."
    numbers = f", {plan.numbers:,} {'number is' if plan.numbers == 1 else 'numbers are'} about them" if plan.numbers else ""
    marks = f", {plan.marks:,} {'mark is' if plan.marks == 1 else 'marks are'} on their pairs" if plan.marks else ""
    count = f"{plan.images:,} {'image' if plan.images == 1 else 'images'}"
    if plan.stays_in:
        what = f"The image files stay in {code(plan.stays_in)}; all that was computed from them here goes"
    else:
        what = f"The images ({size(float(plan.bytes))}) go, with all that was computed from them"
    return f"**{plain(plan.name)}** has {count}{numbers}{marks}. {what}: features, neighbours, maps and numbers. This cannot be undone."


def cut_of_negative(meta: Mapping[str, Any]) -> str:
    """What is said of a negative prompt of which the model read only the beginning; empty where it read all of it, or there is none."""
    tokens, seen = (meta.get(f"negative_{name}") for name in ("prompt_tokens", "prompt_tokens_read"))
    return f"Of the negative prompt the model read {seen} of {tokens} tokens." if tokens and seen is not None and tokens > seen else ""


def _open_row(names: list[str]) -> None:
    """Looks at the set whose row was clicked."""
    row = clicked_row(st.session_state.get("sets"))
    if row is not None and row < len(names):
        st.session_state["look"] = names[row]


def _show_buttons(row: Mapping[str, Any], reference: ReferenceInUse | None) -> None:
    """What can be done with a set: its download, its numbers where it is synthetic, its deletion."""
    name, set_id = str(row["name"]), str(row["id"])
    export_menu(name, set_id, int(row["images"]))
    if row["kind"] == "synthetic":
        if reference is not None and set_id in read.results(reference)["synthetic"].unique():
            report_button(name, set_id, reference, key="report")
        with st.popover("Evaluate", icon=":material/analytics:", width="content"):
            evaluation_form(f"form-{set_id}", {name: set_id}, reference)
    if st.button("Delete", icon=":material/delete:", key="delete"):
        confirm_delete(name)


def show_sets(sets: pd.DataFrame, reference: ReferenceInUse | None) -> None:
    """The table of sets; the chosen one with some of its images, and, where it is synthetic, the way to its numbers."""
    table = sets.assign(
        size=[size(b) for b in sets["bytes"]], word=sets["kind"].map(WORDS), made=sets["generator"].replace("", None).fillna("–")
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.caption("Click into a row to look at its images.")
        st.dataframe(
            table[["name", "word", "images", "size", "made", "created", "simulated"]],
            hide_index=True,
            alt="Image sets",
            key="sets",
            on_select=lambda: _open_row(table["name"].tolist()),
            selection_mode="single-cell",
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
                page = address.page(-(-len(rows) // PER_PAGE), key=f"page-{row['id']}", max_visible_pages=3)
                st.space("stretch")
                _show_buttons(row, reference)
            shown = rows.iloc[page_of(range(len(rows)), page, PER_PAGE)].to_dict("records")
            pictures = read.thumbnails(row["id"], [r["image_id"] for r in shown])
            tiles = [Tile(r["image_id"], p, kind=row["kind"], title=caption(r, str(name))) for r, p in zip(shown, pictures, strict=True)]
            with slot:
                image_grid(tiles, "set-images", side=84, on_click=lambda i: ask_open(row["id"], i))
            if len(rows) and address.flag("Mean image", key="mean"):
                words = "The sharper the mean of all images is, the more alike they are."
                image_grid([mean_tile(means.mean_image(row["id"]), len(rows), row["kind"], words)], "mean-image", side=128, lines=3)
            if cut := (rows["prompt_tokens"] > rows["prompt_tokens_read"]).sum() if "prompt_tokens" in rows else 0:
                st.caption(
                    f":material/content_cut: {cut:,} of {len(rows):,} images have a prompt of which the model read only the beginning."
                )
            if said := cut_of_negative(api.find_set(row["id"]).meta):
                st.caption(f":material/content_cut: {said}")
            elsewhere = " (the size above is what the workspace keeps of it)" if "://" in row["root"] else ""
            if not api.is_withheld(row["id"], sees_real()):
                st.caption(f"In {code(row['root'])}{elsewhere}")
            if said := api.import_of(str(name)):
                st.caption(inert(" ".join([f"{said.sentence()}.", *said.notes])))
