"""How a set leaves: its form, how much is told of it, and the tick without which films of patients stay."""

import shlex

import streamlit as st

from bench_core import api
from pages.components.identity import sees_real
from pages.components.style.words import code
from pages.components.tables.downloads import file_button

FORMS = {"png": "PNG", "dicom": "DICOM", "jpeg": "JPEG"}
FORMS_SAID = {
    "png": "Exact; each file says how it was made.",
    "dicom": "Secondary Capture, exact; Synthetic Data (0008,001C) says what it is.",
    "jpeg": "Small, and lossy; XMP and EXIF say how it was made.",
}
LEVELS: dict[api.Provenance, str] = {"full": "Everything", "redacted": "Redacted", "none": "Nothing"}
LEVELS_SAID: dict[api.Provenance, str] = {
    "full": "Model, settings, seeds and prompts; ids and labels in the table.",
    "redacted": "Nothing that could stem from a report or tell of a patient: no prompts, labels, views, ids of sources.",
    "none": "Pixels and hashes alone, and no card.",
}
LARGE = 2000
"""Images from which on the command line is offered: a download is made whole before it begins."""


def export_menu(name: str, set_id: str, images: int) -> None:
    """Form, what is told, the ZIP and the card."""
    with st.popover("Export", icon=":material/download:", width="content"):
        rules = api.export_rules(set_id)
        options = {"label_visibility": "visible", "required": True}
        form = str(st.segmented_control("Files", list(FORMS), default="png", format_func=FORMS.get, key=f"form-{set_id}-files", **options))
        st.caption(FORMS_SAID[form])
        level: api.Provenance = st.segmented_control(
            "Told of them", list(LEVELS), default=rules.provenance, format_func=LEVELS.get, key=f"told-{set_id}", **options
        )
        st.caption(LEVELS_SAID[level])
        asked = not rules.patients
        if rules.patients:
            asked = st.checkbox("These are films of patients. I may hand them on, as what they are: not as synthetic.", key=f"may-{set_id}")
        real_pixels = sees_real()  # asked now: the file is made when nobody's page is being drawn
        with st.container(horizontal=True):
            make = lambda: api.export_zip(set_id, provenance=level, real_pixels=real_pixels, form=form)
            file_button(f"{name}.zip", make, key="zip", label="Images, table, card", disabled=not asked)
            file_button(f"{name}.md", lambda: api.card(set_id, level), key="card", label="Card", help="What it is, tested how, its limits.")
        if images > LARGE:
            command = code(f"python -m bench_core export --set {shlex.quote(name)} --format {form} --out DIR")
            st.caption(f"So many images are better written to a folder: {command}")
