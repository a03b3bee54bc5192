"""Result files of CheXGenBench: the form that imports them, and what was imported, with its deletion."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.forms.importing import empty_fields, files_key, show_imported
from pages.components.frame.problems import attempt, go_button, guard
from pages.components.style.words import plain

FORMATS = (
    "The CSV files that CheXGenBench writes, as they are: `image_generation_metrics.csv`, `img_text_alignment.csv`, the conditional ones, "
    "and `privacy_metrics_MODEL.csv` (of which means are kept, no prompts and no paths). Files averaged over shards are recognised."
)


def results_form() -> None:
    """Draws the form, carries the import out and lists what is there."""
    if "_imported_results" in st.session_state:
        empty_fields("results", ("name",))
    show_imported("_imported_results", "numbers")
    left, right = st.columns([5, 4], gap="medium")
    with left:
        name = st.text_input("Name of the import", max_chars=120, key="results-name", placeholder="chexgenbench-rerun")
        files = st.file_uploader("CSV files", type=["csv"], accept_multiple_files=True, key=files_key("results"))
        skip = st.checkbox("Import the rest when rows are wrong", key="results-skip", help="What is left out is listed.")
        go = st.button("Import numbers", type="primary", icon=":material/upload:", disabled=not (files and name.strip()))
    said = right.container()
    with right.container(border=True):
        st.markdown("#### What can be imported")
        st.markdown(FORMATS)
        st.markdown("Imported numbers have no interval and no null. Published and Trade-offs show them beside ours; no metric reads them.")
    if go:
        with said, guard("import these numbers"):
            done = api.import_results(name.strip(), [(f.name, f.getvalue()) for f in files or []], skip)
            st.session_state["_imported_results"] = (name.strip(), done)
            st.rerun()
    _list()


def _list() -> None:
    frame = read.imported_results()
    if frame.empty:
        return
    st.markdown("#### Imported")
    for name, rows in frame.groupby("name", sort=False):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            warned = int((rows["warning"] != "").sum())
            files_of = plain(", ".join(rows["file"].unique()))
            text = f"**{plain(str(name))}** · {len(rows)} numbers of {rows['model'].nunique()} models from {files_of}"
            st.markdown(text + (f" · :orange-badge[{warned} with a warning]" if warned else ""))
            st.space("stretch")
            go_button("Show", "published", key=f"show-{name}", icon=":material/menu_book:")
            st.button("Delete", icon=":material/delete:", key=f"delete-{name}", on_click=attempt, args=(api.delete_import, name))
