"""The count of copies; and what belongs to an image: other training images of its patient, other seeds of its prompt."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.images.grids import Tile, image_grid
from pages.components.panels import pairs
from pages.components.style.numbers import counted, number
from pages.components.style.words import plain

MOST = 12
MOST_SEEDS = 8
"""Images of a strip; under other seeds two numbers must have room."""
TEST = (
    "A perfect generator's images are as new patients are: every order of them and of the held-out patients is equally likely, which makes "
    "the chance of so many exact. Different training images count how much was recovered: many copies of one film are one film."
)


def patient_strip(train: str, train_image_id: str, ratios: pd.Series) -> None:
    """All training images of the patient of a training image; a click shows one beside the synthetic image.

    Args:
        ratios: of the nearest training images, by their ids.
    """
    patient, ids = pairs.of_patient(train, train_image_id)
    if not patient:
        st.caption("The training images have no patient ids, so nothing is known of other images of this patient.")
        return
    if len(ids) == 1:
        st.caption(f"Patient {plain(patient)} has no other training image.")
        return
    st.caption(f"Patient {plain(patient)} has {len(ids):,} training images. A click shows one beside the synthetic image.")
    tiles = [
        Tile(
            i, picture, kind="train", caption=number(ratios[i]) if i in ratios else "not among the nearest", word="",
            title=f"Training image {i} of patient {patient}",
        )
        for i, picture in zip(ids[:MOST], read.thumbnails(train, ids[:MOST]), strict=True)
    ]  # fmt: skip
    image_grid(tiles, "patient", side=84, strip=True, lines=1, selected=train_image_id, on_click=show_training)


def show_training(train_image_id: str) -> None:
    """Shows that training image beside the current synthetic one."""
    st.query_params["beside"] = train_image_id


def prompt_strip(set_id: str, train: str, image_id: str, nearest: pd.DataFrame, threshold: float, pick: Callable[[str], None]) -> None:
    """Other images of the set with the same prompt: closest to a training image first; whether they show the same patient."""
    ids = pairs.same_prompt(set_id, image_id)
    if not ids:
        st.caption("No other image of this set has this prompt.")
        return
    first = nearest[nearest["rank"] == 1].set_index("image_id").loc[[image_id, *ids]].sort_values("ratio", kind="stable")
    same = _same_patient(train, first["train_image_id"].tolist(), str(first.loc[image_id, "train_image_id"]))
    st.caption(f"{counted(len(first), 'image')} of the same prompt, {same:,} nearest to the same training patient: seed, ratio.")
    shown = first.head(MOST_SEEDS)
    seeds = read.table(set_id).set_index("image_id")["seed"].reindex(shown.index)
    pictures = read.thumbnails(set_id, shown.index.tolist())
    tiles = []
    for i, picture, seed, ratio, near in zip(shown.index, pictures, seeds, shown["ratio"], shown["train_image_id"], strict=True):
        words = f"{'' if pd.isna(seed) else f'{int(seed)}: '}{number(ratio)}"
        flag = "flagged" if ratio < threshold else ""
        tiles.append(Tile(str(i), picture, caption=words, word=flag, title=f"{i}, nearest training image {near}"))
    image_grid(tiles, "prompt", side=84, strip=True, lines=1, selected=image_id, on_click=pick)


def headline(count: api.CopyCount, train: str, flagged: pd.DataFrame) -> None:
    """How many were found, how many chance gives, how sure that is; how many different training images and patients they show.

    Args:
        flagged: rows of the nearest training images of those that were found.
    """
    chance = f"p = {number(count.chance)}" if count.chance > 1e-12 else "p < 1e-12"
    text = f"**{count.found:,} found**, {number(count.expected)} expected of a perfect generator"
    text += f" (95 of 100 have at most {count.most:,}): **{chance}**. "
    if flagged.empty:
        text += "That is no proof of privacy: a copy that was moved or mirrored may lie far away in this space."
    else:
        films, of = flagged["train_image_id"].unique(), pairs.patients(train)
        patients = len({of[i] for i in films if i in of})
        people = f" of {counted(patients, 'patient')}" if patients else ""
        shown = f"**{counted(len(films), 'different training image')}**{people}"
        text += f"They are {len(flagged) / count.images:.1%} of the images and lie at {shown}."
    st.markdown(text)
    notes = [count.caution] if count.caution else []
    if count.prompts < count.images:
        notes.append(f"Tested by one image of each of its {counted(count.prompts, 'prompt')}: seeds of a prompt are not independent.")
    if notes:
        st.caption(" ".join(notes))


def _same_patient(train: str, train_image_ids: Sequence[str], mine: str) -> int:
    """How many of these training images are of the patient of one of them."""
    of = pairs.patients(train)
    return sum(of.get(i, i) == of.get(mine, mine) for i in train_image_ids)
