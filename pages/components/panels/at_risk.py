"""The training patients whom an attack picks out first, with their images."""

import pandas as pd
import streamlit as st

from pages.components import read
from pages.components.frame.problems import part
from pages.components.frame.reference import ReferenceInUse
from pages.components.images.grids import Tile, image_grid
from pages.components.runs import attack_answers
from pages.components.viewer.showing import ask_open

SHOWN = 24
FEW = 0.01
"""A patient stands out who scores above all but this share of the held-out ones."""


def at_risk(reference: ReferenceInUse, row: pd.Series) -> None:
    """How many stand out, and the images of those who do so most; a click opens them."""
    with part("list the patients"):
        found = attack_answers.attacked_patients(reference, str(row["scores"]))
        members = found[found["member"]]
        if members.empty or reference.train is None:
            return
        n, others = len(members), int((~found["member"]).sum())
        out = int((members["above"] <= FEW).sum())
        st.subheader("Who stands out", anchor=False)
        chance = f"chance alone puts about {n * FEW:,.0f} there"
        st.markdown(
            f"**{out:,} of {n:,} training patients** score above all but {FEW:.0%} of {others:,} held-out patients; {chance}. "
            + ("" if row["verdict"] == "leak" else "This attack did not tell members from others, so the order below is chance.")
        )
        first = members.head(SHOWN).to_dict("records")
        ids = [r["image_id"] for r in first]
        pictures = read.thumbnails(reference.train, ids)
        tiles = [
            Tile(
                r["image_id"], p, kind="train", word="", caption=f"{r['patient']}: {round(r['above'] * others)} of {others:,} others",
                title=f"{round(r['above'] * others)} held-out patients score as high or higher", alt="Training image",
            )
            for r, p in zip(first, pictures, strict=True)
        ]  # fmt: skip
        train = reference.train
        image_grid(tiles, "at-risk", side=92, lines=2, on_click=lambda image: ask_open(train, image, ids))
        told = members.head(500)[["patient", "image_id", "images", "score", "mean", "above"]]
        st.dataframe(
            told,
            hide_index=True,
            height=240,
            column_config={"above": st.column_config.NumberColumn("held-out patients as high", format="percent")},
            alt="Training patients, the highest score first",
        )
