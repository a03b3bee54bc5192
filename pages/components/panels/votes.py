"""What each detector says of a pair: copy features, metric features, aligned pixels, and their vote."""

from typing import Any

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.frame import who
from pages.components.frame.problems import attempt
from pages.components.frame.reference import ReferenceInUse
from pages.components.panels import pairs
from pages.components.panels.marking import Pair
from pages.components.runs.status import active_run, follow
from pages.components.style.numbers import number

DETECTORS = {"copy": "copy features", "features": "metric features", "pixels": "aligned pixels"}
AT = 0.01
"""False flags at which a detector has a vote."""


def show_votes(pair: Pair, reference: ReferenceInUse) -> None:
    """The votes on a pair; where no detector looked yet, the button that asks them."""
    run_id = active_run("detect", pair.set_id)
    if run_id:
        return follow(run_id, "Asking all detectors · ")
    try:
        found = pairs.detections(pair.set_id, reference)
    except api.NotPossible:
        return offer_votes(pair.set_id, reference, "votes")
    rows = found[(found["image_id"] == pair.image_id) & (found["train_image_id"] == pair.train_image_id)]
    st.markdown(in_words(rows.iloc[0]) if len(rows) else "No detector has this training image among the closest of the image.")
    return None


def offer_votes(set_id: str, reference: ReferenceInUse, place: str) -> None:
    """The button that asks all detectors about a set."""
    st.button(
        "Ask all detectors", key=f"detect-{place}", icon=":material/how_to_vote:", on_click=attempt, args=(_submit, set_id, reference),
        help="Copy features, metric features and aligned pixels each look through all training images; moved and mirrored copies too.",
    )  # fmt: skip


def in_words(row: pd.Series) -> str:
    """`2 of 3 detectors flag it`, and the p-value of each."""
    asked = {name: float(row[f"p_{name}"]) for name in DETECTORS if row[f"p_{name}"] == row[f"p_{name}"]}
    votes = sum(p <= AT for p in asked.values())
    each = ", ".join(f"{DETECTORS[name]} p = {number(p)}" for name, p in asked.items())
    mirrored = ", mirrored" if row["mirrored"] else ""
    vote = f"vote: p = {number(float(row['p']))}, {row['words']}{mirrored}"
    return f"**{votes} of {len(asked)} detectors** flag it at {AT:.0%} ({each}); {vote}."


def _submit(set_id: str, reference: Any) -> None:
    who.submit(api.detection_spec(set_id, reference))
