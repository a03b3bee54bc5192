"""The import form: files from the browser or a folder on the server; problems are listed with their rows."""

from collections.abc import Sequence

import streamlit as st

from bench_core import api
from pages.components.forms.data_sets import copy_field, data_set_fields, import_data_set
from pages.components.frame.kiosk import of_visit
from pages.components.frame.problems import guard
from pages.components.identity import path_of_films
from pages.components.style.palette import WORDS
from pages.components.style.words import inert, plain

DATA_SET = "Public data set on the server"
NO_ROOTS = (
    "Folders of the server are not open to pages. Whoever runs this site lists those that are in `BENCH_DATA_ROOTS`; "
    "on the command line `python -m bench_core import` reads any folder."
)
FORMATS = (
    "PNG, JPEG or DICOM, 8 or 16 bit, any size. A table (CSV) is optional: a column with the file name (`path`, `filename` or "
    "`synthetic_filename`), and if you have them the prompt, `subject_id`, `study_id`, `view`, and "
    "labels: `chexpert_labels` or one column per finding. Of DICOM without a table, patient and study (as hashes) and view are read."
)


def import_form() -> None:
    """Draws the form and carries the import out; it is empty again after one that succeeded."""
    if "_imported" in st.session_state:
        empty_fields("import", ("name", "folder", "table", "root", "split", "annotations"))
    show_imported("_imported", "images")
    left, right = st.columns([5, 4], gap="medium")
    with left:
        where = (
            st.segmented_control(
                "Where are the images?", ["Upload", "Folder on the server", DATA_SET], default="Upload", key="import-where"
            )
            or "Upload"
        )
        name = st.text_input("Name of the set", max_chars=120, key="import-name", placeholder="hospital-a-test")
        kind = st.segmented_control(
            "They are",
            list(WORDS),
            format_func=lambda k: {"real": "real, held out", "train": "training images", "synthetic": "synthetic"}[k],
            default="real",
            key="import-kind",
        )
        if where == "Upload":
            files = st.file_uploader(
                "Images, a CSV, or ZIPs of them",
                accept_multiple_files=True,
                key=files_key("import"),
            )
            ready = bool(files)
        elif not api.data_roots():
            ready = False
            st.info(NO_ROOTS, icon=":material/lock:")
        elif where == DATA_SET:
            ready = (wanted := data_set_fields()) is not None
        else:
            folder = st.text_input("Folder with the images", key="import-folder", placeholder="/data/films")
            table = st.text_input("Table (CSV), if any", key="import-table", placeholder="/data/films/table.csv")
            copy = copy_field("import-copy-own", True)
            ready = bool(folder.strip())
        skip = st.checkbox(
            "Import the rest when rows are wrong", key="import-skip", help="What is left out is listed. Nothing is ever substituted."
        )
        go = st.button("Import", type="primary", icon=":material/upload:", disabled=not (ready and name.strip() and kind))
    said = right.container()  # above what can be imported: in sight, whereas below the form it would not be
    with right.container(border=True):
        _show_formats()
    if go:
        bar = st.progress(0.0, text="Reading …")
        with said, guard("import these images"), of_visit(name.strip()):
            tell = lambda d, t, label: bar.progress(min(1.0, d / max(1, t)), text=label)
            if where == "Upload":
                done = api.import_upload(name.strip(), [(f.name, f.getvalue()) for f in files or []], kind or "real", skip, tell)
            elif where == DATA_SET:
                done = import_data_set(name.strip(), kind or "real", skip, wanted or {}, tell)
            else:
                images, path = path_of_films(folder), path_of_films(table) if table.strip() else None
                done = api.import_images(name.strip(), images, path, kind or "real", skip, tell, copy)
            st.session_state["_imported"] = (name.strip(), done)
            st.rerun()
        bar.empty()


def files_key(form: str) -> str:
    """The key of the upload of a form: another one after each import, for nothing else empties it."""
    emptied = st.session_state.get(f"_{form}-emptied", 0)
    return f"{form}-files-{emptied}" if emptied else f"{form}-files"


def empty_fields(form: str, names: Sequence[str]) -> None:
    """Empties these text fields of a form, and its upload; to be called before they are drawn."""
    st.session_state.update({key: "" for name in names if (key := f"{form}-{name}") in st.session_state})
    st.session_state[f"_{form}-emptied"] = st.session_state.get(f"_{form}-emptied", 0) + 1


def _show_formats() -> None:
    """What can be imported, and from where."""
    st.markdown("#### What can be imported")
    st.markdown(FORMATS)
    st.markdown("Large sets are best read from a folder on the server; uploads end at 200 MB.")
    st.markdown("Public data sets (" + ", ".join(one.title for one in api.layouts().values()) + ") are read as they were published.")


def show_imported(key: str, things: str) -> None:
    """What the import that was kept under this key of the session did, once: its name and its `api.ImportReport`."""
    name, report = st.session_state.pop(key, (None, None))
    if report is None:
        return
    st.success(f"{plain(name)}: {report.sentence(things)}.", icon=":material/check:")
    for line in report.notes:
        st.warning(inert(line), icon=":material/warning:")
    if report.problems:
        left_out = "\n".join(f"- {inert(problem)}" for problem in report.problems[:20])
        more = f"\n\n… and {len(report.problems) - 20:,} more." if len(report.problems) > 20 else ""
        st.warning(f"Left out:\n\n{left_out}{more}", icon=":material/rule:")
