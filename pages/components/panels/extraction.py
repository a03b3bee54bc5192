"""One prompt, many seeds: images that come again and again, and whom they show."""

import dataclasses

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import who
from pages.components.frame.problems import attempt, go_button
from pages.components.frame.reference import ReferenceInUse
from pages.components.images.grids import Tile, image_grid
from pages.components.panels import pairs
from pages.components.panels.nearest import pick
from pages.components.runs.status import active_run, follow, why_stopped
from pages.components.style.numbers import counted, number
from pages.components.style.words import plain
from pages.components.tables.downloads import file_button

LEAST = 10
MOST_CLIQUES, MOST_IMAGES = 5, 7


def show_extraction(name: str, set_id: str, reference: ReferenceInUse) -> None:
    """What was found of a set; where nobody looked yet, the button that does, or what the set lacks for it."""
    st.markdown("#### Does one prompt give the same image again and again?")
    run_id = active_run("extraction", set_id)
    if run_id:
        return follow(run_id, "Looking for images that come again · ")
    try:
        found = pairs.extraction(set_id, reference)
    except api.NotPossible:
        return _offer(set_id, reference)
    st.markdown(plain(found.verdict))
    for place, clique in enumerate(found.cliques[:MOST_CLIQUES]):
        _clique(set_id, str(reference.train), clique, place)
    rest = len(found.cliques) - MOST_CLIQUES
    if rest > 0:
        st.caption(f"{counted(rest, 'more group')} in the CSV.")
    if found.cliques:
        rows = [{**dataclasses.asdict(c), "image_ids": " ".join(c.image_ids)} for c in found.cliques]
        file_button(f"extraction-{name}.csv", lambda: api.csv_of(pd.DataFrame(rows)), key="csv-extraction")
    return None


def _offer(set_id: str, reference: ReferenceInUse) -> None:
    most = pairs.most_of_a_prompt(set_id)
    if most < LEAST:
        st.caption(
            f"That takes {LEAST} or more images of a prompt; the most that a prompt of this set has "
            f"is {most}. Generate many seeds of a few prompts."
        )
        go_button("Generate many seeds", "generate", key="more-seeds", icon=":material/add_photo_alternate:")
        return
    spec = api.ExtractionSpec(synthetic=set_id, real=reference.real, train=str(reference.train), encoder=reference.encoder)
    st.caption(f"Prompts of this set have up to {counted(most, 'image')}. Near-identical ones are looked for, and the film that they show.")
    if why := why_stopped():
        st.caption(f"It will wait: {why}.")
    st.button("Look for them", key="extract", icon=":material/search:", on_click=attempt, args=(who.submit, spec))


def _clique(set_id: str, train: str, clique: api.ExtractedClique, place: int) -> None:
    """One group: in words, a few of its images, the training image."""
    whom = f"patient {plain(clique.patient)}" if clique.patient else f"image {plain(clique.train_image_id)}"
    near = f"ratio {number(clique.ratio)}, p = {number(clique.p_value)}"
    shows = f"No training image is nearer than chance: {near}."
    if clique.extracted:
        shows = f"They show training {whom}: {near}; {clique.same_patient:,} of them are nearest to it."
    st.caption(f"{len(clique.image_ids):,} of {clique.prompt_images:,} images of “{plain(clique.prompt)}”. {shows}")
    ids = [clique.image_id, *(i for i in clique.image_ids if i != clique.image_id)][:MOST_IMAGES]
    tiles = [Tile(i, p, word="", title=i) for i, p in zip(ids, read.thumbnails(set_id, ids), strict=True)]
    film = Tile("", read.thumbnail(train, clique.train_image_id), kind="train", title=f"Training image {clique.train_image_id}")
    image_grid([film, *tiles], f"clique-{place}", side=84, strip=True, on_click=lambda i: pick(i or clique.image_id))
