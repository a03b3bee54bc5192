"""Training patients who can be singled out: how many lie above each cut, against chance, and their images, which a click opens."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.images.grids import Tile, image_grid
from pages.components.runs.membership_runs import offer_run, patient_risks
from pages.components.viewer.showing import ask_open

SHOWN = 24
WORDS = (
    "64 small classifiers learn from random halves of the training patients, and each is attacked with the others. A patient whose "
    "own area under the curve is near 1 can be singled out from such a model, whatever the average over all patients says."
)


def patients_at_risk(reference: ReferenceInUse) -> None:
    """The panel, or the button that finds it out."""
    st.subheader("Patients most at risk", anchor=False)
    if reference.train is None:
        st.markdown("This reference has no training set: nobody is known who could be at risk. Choose one in the sidebar.")
        return
    patients, shares = patient_risks(reference)
    spec = api.PatientRiskSpec(train=reference.train, real=reference.real, encoder=reference.encoder)
    if patients.empty:
        offer_run(spec, "Find the patients at risk", WORDS, "find-risk")
        return
    left, right = beside([4, 6], "risk")
    with left:
        st.dataframe(table_of(shares), hide_index=True, alt="Patients above each cut, and what chance gives")
        st.caption(sentence(patients, shares))
    with right:
        listed = patients.head(SHOWN)
        ids = listed["image_id"].tolist()
        pictures = read.thumbnails(reference.train, ids)
        tiles = [
            Tile(row["image_id"], picture, kind="train", caption=f"{row['auc']:.2f}", word="", title=title_of(row), alt="Training image")
            for row, picture in zip(listed.to_dict("records"), pictures, strict=True)
        ]
        image_grid(tiles, "most-at-risk", side=84, lines=1, on_click=lambda image_id: ask_open(str(reference.train), image_id, ids))
        st.caption("One image a patient, the one that tells most; below it the patient's area under the curve.")


def title_of(row: dict[str, object]) -> str:
    """What is said of a patient when the mouse rests on the image."""
    return f"{row['patient']}: {row['auc']:.3f}, {row['images']} images, p = {row['p_value']:.2g}"


def table_of(shares: pd.DataFrame) -> pd.DataFrame:
    """The shares in words."""
    percent = [f"{100 * row.share:.1f} % ({100 * row.low:.1f} to {100 * row.high:.1f})" for row in shares.itertuples()]
    return pd.DataFrame(
        {
            "Area above": [f"{cut:.1f}" for cut in shares["cut"]],
            "Patients": [f"{above:,}" for above in shares["above"]],
            "Share (95 %)": percent,
            "By chance": [f"{100 * null:.1f} %" if null >= 0.0005 else "< 0.1 %" for null in shares["null"]],
        }
    )


def sentence(patients: pd.DataFrame, shares: pd.DataFrame) -> str:
    """How many stand out, and how it was found."""
    first, count = shares.iloc[0], int(patients["stands_out"].sum())
    who = "No patient stands" if not count else f"{count:,} of {len(patients):,} patients stand"
    learner = {"probe": "classifiers of the findings", "mixture": "small generators"}[first["learner"]]
    attack = api.attack_plugins()[first["attack"]].title
    return (
        f"{who} out above the highest of shuffled patients. {first['targets']} {learner} on random halves of the patients, attacked by "
        f"{attack}; by chance: the same with shuffled membership. What a model trained otherwise leaks is not tested here."
    )
