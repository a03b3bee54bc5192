"""Cached reads of pairs: what was found of a set, whose films they are, who else has a prompt. As in `read`, keyed on ids and versions."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read


@read.kept(st.cache_data, 64)
def copies_found(synthetic: str, reference: api.Reference, share: float) -> api.CopyCount:
    """How many images lie nearer to a training image than held-out patients do; see `api.copies_found`."""
    return api.copies_found(synthetic, reference, share)


@read.kept(st.cache_resource, 8)
def detections(synthetic: str, reference: api.Reference) -> pd.DataFrame:
    """The training images that each image may show, by all detectors; see `api.detections`."""
    return api.detections(synthetic, reference)


@read.kept(st.cache_resource, 8)
def patients(set_id: str) -> dict[str, str]:
    """The patient of each image of a set; images of unknown patients are left out."""
    known = read.table(set_id).dropna(subset=["subject_id"])
    return dict(zip(known["image_id"], known["subject_id"].astype(str), strict=True))


@st.cache_data(max_entries=512, show_spinner=False)
def likeness(synthetic: str, image_id: str, train: str, train_image_id: str) -> api.PairLikeness:
    """How much of an image is the same as in a training image; see `api.likeness`. Pixels never change."""
    return api.likeness(synthetic, image_id, train, train_image_id)


@read.kept(st.cache_data, 512)
def of_patient(set_id: str, image_id: str) -> tuple[str, list[str]]:
    """The patient of an image, empty where unknown, and all images of that patient in the set."""
    patient = patients(set_id).get(image_id, "")
    return patient, [i for i, p in patients(set_id).items() if p == patient] if patient else [image_id]


@read.kept(st.cache_data, 64)
def most_of_a_prompt(set_id: str) -> int:
    """Images of the prompt of a set that has most."""
    return int(read.table(set_id)["prompt"].dropna().value_counts().max() or 0) if read.table(set_id)["prompt"].notna().any() else 0


@read.kept(st.cache_data, 16)
def extraction(set_id: str, reference: api.Reference) -> api.Extraction:
    """Images of a set that come again and again; see `api.extraction`."""
    return api.extraction(set_id, reference)


@read.kept(st.cache_data, 16)
def template_copies(set_id: str, reference: api.Reference, share: float) -> api.TemplateCopies:
    """Images that show a training image outside of one region; see `api.template_copies`."""
    return api.template_copies(set_id, reference, share)


@read.kept(st.cache_data, 512)
def same_prompt(set_id: str, image_id: str) -> list[str]:
    """The other images of a set that have the prompt of an image."""
    found = read.table(set_id)
    mine = found.loc[found["image_id"] == image_id, "prompt"].iloc[0]
    if pd.isna(mine) or not str(mine).strip():
        return []
    return [i for i in found.loc[found["prompt"] == mine, "image_id"] if i != image_id]
