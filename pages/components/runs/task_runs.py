"""Runs of segmentation and of writing reports: what is asked for, how long it takes, its progress, and why there is none yet."""

import streamlit as st

from bench_core import api
from pages.components import read, read_tasks
from pages.components.frame.reference import ReferenceInUse
from pages.components.runs.status import follow, in_progress
from pages.components.runs.trainings import offer_first, train_button
from pages.components.style.words import inert, plain

TITLES = {
    "segmentation": "What are these images worth for segmentation?",
    "reports": "What are these images worth for writing reports?",
}
TEXTS = {
    "segmentation": "A small U-Net learns to draw lungs, heart and findings from real films with masks, from synthetic ones whose masks "
    "are known, and from both, and is tested on held-out patients.",
    "reports": "A small writer learns reports from real films, from synthetic ones and from both, and is tested on held-out patients.",
}


def spec_of(reference: ReferenceInUse, set_id: str, task: str) -> api.TaskSpec:
    """The request for a set."""
    assert reference.train
    encoder = reference.encoder if task == "reports" else None
    return api.TaskSpec(task=task, synthetic=set_id, real=reference.real, train=reference.train, encoder=encoder)  # type: ignore[arg-type]


def offer(reference: ReferenceInUse, sets: dict[str, str], task: str) -> None:
    """Nothing is known yet: what would be here, and the button for the first set; how far it is once it was asked for."""
    if run_id := in_progress("task", real=reference.real, train=reference.train, task=task):
        return follow(run_id, "Training and testing · ")
    missing = read.missing("encoder", reference.encoder) if task == "reports" else None
    lack = f"{plain(reference.encoder_title)} cannot run here: {inert(missing)}" if missing else ""
    name, set_id = next(iter(sets.items()))
    return offer_first((TITLES[task], TEXTS[task]), name, spec_of(reference, set_id, task), read_tasks.time_of_task, lack)


def offer_more(reference: ReferenceInUse, sets: dict[str, str], task: str) -> None:
    """A row below the numbers: another set; how far it is once it was asked for."""
    if run_id := in_progress("task", real=reference.real, train=reference.train, task=task):
        return follow(run_id, "Training and testing · ")
    if not sets:
        return None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.selectbox("Another synthetic set", list(sets), key=f"more-{task}", width=260)
        train_button(spec_of(reference, sets[name], task), read_tasks.time_of_task, f"train-{task}")
    return None
