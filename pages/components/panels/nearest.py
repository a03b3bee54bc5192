"""Synthetic images beside their nearest training images: the ranking, the comparison, what a ratio means in words."""

import pandas as pd
import streamlit as st

from pages.components import read
from pages.components.frame import address
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import page_of
from pages.components.images.grids import Tile, image_grid
from pages.components.style.numbers import number
from pages.components.viewer.besides import neighbours_beside
from pages.components.viewer.showing import Shown, show

PER_PAGE = 12


def pick(image_id: str) -> None:
    """Makes an image the current one; its nearest neighbour is shown first."""
    st.query_params["image"] = image_id
    show_rank(1)


def show_rank(rank: int) -> None:
    """Shows the neighbour of that rank beside the current image."""
    if rank > 1:
        st.query_params["neighbour"] = str(rank)
    else:
        st.query_params.pop("neighbour", None)


def in_order(nearest: pd.DataFrame) -> pd.DataFrame:
    """The row of each image's nearest neighbour, closest first."""
    return nearest[nearest["rank"] == 1].sort_values("ratio", kind="stable")


def ranking(set_id: str, nearest: pd.DataFrame, threshold: float, current: str) -> None:
    """The gallery, closest first. The page is in the address; without one there, it is that of the current image."""
    ordered = in_order(nearest)
    count = len(ordered)
    mine = ordered["image_id"].tolist().index(current) // PER_PAGE + 1
    slot = st.container()
    page = address.page(-(-count // PER_PAGE), key=f"page-{set_id}", default=mine, max_visible_pages=3)
    shown = ordered.iloc[page_of(range(count), page, PER_PAGE)].to_dict("records")
    pictures = read.thumbnails(set_id, [r["image_id"] for r in shown])
    tiles = [
        Tile(
            r["image_id"], p, caption=number(r["ratio"]), word="flagged" if r["ratio"] < threshold else "", title=f"ratio {r['ratio']:.3f}"
        )
        for r, p in zip(shown, pictures, strict=True)
    ]
    with slot:
        image_grid(tiles, "ranked", side=84, selected=current, on_click=pick, lines=1)


def closeness(row: pd.Series, n_real: int) -> str:
    """What the distance to a neighbour means, in words."""
    which = "The nearest training image" if row["rank"] == 1 else f"Neighbour {row['rank']}"
    text = f"{which} is at **{number(row['ratio'])}** of the usual spacing of training images there."
    share = row.get("held_out_share")
    if share is not None and share == share:
        count = round(float(share) * n_real)
        text += f" The nearest training image of a held-out patient is closer than that in **{count:,} of {n_real:,}** cases."
    return text


def inspect(set_id: str, reference: ReferenceInUse, nearest: pd.DataFrame, current: str) -> None:
    """The current image beside a neighbour, and the strip of all its neighbours."""
    mine = nearest[nearest["image_id"] == current].sort_values("rank")
    asked = st.query_params.get("neighbour", "1")
    rank = min(max(int(asked), 1), len(mine)) if asked.isdecimal() else 1
    row, train = mine.iloc[rank - 1], str(reference.train)
    ids, order = mine["train_image_id"].tolist(), in_order(nearest)["image_id"].tolist()
    beside = neighbours_beside(nearest, train)
    show(
        [Shown(set_id, i, tuple(beside.get(i, ()))) for i in order],
        order.index(current),
        "compare",
        panes=("self", f"b{rank - 1}", "difference"),
        height=420,
        on={"turned": lambda value: pick(value["image"])},
    )
    st.markdown(closeness(row, reference.n_real))
    pictures = read.thumbnails(train, ids)
    tiles = [
        Tile(str(r), p, kind="train", caption=f"{r}: {number(ratio)}", word="", title=f"Training image {i}")
        for r, p, ratio, i in zip(mine["rank"], pictures, mine["ratio"], ids, strict=True)
    ]
    image_grid(tiles, "neighbours", side=84, strip=True, lines=1, selected=str(rank), on_click=lambda r: show_rank(int(r)))
