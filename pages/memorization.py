"""Memorization: synthetic images ranked by how close they are to a training image, relative to the spacing of training images."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import charts, demo, read
from pages.components.compare import compare
from pages.components.downloads import downloads
from pages.components.frame import open_page, theme
from pages.components.images import Tile, caption, image_grid
from pages.components.numbers import number
from pages.components.problems import empty, show_error
from pages.components.selection import page_of, threshold_for
from pages.components.study import InUse

PER_PAGE = 12
SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)


def evaluate(set_id: str, study: InUse) -> None:
    """Asks for the numbers of a set; the features that this page needs come with them."""
    try:
        api.submit(api.EvaluateSpec(synthetic=set_id, real=study.real, train=study.train, encoders=[study.encoder]))
    except api.BenchError as error:
        st.session_state["_refused"] = (error.message, error.hint)


def pick(image_id: str) -> None:
    """Makes an image the current one; its nearest neighbour is shown first."""
    st.query_params["image"] = image_id
    st.session_state["_rank"] = 1


def ranking(set_id: str, nearest: pd.DataFrame, threshold: float, current: str) -> None:
    """The gallery, closest first."""
    ordered = nearest[nearest["rank"] == 1].sort_values("ratio", kind="stable")
    ids = ordered["image_id"].tolist()
    slot = st.container()
    page = st.pagination(-(-len(ids) // PER_PAGE), key=f"page-{set_id}", max_visible_pages=3) if len(ids) > PER_PAGE else 1
    shown = page_of(ordered.to_dict("records"), page, PER_PAGE)
    pictures = read.thumbnails(set_id, [r["image_id"] for r in shown])
    tiles = [Tile(r["image_id"], p, caption=f"{number(r['ratio'])} of the spacing", word="flagged" if r["ratio"] < threshold else "",
                  title=f"ratio {r['ratio']:.3f}") for r, p in zip(shown, pictures, strict=True)]  # fmt: skip
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


def inspect(set_id: str, set_name: str, study: InUse, nearest: pd.DataFrame, current: str) -> None:
    """The current image beside a neighbour, and the strip of all its neighbours."""
    mine = nearest[nearest["image_id"] == current].sort_values("rank")
    rank = min(int(st.session_state.get("_rank", 1)), len(mine))
    row = mine.iloc[rank - 1]
    synthetic = read.table(set_id).set_index("image_id").loc[current]
    train_table = read.table(str(study.train)).set_index("image_id")
    neighbour = train_table.loc[row["train_image_id"]]
    compare(read.picture(set_id, current), read.picture(str(study.train), row["train_image_id"]), caption(synthetic, set_name),
            f"Patient {neighbour['subject_id']}, study {neighbour['study_id']} · neighbour {rank} · “{neighbour['prompt']}”", key="compare")  # fmt: skip
    st.markdown(closeness(mine.iloc[0], study.n_real))
    ids = mine["train_image_id"].tolist()
    pictures = read.thumbnails(str(study.train), ids)
    tiles = [Tile(str(r), p, kind="train", caption=f"{r}: {number(ratio)}", word="", title=f"Training image {i}")
             for r, p, ratio, i in zip(mine["rank"], pictures, mine["ratio"], ids, strict=True)]  # fmt: skip
    image_grid(tiles, "neighbours", side=84, strip=True, lines=1, selected=str(rank), on_click=lambda r: st.session_state.update(_rank=int(r)))


def draw(study: InUse | None) -> None:
    """Controls and count, ranking at the left, comparison and histogram at the right."""
    if study is None:
        return demo.offer("Nothing to compare yet", "Each synthetic image stands here beside its nearest training images.")
    if study.train is None:
        empty("This study has no training set", "Copies are looked for among the images that a generator learned from. Choose a study with a "
              "training set in the sidebar.")  # fmt: skip
        return
    sets = read.sets("synthetic")
    if sets.empty:
        empty("No synthetic images yet", "Generate or import some; each will stand here beside its nearest training images.", "Generate images",
              page="generate")  # fmt: skip
        return
    if st.session_state.get("_refused"):
        show_error(*st.session_state.pop("_refused"))
    counts = dict(zip(sets["name"], sets["images"], strict=True))
    names = sorted(counts, key=lambda n: (n != "phantom-ldm-overfit", n))
    if st.session_state.get("set") not in names:
        st.session_state.pop("set", None)
    a, b, c = st.columns([4, 6, 4], vertical_alignment="bottom")
    with a:
        name = st.selectbox("Synthetic set", names, key="set", bind="query-params", format_func=str, help="The encoder is chosen in the sidebar.")
    with b:
        share = st.select_slider("Held-out images flagged by chance", SHARES, 0.01, key="share", bind="query-params",
                                 format_func=lambda s: f"{s:.1%}",
                                 help="The threshold is where this share of held-out real images would be flagged too.")  # fmt: skip
    set_id = sets.loc[sets["name"] == name, "id"].iloc[0]
    try:
        nearest = read.neighbours(set_id, study.train, study.encoder, study.real)
        held_out = read.held_out(study.train, study.real, study.encoder)
    except api.NotPossible:
        empty(f"{name} has not been compared in {study.encoder_title} yet", "Evaluating it finds the nearest training images of each of its images.",
              "Evaluate this set", lambda: evaluate(set_id, study))  # fmt: skip
        return
    first = nearest[nearest["rank"] == 1].set_index("image_id")["ratio"]
    threshold = threshold_for(held_out, float(share))
    flagged = int((first < threshold).sum())
    c.metric("Closer to a training image than that", f"{flagged:,} of {len(first):,}")
    asked = st.session_state.pop("_image", None)
    if asked:
        st.query_params["image"] = asked
    current = st.query_params.get("image")
    current = current if current in first.index else str(first.idxmin())
    left, right = st.columns([4, 10], gap="medium")
    with left:
        ranking(set_id, nearest, threshold, current)
    with right:
        inspect(set_id, name, study, nearest, current)
        style = read.look([name]).get(str(sets.loc[sets["name"] == name, "generator"].iloc[0])) or read.look([name])[name]
        figure = charts.distance_histogram(first.to_numpy(), held_out, threshold, style.colour(theme()), theme(), name, float(first[current]))
        st.plotly_chart(figure, key="histogram", config=charts.CONFIG, alt=f"Distance ratios of {name} and of held-out real images")
        downloads("memorization", nearest, figure, theme())


open_page("Memorization", "Which synthetic images are too close to a training patient?", draw)
