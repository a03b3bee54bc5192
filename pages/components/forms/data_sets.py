"""Fields of the import form for a public data set that lies on the server as it was published."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from bench_core import api
from pages.components.identity import path_of_films

VIEWS = ("frontal", "PA", "AP", "lateral")


def data_set_fields() -> Mapping[str, Any] | None:
    """Draws the fields; what `api.import_data_set` is to be given, None while the folder is missing."""
    layouts = api.layouts()
    layout = st.selectbox("Layout", list(layouts), format_func=lambda i: layouts[i].title, key="import-layout")
    one = layouts[layout]
    st.caption(f"{one.summary} Files: `{one.looks_like}`")
    root = st.text_input("Folder of the data set", key="import-root", placeholder="/data/mimic-cxr-jpg/2.0.0")
    left, right = st.columns(2)
    split = left.text_input("Only this split", key="import-split", placeholder="all", help="train, test, … as the data set names them")
    view = right.selectbox("Only this view", VIEWS, index=None, placeholder="all", key="import-view")
    wanted: dict[str, Any] = {"layout": layout, "root": root, "split": split.strip() or None, "view": view}
    if "labels" in one.takes:
        wanted["labels"] = st.selectbox("Labels", ("chexpert", "negbio"), index=None, placeholder="chexpert, if there", key="import-labels")
    if "annotations" in one.takes:
        table = st.text_input("Table of texts (LLaVA-Rad), if any", key="import-annotations").strip()
        wanted["annotations"] = table or None
    wanted["copy"] = copy_field("import-copy", False)
    return wanted if root.strip() else None


def copy_field(key: str, default: bool) -> bool:
    """Draws the switch that every import from the server has."""
    return st.checkbox(
        "Copy the images into the workspace",
        value=default,
        key=key,
        help="Otherwise they stay where they are and are opened when they are needed; a file that changes is noticed.",
    )


def import_data_set(name: str, kind: Any, skip: bool, wanted: Mapping[str, Any], on_progress: Callable[[int, int, str], None]) -> Any:
    """Imports what the fields say."""
    paths = {key: path_of_films(wanted[key]) for key in ("root", "annotations") if wanted.get(key)}
    return api.import_data_set(name, kind=kind, skip_bad=skip, on_progress=on_progress, **{**wanted, **paths})
