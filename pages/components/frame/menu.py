"""The list of pages."""

from pathlib import Path
from typing import Any

import streamlit as st

FOLDER = Path(__file__).resolve().parent.parent.parent


MENU: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "": (("overview", "Overview", "dashboard", "What this is, every set at a glance, and where to go."),),
    "Make": (
        ("generate", "Generate", "auto_awesome", "Draw chest X-rays from a prompt, with one or several models."),
        ("queue", "Queue", "pending_actions", "Runs: progress, cancel, why one failed, repeat."),
    ),
    "Compare": (
        ("trade_offs", "Trade-offs", "bubble_chart", "Any two metrics against each other, one point per generator."),
        ("findings", "Findings", "grid_on", "Each metric for each finding and generator, against its own null."),
        ("agreement", "Agreement", "join_inner", "Which metrics rank the generators alike."),
        ("power", "Power", "visibility", "What each number can see of faults that are put in on purpose."),
        ("embeddings", "Embeddings", "scatter_plot", "A map of real, training and synthetic images."),
    ),
    "Privacy": (
        ("memorization", "Memorization", "fingerprint", "Synthetic images beside their nearest training images."),
        ("detection", "Detection", "content_copy", "How many planted copies each detector of copies finds."),
        ("attacks", "Attacks", "groups", "Who was in the training set: attacks on membership, each beside its controls."),
        ("patients", "Patients", "person", "The training patient whom a synthetic image is likeliest to show, and how sure that is."),
        ("what_if", "What if", "filter_alt", "What a filter would take out of a set, and what that costs."),
    ),
    "Utility": (
        ("utility", "Utility", "school", "What synthetic images are worth for training classifiers."),
        ("studies", "Studies", "balance", "From generation to release: what each way costs in privacy and what it is worth."),
    ),
    "People": (("reading_room", "Reading room", "contrast", "Blinded reader studies: people say what is real, and what they see."),),
    "Literature": (
        ("field", "Findings of the field", "rule", "What papers found, and whether it holds for the sets here."),
        ("published", "Published", "newspaper", "What papers printed, with its warnings, beside imported result files."),
    ),
    "Set up": (
        ("data", "Data", "database", "Image sets: import, look, delete, disk use."),
        ("catalog", "Catalog", "menu_book", "Cards of models, encoders and metrics."),
        ("methods", "Methods", "function", "What each number means: formula, null, pitfalls, source."),
    ),
}


LOGO = str(Path(__file__).with_name("logo.svg"))


MARK = str(Path(__file__).with_name("mark.png"))
"""The icon of the browser tab; without one, Streamlit asks a server of Google for the icon of the page."""


def page_path(name: str) -> str:
    """Where the script of a page is."""
    return str(FOLDER / f"{name}.py")


def menu() -> Any:
    """The pages in their groups; the default one is the overview."""
    st.set_page_config(page_title="TriadCXR", page_icon=MARK, layout="wide")
    return st.navigation(
        {
            group: [st.Page(page_path(n), title=t, icon=f":material/{i}:", default=n == "overview", help=h) for n, t, i, h in pages]
            for group, pages in MENU.items()
        },
        expanded=True,
    )
