"""Utility runs: what is asked for, how long it takes, its progress, and why there is none yet."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame.reference import ReferenceInUse
from pages.components.runs.status import follow, in_progress
from pages.components.runs.trainings import offer_first, train_button
from pages.components.style.words import inert, plain

CLASSIFIERS = {
    "linear": "Linear probe", "mlp": "Small network", "knn": "Nearest neighbours", "convnet": "Convolutional network on pixels",
    "fine_tuned": "Encoder, fine-tuned",
}  # fmt: skip
TITLE = "What are these images worth for training?"
TEXT = (
    "A classifier of findings learns from real images, from synthetic ones and from both, and is tested on held-out patients; controls "
    "(duplicates, altered and reconstructed real images) say how much of a gain is the generator's."
)


def spec_of(reference: ReferenceInUse, set_id: str, classifier: str = "linear") -> api.UtilitySpec:
    """The request for a set."""
    assert reference.train
    return api.UtilitySpec(
        synthetic=set_id, real=reference.real, train=reference.train, encoder=reference.encoder, classifier=classifier
    )  # fmt: skip  # type: ignore[arg-type]


def offer(reference: ReferenceInUse, sets: dict[str, str]) -> None:
    """Nothing is known yet: what would be here, and the button for the first set; how far it is once it was asked for."""
    run_id = in_progress("utility", real=reference.real, train=reference.train, encoder=reference.encoder)
    if run_id:
        return follow(run_id, "Training and testing · ")
    missing = read.missing("encoder", reference.encoder)
    lack = f"{plain(reference.encoder_title)} cannot run here: {inert(missing)}" if missing else ""
    name, set_id = next(iter(sets.items()))
    return offer_first((TITLE, TEXT), name, spec_of(reference, set_id), read.time_of_utility, lack)


def offer_more(reference: ReferenceInUse, sets: dict[str, str], chosen: str) -> None:
    """A row below the numbers: another set, another classifier; how far it is once it was asked for."""
    run_id = in_progress("utility", real=reference.real, train=reference.train, encoder=reference.encoder)
    if run_id:
        return follow(run_id, "Training and testing · ")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        names = list(sets)
        name = st.selectbox("Synthetic set", names, index=names.index(chosen) if chosen in names else 0, key="more-set", width=260)
        classifier = st.selectbox("Classifier", list(CLASSIFIERS), key="more-classifier", width=270, format_func=CLASSIFIERS.__getitem__)
        train_button(spec_of(reference, sets[name], classifier), read.time_of_utility, "train-classifier")
    return None
