"""Runs that find who is at risk and which prompts are known by heart: what they found, the button, and how far it is."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import who
from pages.components.frame.problems import attempt
from pages.components.runs.status import follow, in_progress, why_stopped

SETS = ("train", "encoder", "generator", "images")
"""What of a spec says whether two runs of a kind are about the same thing."""


def offer_run(spec: api.RunSpec, label: str, words: str, key: str) -> None:
    """What the run would find, and the button that asks for it; where an equal one is queued or running, how far it is."""
    run_id = in_progress(spec.kind, **{name: getattr(spec, name, None) for name in SETS})
    if run_id:
        return follow(run_id, f"{label} · ")
    st.markdown(f"{words} {f'It will wait: {why}.' if (why := why_stopped()) else ''}")
    st.button(label, key=key, icon=":material/search:", on_click=lambda: attempt(who.submit, spec))
    return None


@read.kept(st.cache_data, 16)
def patient_risks(reference: api.Reference) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training patients by their risk, and how many lie above each cut; see `api.patient_risks`."""
    return api.patient_risks(reference)


@read.kept(st.cache_data, 16)
def prompt_pulls(generator: str, images: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Prompts that a generator may know by heart, and their words; see `api.prompt_pulls`."""
    return api.prompt_pulls(generator, images)


@read.kept(st.cache_data, 4)
def queried_generators() -> list[str]:
    """Generators that can be asked on this machine: diffusion models whose weights are here."""
    return [name for name in api.generators() if not api.why_not_queried(name) and not read.missing("generator", name)]
