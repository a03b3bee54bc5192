"""Runs of attacks: what is asked for, how long it takes, its progress, and why there is none yet."""

from collections.abc import Mapping

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import who
from pages.components.frame.problems import attempt, empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.runs import attack_answers
from pages.components.runs.power_runs import waits
from pages.components.runs.status import follow, in_progress
from pages.components.style.numbers import duration
from pages.components.style.words import inert, plain

NONE = "none"


def spec_of(reference: ReferenceInUse, set_id: str, other: str | None = None) -> api.AttackSpec:
    """The request for all attacks on a set."""
    return api.AttackSpec(synthetic=set_id, train=reference.train, real=reference.real, encoder=reference.encoder, other=other)


def offer(reference: ReferenceInUse, set_id: str, text: str) -> None:
    """Nothing is known yet: what would be here, and the button that finds it out; how far it is once it was asked for."""
    run_id = in_progress("attack", synthetic=set_id, encoder=reference.encoder)
    if run_id:
        return follow(run_id, "Attacking · ")
    title = "Who was in the training set?"
    missing = read.missing("encoder", reference.encoder)
    if missing:
        empty(title, f"{text} {plain(reference.encoder_title)} cannot run here: {inert(missing)}", icon=":material/warning:")
        return None
    spec = spec_of(reference, set_id)
    try:
        seconds = attack_answers.time_of_attacks(spec.model_dump_json())
    except api.BenchError as error:  # one patient only, or somebody on both sides
        empty(title, f"{text} {inert(f'{error.message} {error.hint}')}", icon=":material/group:")
        return None
    told = f" It takes about {duration(seconds)}." if seconds is not None else " It takes a minute or two once all images are encoded."
    empty(title, f"{text}{told}{waits()}", "Attack", lambda: attempt(who.submit, spec), icon=":material/person:")
    return None


def offer_more(reference: ReferenceInUse, set_id: str, others: Mapping[str, str]) -> None:
    """Beside the set: another generator to calibrate by, and the button that asks again."""
    run_id = in_progress("attack", synthetic=set_id, encoder=reference.encoder)
    if run_id:
        return follow(run_id, "Attacking · ")
    name = st.selectbox(
        "Calibrate by",
        [NONE, *others],
        key="other",
        width=220,
        help="Images of a generator that learned from other data: GAN-Leaks then asks how much nearer this set comes to a patient.",
    )
    spec = spec_of(reference, set_id, others.get(name))
    st.button("Attack again", icon=":material/person:", on_click=lambda: attempt(who.submit, spec))
    return None
