"""Synthetic images beside the training images that are likeliest of the same patient; the count, the pair, the benchmark's figures."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import page_of
from pages.components.images.grids import Tile, image_grid
from pages.components.style.numbers import counted, number
from pages.components.style.words import plain
from pages.components.viewer.showing import Beside, Shown, show

PER_PAGE = 12
MADE_FOR_IT = "phantom-identity"


def pick(image_id: str) -> None:
    """Makes an image the current one."""
    st.query_params["image"] = image_id


def chance_in_words(chance: float) -> str:
    """One in how many."""
    return f"{chance:.2g} (1 in {round(1 / chance):,})" if chance < 0.5 else f"{chance:.2g}"


def counts(found: api.Reidentification, encoder: str) -> None:
    """How many are above the cut, how many would be by chance, whom they show, and what the encoder can tell at all."""
    count, worth = found.count, found.pairs.worth
    with st.container(horizontal=True, gap="large"):
        st.metric("Re-identified", f"{count.found:,} of {count.images:,}", width="content")
        st.metric(
            "By chance", f"{count.expected:.3g}", width="content", help="As many as films of held-out patients would give at this cut."
        )
        st.metric("Training patients shown", f"{found.patients:,}", width="content")
        st.metric(
            "Chance of so many", f"{count.chance:.2g}" if count.chance > 1e-12 else "< 1e-12", width="content",
            help="Were these images as strange to the training set as held-out patients are. Exact; a prompt and a patient count once.",
        )  # fmt: skip
    st.caption(
        f"This encoder tells pairs of one held-out patient from pairs of two with AUROC {worth['auroc']:.4f} and finds the other film "
        f"of {worth['rank_one']:.1%} of them: what it cannot tell, it cannot find."
        + ("" if encoder == MADE_FOR_IT else f" {MADE_FOR_IT} is made for it.")
    )


def ranking(set_id: str, found: api.Reidentification, current: str) -> None:
    """The gallery, likeliest first."""
    rows = found.matches
    mine = rows["image_id"].tolist().index(current) // PER_PAGE + 1
    slot = st.container()
    page = address.page(-(-len(rows) // PER_PAGE), key=f"page-{set_id}", default=mine, max_visible_pages=3)
    shown = rows.iloc[page_of(range(len(rows)), page, PER_PAGE)].to_dict("records")
    pictures = read.thumbnails(set_id, [r["image_id"] for r in shown])
    tiles = [
        Tile(
            r["image_id"],
            p,
            caption=number(r["score"]),
            word="same patient?" if r["score"] > found.cut else "",
            title=f"score {r['score']:.4g}",
        )
        for r, p in zip(shown, pictures, strict=True)
    ]
    with slot:
        image_grid(tiles, "matches", side=84, selected=current, on_click=pick, lines=1)


def inspect(set_id: str, train: str, found: api.Reidentification, current: str) -> None:
    """The current image beside its best match, both in the viewer, and what the score means in words."""
    rows = found.matches
    order = rows["image_id"].tolist()
    shown = [
        Shown(set_id, image, (Beside(train, match, f"Training · likeliest of the same patient, {number(score)}"),))
        for image, match, score in zip(order, rows["train_image_id"], rows["score"], strict=True)
    ]
    show(
        shown,
        order.index(current),
        "pair",
        panes=("self", "b0", "difference"),
        height=380,
        on={"turned": lambda value: pick(value["image"])},
    )
    row = rows.iloc[order.index(current)]
    whose = f" of patient {plain(row['subject_id'])}" if row["subject_id"] else ""
    st.markdown(
        f"Its best match among all training images is {plain(row['train_image_id'])}{whose}. "
        f"A film of somebody who is not in the training set scores so high with a chance of **{chance_in_words(row['chance'])}**."
    )


def cut_in_words(found: api.Reidentification) -> str:
    """What the cut is: a rate of searches, and of pairs."""
    pairs = found.pairs.false_matches(found.cut)
    said = "more pairs than were kept" if pairs is None else "no pair" if pairs == 0 else f"{pairs:.2g} of pairs"
    return (
        f"{found.count.caution} Cut at {number(found.cut)}: the best of all training images passes it for {found.count.share:.2%} of "
        f"{counted(found.count.patients, 'held-out patient')}; in single pairs of two real patients that is {said}."
    )


def benchmark(set_id: str, reference: ReferenceInUse, found: api.Reidentification) -> None:
    """CheXGenBench's figures beside the corrected ones, or what they would need."""
    with st.expander("As CheXGenBench counts it"):
        st.caption(
            "Each image against the one training image of its prompt, mean and highest over its seeds; then against all training images, "
            "as above. CheXGenBench does not print its delta, and feeds films of 224 pixels, not normalised (encoder chexgenbench-reid)."
        )
        delta = st.number_input(
            "delta", value=float(found.cut) if found.measure == "distance" else 0.5, key="delta", format="%.4g", width=180
        )
        try:
            paired = read.paired_reidentification(set_id, reference, delta)
        except api.NotPossible as error:
            st.markdown(f"{plain(error.message)} {plain(error.hint)}")
            return
        passing, images = int((found.matches["score"] > delta).sum()), counted(len(found.matches), "image")
        prompts = counted(len(paired.table), "prompt")
        table = pd.DataFrame(
            [
                ("Mean score", number(paired.mean), number(float(found.matches["score"].mean()))),
                ("Highest score, mean over prompts", number(paired.maximum), ""),
                (f"Above delta = {delta:.4g}", f"{paired.above:,} of {prompts}", f"{passing:,} of {images}"),
                ("Above the cut", "", f"{found.count.found:,} of {images}"),
            ],
            columns=["Figure", "CheXGenBench: one pair a prompt", "Corrected: all training images"],
        )  # fmt: skip
        st.dataframe(table, hide_index=True, alt="Figures of CheXGenBench beside the corrected ones")
