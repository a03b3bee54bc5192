"""Power runs: what is asked for, how long it takes, its progress, and why there is none yet."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import who
from pages.components.frame.problems import attempt, empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.runs.status import follow, in_progress, why_stopped
from pages.components.style.numbers import counted, duration
from pages.components.style.words import inert, plain

USUAL, FEWEST, MOST = 200, 20, 5000
REPEATS = (10, 20, 50)


def spec_of(reference: ReferenceInUse, n: int, repeats: int = REPEATS[0]) -> api.PowerSpec:
    """The request at that size."""
    return api.PowerSpec(real=reference.real, train=reference.train, encoder=reference.encoder, n=[n], repeats=repeats)


def time_of(spec: api.PowerSpec) -> str:
    """How long it takes, in words.

    Raises:
        InputError: there are too few patients for that size.
    """
    seconds = read.time_of_power(spec.model_dump_json())
    return f"about {duration(seconds)}" if seconds is not None else "nobody knows how long"


def waits() -> str:
    """Why it would wait, as a sentence; empty where it would not."""
    return f" It will wait: {why}." if (why := why_stopped()) else ""


def offer_power(reference: ReferenceInUse) -> None:
    """Nothing is known yet: what would be here, and the button that finds it out; how far it is once it was asked for."""
    run_id = in_progress("power", real=reference.real, encoder=reference.encoder)
    if run_id:
        return follow(run_id, "Finding out what numbers can see · ")
    missing = read.missing("encoder", reference.encoder)
    text = (
        "Real images play a perfect generator and are spoiled on purpose: blurred, compressed, without a finding, copied. Here stands "
        "which numbers notice, and from which strength on."
    )
    if missing:
        empty(
            "What can these numbers see?",
            f"{text} {plain(reference.encoder_title)} cannot run here: {inert(missing)}",
            icon=":material/warning:",
        )
        return None
    spec = spec_of(reference, USUAL)
    try:
        told = time_of(spec)
    except api.BenchError as error:  # too few patients for that size: another one may do
        empty("What can these numbers see?", f"{text} {inert(f'{error.message} {error.hint}')}", icon=":material/group:")
        return offer_more(reference, [USUAL])
    empty(
        "What can these numbers see?",
        f"{text} At n = {USUAL} it takes {told}.{waits()}",
        "Find out",
        lambda: attempt(who.submit, spec),
        icon=":material/visibility:",
    )
    return None


def offer_more(reference: ReferenceInUse, known: list[int]) -> None:
    """A row below the numbers: another size, or more repeats; how far it is once it was asked for."""
    run_id = in_progress("power", real=reference.real, encoder=reference.encoder)
    if run_id:
        return follow(run_id, "Finding out what numbers can see · ")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        usual = USUAL if USUAL not in known else 2 * USUAL
        n = int(st.number_input("Films of a generator", FEWEST, MOST, usual, step=50, width=160, key="more-n"))
        repeats = st.selectbox("Repeats", REPEATS, key="more-repeats", width=120, help="Generators of each fault and strength.")
        spec = spec_of(reference, n, repeats)
        try:
            told = time_of(spec)
        except api.BenchError as error:
            st.markdown(f":material/info: {inert(f'{error.message} {error.hint}')}", width="content")
            return None
        st.button(f"Find out at n = {n:,} · {told}", icon=":material/visibility:", on_click=lambda: attempt(who.submit, spec))
    return None


def against(counts_n: int, patients: int, repeats: int) -> str:
    """How the numbers came about."""
    return (
        f"Each generator has {counts_n:,} films of as many held-out patients and is read against {counted(patients, 'other patient')}; "
        f"{repeats} generators of each fault and strength."
    )
