"""Utility runs: what is asked for, how long it takes, its progress, and why there is none yet."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import who
from pages.components.frame.problems import attempt, empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.runs.status import follow, in_progress, why_stopped
from pages.components.style.numbers import duration
from pages.components.style.words import plain

CLASSIFIERS = {
    "linear": "Linear probe", "mlp": "Small network", "knn": "Nearest neighbours", "convnet": "Convolutional network on pixels",
    "fine_tuned": "Encoder, fine-tuned",
}  # fmt: skip
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


def time_of(spec: api.UtilitySpec) -> str:
    """How long it takes, in words.

    Raises:
        InputError: it cannot run, such as where patients are on both sides.
    """
    seconds = read.time_of_utility(spec.model_dump_json())
    return f"about {duration(seconds)}" if seconds is not None else "nobody knows how long"


def offer(reference: ReferenceInUse, sets: dict[str, str]) -> None:
    """Nothing is known yet: what would be here, and the button for the first set; how far it is once it was asked for."""
    run_id = in_progress("utility", real=reference.real, train=reference.train, encoder=reference.encoder)
    if run_id:
        return follow(run_id, "Training and testing · ")
    missing = read.missing("encoder", reference.encoder)
    title = "What are these images worth for training?"
    if missing:
        empty(title, f"{TEXT} {reference.encoder_title} cannot run here: {missing}", icon=":material/warning:")
        return None
    name, set_id = next(iter(sets.items()))
    spec = spec_of(reference, set_id)
    try:
        told = time_of(spec)
    except api.BenchError as error:
        empty(title, f"{TEXT} {error.message} {error.hint}", icon=":material/group:")
        return None
    waits = f" It will wait: {why}." if (why := why_stopped()) else ""
    empty(
        title, f"{TEXT} For {plain(name)} it takes {told}.{waits}", "Find out", lambda: attempt(who.submit, spec), icon=":material/school:"
    )
    return None


def offer_more(reference: ReferenceInUse, sets: dict[str, str], chosen: str) -> None:
    """A row below the numbers: another set, another classifier; how far it is once it was asked for."""
    run_id = in_progress("utility", real=reference.real, train=reference.train, encoder=reference.encoder)
    if run_id:
        return follow(run_id, "Training and testing · ")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        names = list(sets)
        name = st.selectbox("Synthetic set", names, index=names.index(chosen) if chosen in names else 0, key="more-set", width=260)
        classifier = st.selectbox("Classifier", list(CLASSIFIERS), key="more-classifier", width=270, format_func=CLASSIFIERS.__getitem__)
        spec = spec_of(reference, sets[name], classifier)
        try:
            told = time_of(spec)
        except api.BenchError as error:
            st.markdown(f":material/info: {error.message} {error.hint}", width="content")
            return None
        st.button(f"Train and test · {told}", icon=":material/school:", on_click=lambda: attempt(who.submit, spec))
    return None
