"""Template copies: images that show a training image but for one region, and how many chance gives."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame.reference import ReferenceInUse
from pages.components.images.grids import Tile, image_grid
from pages.components.panels import pairs
from pages.components.panels.nearest import pick
from pages.components.panels.votes import offer_votes
from pages.components.runs.status import active_run
from pages.components.style.words import plain

MOST = 10


def show_template_copies(set_id: str, reference: ReferenceInUse, share: float) -> None:
    """The count with its exact chance, and the images; a click shows one beside its neighbours. Where nobody looked yet, the button."""
    st.markdown("#### Does an image repeat a training image outside of one region?")
    if active_run("detect", set_id):
        st.caption("All detectors are looking; it stands here when they are done.")
        return
    try:
        found = pairs.template_copies(set_id, reference, share)
    except api.NotPossible:
        st.caption(
            "A heart, a device or a lesion may be new on a film that is not. All training images are looked through, moved ones too."
        )
        offer_votes(set_id, reference, "templates")
        return
    st.markdown(plain(found.verdict))
    if found.count.caution:
        st.caption(found.count.caution)
    shown = found.copies[:MOST]
    pictures = read.thumbnails(set_id, [one.image_id for one in shown])
    tiles = [
        Tile(
            one.image_id, picture, caption=f"{one.area:.0%} changed", word="",
            title=f"{one.image_id}: as {one.train_image_id} outside of the region (correlation {one.outside:.2f}; inside {one.inside:.2f})",
        )
        for one, picture in zip(shown, pictures, strict=True)
    ]  # fmt: skip
    if tiles:
        image_grid(tiles, "templates", side=84, strip=True, lines=1, on_click=pick)
