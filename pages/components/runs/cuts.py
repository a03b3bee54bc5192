"""Prompts of which a model reads only the beginning."""

from collections.abc import Sequence

import streamlit as st

from bench_core import api
from pages.components.frame.problems import guard
from pages.components.style.words import plain


def show_cuts(models: Sequence[str], text: str, what: str = "") -> None:
    """Says which of these models will read only the beginning of a text, and up to where; `what` names it where it is not the prompt."""
    of = f" of the {what}" if what else ""
    for model in models:
        with guard("see how much of the prompt is read"):
            for reading in api.prompt_readings(model, [text]) or ():
                if reading.cut:
                    where = plain(" ".join(reading.kept.split()[-5:]))
                    st.caption(f":material/content_cut: {model} reads {reading.read} of {reading.tokens} tokens{of}, up to “…{where}”.")
