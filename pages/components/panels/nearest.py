"""Synthetic images beside their nearest training images: the ranking, the comparison, what a ratio means in words."""

import pandas as pd
import streamlit as st

from pages.components import read
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import page_of
from pages.components.images.compare import compare
from pages.components.images.grids import Tile, caption, image_grid
from pages.components.style.numbers import number

PER_PAGE = 12


def pick(image_id: str) -> None:
    """Makes an image the current one; its nearest neighbour is shown first."""
    st.query_params["image"] = image_id
    st.session_state["_rank"] = 1


def ranking(set_id: str, nearest: pd.DataFrame, threshold: float, current: str) -> None:
    """The gallery, closest first."""
    ordered = nearest[nearest["rank"] == 1].sort_values("ratio", kind="stable")
    count = len(ordered)
    slot = st.container()
    page = st.pagination(-(-count // PER_PAGE), key=f"page-{set_id}", max_visible_pages=3) if count > PER_PAGE else 1
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
    """What the ratio of an image means, in words."""
    share = row.get("held_out_share")
    text = f"**{number(row['ratio'])}** of the usual spacing of training images there."
    if share is not None and share == share:
        count = round(float(share) * n_real)
        text += f" Held-out patients come this close in **{count:,} of {n_real:,}** cases."
    return text


def inspect(set_id: str, set_name: str, reference: ReferenceInUse, nearest: pd.DataFrame, current: str) -> None:
    """The current image beside a neighbour, and the strip of all its neighbours."""
    mine = nearest[nearest["image_id"] == current].sort_values("rank")
    rank = min(int(st.session_state.get("_rank", 1)), len(mine))
    row = mine.iloc[rank - 1]
    synthetic = read.row(set_id, current)
    neighbour = read.row(str(reference.train), row["train_image_id"])
    compare(
        read.picture(set_id, current),
        read.picture(str(reference.train), row["train_image_id"]),
        caption(synthetic, set_name),
        f"Patient {neighbour['subject_id']}, study {neighbour['study_id']} · neighbour {rank} · “{neighbour['prompt']}”",
        key="compare",
    )
    st.markdown(closeness(mine.iloc[0], reference.n_real))
    ids = mine["train_image_id"].tolist()
    pictures = read.thumbnails(str(reference.train), ids)
    tiles = [
        Tile(str(r), p, kind="train", caption=f"{r}: {number(ratio)}", word="", title=f"Training image {i}")
        for r, p, ratio, i in zip(mine["rank"], pictures, mine["ratio"], ids, strict=True)
    ]
    image_grid(
        tiles, "neighbours", side=84, strip=True, lines=1, selected=str(rank), on_click=lambda r: st.session_state.update(_rank=int(r))
    )
