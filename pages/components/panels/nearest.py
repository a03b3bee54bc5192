"""Synthetic images beside their nearest training images: the ranking, the comparison, what a ratio means in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address
from pages.components.frame.selection import page_of
from pages.components.images.grids import Tile, image_grid
from pages.components.panels import pairs
from pages.components.panels.marking import Marks, words_on
from pages.components.style.numbers import number
from pages.components.viewer.besides import neighbours_beside
from pages.components.viewer.showing import Beside, Shown, show

PER_PAGE = 12
MOST_BESIDE = 10
"""Images that the viewer can be asked to show beside one."""


def pick(image_id: str) -> None:
    """Makes an image the current one; its nearest neighbour is shown first."""
    st.query_params["image"] = image_id
    show_rank(1)


def show_rank(rank: int) -> None:
    """Shows the neighbour of that rank beside the current image."""
    st.query_params.pop("beside", None)
    if rank > 1:
        st.query_params["neighbour"] = str(rank)
    else:
        st.query_params.pop("neighbour", None)


def in_order(nearest: pd.DataFrame) -> pd.DataFrame:
    """The row of each image's nearest neighbour, closest first."""
    return nearest[nearest["rank"] == 1].sort_values("ratio", kind="stable")


def ranking(set_id: str, ordered: pd.DataFrame, threshold: float, current: str, marks: Marks) -> None:
    """The gallery of these rows, closest first. The page is in the address; without one there, it is that of the current image."""
    if ordered.empty:
        st.caption("No image is in this list.")
        return
    count, ids = len(ordered), ordered["image_id"].tolist()
    mine = ids.index(current) // PER_PAGE + 1 if current in ids else 1
    slot = st.container()
    page = address.page(-(-count // PER_PAGE), key=f"page-{set_id}", default=mine, max_visible_pages=3)
    shown = ordered.iloc[page_of(range(count), page, PER_PAGE)].to_dict("records")
    pictures = read.thumbnails(set_id, [r["image_id"] for r in shown])
    words = words_on([r["image_id"] for r in shown], [r["ratio"] < threshold for r in shown], marks)
    tiles = [
        Tile(r["image_id"], p, caption=number(r["ratio"]), word=word, title=f"ratio {r['ratio']:.3f}")
        for r, p, word in zip(shown, pictures, words, strict=True)
    ]
    with slot:
        image_grid(tiles, "ranked", side=84, selected=current, on_click=pick, lines=1)


def closeness(row: Mapping[str, Any]) -> str:
    """What the distance to a neighbour means, in words."""
    which = "The nearest training image" if row["rank"] == 1 else f"Neighbour {row['rank']}"
    text = f"{which} is at **{number(row['ratio'])}** of the usual spacing of training images there."
    p = row.get("p_value")
    if p is None or p != p:
        return text
    near, patients = int(row["patients_as_near"]), round((1 + row["patients_as_near"]) / p) - 1
    return f"{text} Held-out patients come as near in **{near:,} of {patients:,}** cases: **p = {number(p)}** (exact, by rank)."


def sameness(set_id: str, image_id: str, train: str, train_image_id: str) -> str:
    """How much of the image is the same as in the training image, in words."""
    found = pairs.likeness(set_id, image_id, train, train_image_id)
    mirrored = ", mirrored" if found.mirrored and found.share > 0.5 else ""
    if found.template is not None:
        return f"The same image{mirrored} **outside one region of {found.template:.0%}** of the film: a template copy."
    return f"**{found.share:.0%}** of the film {'is' if found.share > 0.5 else 'are'} the same{mirrored} (overlay *alike*)."


@dataclass(frozen=True)
class Looked:
    """What is looked at: an image, and the training image beside it.

    Attributes:
        mine: the rows of the image's nearest training images, closest first.
        train_image_id: the one beside it, which need not be among them.
    """

    mine: pd.DataFrame
    train_image_id: str

    @property
    def row(self) -> Mapping[str, Any] | None:
        """The row of the training image beside it; None where it is not among the nearest."""
        found = self.mine[self.mine["train_image_id"] == self.train_image_id]
        return None if found.empty else found.iloc[0].to_dict()


def looked_at(nearest: pd.DataFrame, train: str, current: str) -> Looked:
    """As the address says: the neighbour of a rank, or any training image."""
    mine = nearest[nearest["image_id"] == current].sort_values("rank")
    beside = st.query_params.get("beside", "")
    if beside in api.find_set(train).rows_by_id:
        return Looked(mine, beside)
    asked = st.query_params.get("neighbour", "1")
    rank = min(max(int(asked), 1), len(mine)) if asked.isdecimal() else 1
    return Looked(mine, str(mine["train_image_id"].iloc[rank - 1]))


def large(set_id: str, train: str, nearest: pd.DataFrame, ids: Sequence[str], current: str, looked: Looked) -> None:
    """The current image, the training image beside it, and their difference; the images of a list are gone through."""
    beside = neighbours_beside(nearest, train)
    mine, known = list(beside.get(current, ())), [b.image_id for b in beside.get(current, ())]
    others = [i for i in dict.fromkeys([looked.train_image_id, *pairs.of_patient(train, looked.train_image_id)[1]]) if i not in known]
    mine += [Beside(train, i, f"Training · {'same patient' if n or looked.row else 'asked for'}, {i}") for n, i in enumerate(others)]
    mine = mine[:MOST_BESIDE]
    at = next((n for n, b in enumerate(mine) if b.image_id == looked.train_image_id), 0)
    order = list(ids) if current in ids else [current, *ids]
    show(
        [Shown(set_id, i, tuple(mine if i == current else beside.get(i, ()))) for i in order],
        order.index(current),
        "compare",
        panes=("self", f"b{at}", "difference"),
        height=400,
        on={"turned": lambda value: pick(value["image"])},
    )


def neighbour_strip(train: str, looked: Looked) -> None:
    """The nearest training images, closest first; a click shows one beside the image."""
    mine = looked.mine
    ids = mine["train_image_id"].tolist()
    st.caption("Nearest training images: rank, ratio.")
    tiles = [
        Tile(str(r), p, kind="train", caption=f"{r}: {number(ratio)}", word="", title=f"Training image {i}")
        for r, p, ratio, i in zip(mine["rank"], read.thumbnails(train, ids), mine["ratio"], ids, strict=True)
    ]
    rank = str(looked.row["rank"]) if looked.row else ""
    image_grid(tiles, "neighbours", side=84, strip=True, lines=1, selected=rank, on_click=lambda r: show_rank(int(r)))
