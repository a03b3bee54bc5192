"""The panel of one synthetic set: images, settings, numbers, and the way to its closest copies."""

import contextlib

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.forms.settings import label_of
from pages.components.frame.problems import go_button
from pages.components.images import means
from pages.components.images.grids import Tile, caption, image_grid, mean_tile
from pages.components.style.markup import draw
from pages.components.style.numbers import counted
from pages.components.style.palette import theme
from pages.components.tables import glance
from pages.components.tables.downloads import report_button
from pages.components.tables.verdicts import verdicts
from pages.components.viewer.showing import ask_open


def panel(name: str, results: pd.DataFrame, reference: api.Reference) -> None:
    """The selected set: images, settings, numbers, the way to its closest copies, its report."""
    images = api.find_set(results.loc[results["set_name"] == name, "synthetic"].iloc[0])
    card = api.generators().get(str(images.meta.get("generator")))
    wanted = [k for k in (card.settings if card else {}) if k not in ("height", "width")]
    used = {k: v for k, v in dict(images.meta.get("settings") or {}).items() if k in wanted}
    settings = ", ".join(f"{label_of(k).lower()} {v}" for k, v in used.items() if v not in ("", None))
    st.caption(
        " · ".join(
            t for t in (card.title if card else "imported", card.family if card else "", counted(len(images), "image"), settings) if t
        )
    )
    rows = images.table.head(5).to_dict("records")
    pictures = read.thumbnails(images.id, [r["image_id"] for r in rows])
    tiles = [Tile(r["image_id"], p, title=caption(r, name), word="") for r, p in zip(rows, pictures, strict=True)]
    with contextlib.suppress(api.BenchError):  # images of several sizes have no mean; the Data page says so
        mean = means.quick_mean_image(images.id)
        tiles += [mean_tile(mean, len(images))] if mean else []
    image_grid(tiles, "panel-images", side=76, on_click=lambda i: ask_open(images.id, i) if i != "mean" else None)
    with st.container(height=228, border=False):
        draw(glance.numbers_html(results, api.metrics(), name, theme()))
        mine = results[(results["set_name"] == name) & (results["subgroup"] == "all")]
        st.caption(verdicts(mine, api.metrics(), "each").words)
    go_button(
        "Open its closest copies", "memorization", key="to-copies", icon=":material/fingerprint:", width="stretch", state={"set": name}
    )
    report_button(name, images.id, reference, key="report")
