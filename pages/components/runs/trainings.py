"""Runs that train arms, of whatever is learned: what would be here and the button that finds it out, or why it cannot run."""

from collections.abc import Callable

import streamlit as st

from bench_core import api
from pages.components.frame import who
from pages.components.frame.problems import attempt, empty
from pages.components.runs.power_runs import waits
from pages.components.style.numbers import duration
from pages.components.style.words import inert, plain

Seconds = Callable[[str], float | None]
"""How long a run takes, of its spec as JSON; raises what says that it cannot run, such as where patients are on both sides."""


def time_in_words(spec: api.RunSpec, seconds: Seconds) -> str:
    """How long it takes.

    Raises:
        InputError: it cannot run.
    """
    found = seconds(spec.model_dump_json())
    return f"about {duration(found)}" if found is not None else "nobody knows how long"


def offer_first(words: tuple[str, str], name: str, spec: api.RunSpec, seconds: Seconds, lack: str) -> None:
    """Nothing is known yet.

    Args:
        words: title, and what would be found.
        name: of the synthetic set that is offered.
        lack: why the encoder cannot run, in a sentence; empty where it can.
    """
    title, text = words
    if lack:
        empty(title, f"{text} {lack}", icon=":material/warning:")
        return
    try:
        told = time_in_words(spec, seconds)
    except api.BenchError as error:
        empty(title, f"{text} {inert(f'{error.message} {error.hint}')}", icon=":material/group:")
        return
    told = f"{text} For {plain(name)} it takes {told}.{waits()}"
    empty(title, told, "Find out", lambda: attempt(who.submit, spec), icon=":material/school:")


def train_button(spec: api.RunSpec, seconds: Seconds, key: str) -> None:
    """A further run: the button with its time, or why it cannot run."""
    try:
        told = time_in_words(spec, seconds)
    except api.BenchError as error:
        st.markdown(f":material/info: {inert(f'{error.message} {error.hint}')}", width="content")
        return
    st.button(f"Train and test · {told}", icon=":material/school:", on_click=lambda: attempt(who.submit, spec), key=key)
