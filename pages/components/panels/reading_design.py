"""The form of a new reader study: which films, what is asked of them, and how it is read."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from bench_core import api
from pages.components.frame import who
from pages.components.frame.problems import show_error
from pages.components.frame.reference import names_of
from pages.components.identity import sees_real

QUESTIONS = {
    "real_or_synthetic": "Real or synthetic?",
    "which_is_real": "Which of several is real?",
    "quality": "How good is the film?",
    "shows_prompt": "Does it show what the prompt says?",
    "marks": "Marks on the film",
    "text": "Free text",
}
CONFIDENCES = {5: "5, with a middle", 4: "4, forced", 6: "6, forced", 100: "0 to 100"}
REVEALS = {"closed": "when the study is closed", "reader": "after a reader's last case"}


def design_form() -> None:
    """All settings of a design in one view, and the button that makes the study."""
    synthetic, real = names_of("synthetic"), {**names_of("real"), **names_of("train")}
    if not synthetic or not real:
        st.info("A reader study needs films to show: a synthetic set and a set of real films.", icon=":material/info:")
    left, right = st.columns(2, gap="large")
    with left:
        asked = _what_is_asked(list(synthetic), list(real))
    with right:
        asked |= _how_it_is_read(asked["questions"])
        readers = st.text_input("Readers", key="new-readers", placeholder="Ann, Bob", help="Names, with commas between. Each gets a link.")
        if not st.button("Make the study", type="primary", icon=":material/add:", key="make-study", disabled=not asked["questions"]):
            return
        _make(asked, [name for name in readers.split(",") if name.strip()])


def _what_is_asked(synthetic: list[str], real: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    found["name"] = st.text_input("Name", key="new-name", max_chars=60, help="Readers see it above each film: say nothing of the truth.")
    found["questions"] = st.multiselect(
        "Asked of each case, in this order", list(QUESTIONS), default=["real_or_synthetic"], format_func=QUESTIONS.get, key="new-questions",
        help="“Which of several is real?” shows several films at once and is asked alone.",
    )  # fmt: skip
    found["synthetic"] = st.multiselect("Synthetic sets", synthetic, default=synthetic[:1], key="new-synthetic", help="In equal shares.")
    found["real"] = st.selectbox("Real films", real, key="new-real") or ""
    if "which_is_real" in found["questions"]:
        found["options"] = st.segmented_control("Films at once", [2, 3, 4], default=2, key="new-options") or 2
    else:
        found["real_share"] = st.slider("Share of real films", 0, 100, 50, 5, format="%d %%", key="new-share") / 100
    if "real_or_synthetic" in found["questions"]:
        found["confidence"] = st.selectbox("Confidence scale", list(CONFIDENCES), format_func=CONFIDENCES.get, key="new-confidence")
    if "shows_prompt" in found["questions"]:
        found["foils"] = st.slider("Shown with another film's prompt", 0, 90, 0, 5, format="%d %%", key="new-foils") / 100
    return found


def _how_it_is_read(questions: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    first, second = st.columns(2)
    with first:
        found["cases"] = st.number_input("Cases", 2, 1000, 60, key="new-cases", help="That count; training and repeats come on top.")
        found["training"] = st.number_input(
            "Training cases", 0, 100, 4, key="new-training", help="Before the others, each with the truth after it."
        )
    with second:
        found["repeats"] = st.number_input(
            "Repeats",
            0,
            500,
            0,
            key="new-repeats",
            help="Cases of the first half that come again in the second, for agreement with oneself.",
        )
        found["break_every"] = st.number_input("A break after", 0, 500, 20, key="new-break", help="Cases; 0: none is offered.")
    found["reveal"] = st.radio("Readers learn the truth", list(REVEALS), format_func=REVEALS.get, key="new-reveal", horizontal=True)
    found["seed"] = st.number_input("Seed", 0, None, 0, key="new-seed", help="Decides films and orders.")
    minutes = (found["cases"] + found["training"] + found["repeats"]) * (12 + 6 * max(0, len(questions) - 1)) / 60
    st.caption(f"About {minutes:.0f} minutes a reader. All films are cut to squares of one size; names, sizes and times tell nothing.")
    return found


def _make(asked: Mapping[str, Any], readers: list[str]) -> None:
    try:
        if not sees_real():
            raise api.NotAllowed("A reader study is made by those who may see films of patients.", "Whoever runs the site gives the role.")
        with st.spinner("Choosing and reading the films …"):
            study = api.create_reading(api.reading_design(**asked), who.user())
        for reader in readers:
            api.invite_reader(study, reader)
    except api.BenchError as error:
        show_error(error.message, error.hint)
        return
    st.session_state["_carry"] = {"tab": "Studies", "reading": study}
    st.query_params.clear()
    st.query_params["reading"] = study
    st.rerun()
