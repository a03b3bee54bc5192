"""The parts of the page What if: thresholds to choose from, numbers of what remains, who goes, and the button that makes the set."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address, who
from pages.components.frame.problems import attempt
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import page_of
from pages.components.images.grids import Tile, image_grid
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.runs.status import ACTIVE, follow
from pages.components.style.numbers import counted, number, perfect, side
from pages.components.style.words import plain
from pages.components.viewer.showing import ask_open

PREFERRED = {
    "fidelity": ("frechet_distance",),
    "variety": ("coverage",),
    "privacy": ("copies_found", "copy_share"),
    "utility": ("tstr_auroc",),
}
AXES = tuple(PREFERRED)
PER_PAGE = 12
STEPS = 80
NICE = (1, 2, 5)


def spec_of(reference: ReferenceInUse, set_id: str, kind: str, at: float | None = None, name: str = "what if") -> api.FilterSpec:
    """The request of a filter against the reference in use."""
    return api.FilterSpec(
        name=name, images=set_id, filter=api.Choice(id=kind), threshold=at, real=reference.real, train=reference.train,
        encoder=reference.encoder,
    )  # fmt: skip


def stops(steps: Sequence[float], threshold: api.Threshold) -> list[str]:
    """What the slider stops at, as text: `thresholds`, and the one that the address asks for where it is in range."""
    found = thresholds(steps, threshold)
    with suppress(ValueError, api.InputError):  # nothing is asked for, or what cannot be: the slider says so
        found.append(threshold.check(float(st.query_params.get("at", ""))))
    return [f"{stop:g}" for stop in sorted(set(found))]


def titled(threshold: api.Threshold) -> str:
    """What the slider is called; the unit too where the title does not count it already."""
    return threshold.title if threshold.whole else f"{threshold.title} ({threshold.unit})"


def thresholds(steps: Sequence[float], threshold: api.Threshold) -> list[float]:
    """Round numbers from the loosest to the tightest of `steps`, the usual one and some near it among them."""
    ends = [*steps, threshold.usual]
    low, high = max(threshold.low, min(ends)), min(threshold.high, max(ends))
    if threshold.whole:
        return [float(t) for t in range(int(low), int(high) + 1)][:: max(1, int((high - low) / 400))]
    raw = (high - low) / STEPS or 0.01
    power = 10.0 ** np.floor(np.log10(raw))
    step = power * next(n for n in (*NICE, 10) if n * power >= raw)
    first, last = int(np.floor(low / step)), int(np.ceil(high / step))
    places = max(0, -int(np.floor(np.log10(step))))
    even = {round(min(max(i * step, threshold.low), threshold.high), places) for i in range(first, last + 1)}
    near = {float(f"{threshold.usual * times:g}") for times in (0.2, 0.5, 1, 2, 3)}
    return sorted(even | {stop for stop in near if low <= stop <= high} | {threshold.usual})


def choose_metrics(able: Sequence[str]) -> list[str]:
    """One metric an axis, of those that can be had; the selectors stand in a row."""
    known, chosen = api.metrics(), []
    columns = st.columns(len(AXES))
    for column, family in zip(columns, AXES, strict=True):
        ids = [m for m in able if known[m].family == family]
        if not ids:
            column.caption(f"{family.capitalize()}: no number can be had here.")
            continue
        usual = next((m for m in PREFERRED[family] if m in ids), ids[0])
        with column:
            found = address.one(
                st.selectbox, family.capitalize(), ids, usual, key=family, format_func=lambda m: known[m].title, help=known[usual].summary
            )
        chosen.append(str(found))
    return chosen


def show_numbers(reference: ReferenceInUse, now: pd.DataFrame, before: pd.DataFrame, judged: bool) -> None:
    """What remains beside what there is: each number large, that of all images small; of privacy, what the number cannot see."""
    known = api.metrics()
    for column, family in zip(st.columns(len(AXES)), AXES, strict=True):
        if family not in set(now["family"]):
            continue
        row, whole = (frame[frame["family"] == family].iloc[0].to_dict() for frame in (now, before))
        metric = row["metric"]
        if row["message"]:
            column.markdown(f":orange[{plain(row['message'])}]")
            continue
        large = row["matched"] if judged and row["null"] == row["null"] else row["value"]
        first = whole["matched"] if judged and row["null"] == row["null"] else whole["value"]
        outside = judged and side(row, known[metric]) in ("better", "worse")
        text = f"**{number(large)}**" if not outside else f":orange[**{number(large)}**]"
        blind = read.blind_spots(reference, metric, int(row["kept"])) if row["family"] == "privacy" else []
        line = f"{text} :small[:gray[all images {number(first)}]]"
        line = f"{line}  \n:small[:gray[{perfect(row)}]]" if judged and perfect(row) else line
        column.markdown(f"{line}  \n:small[:gray[{plain(blind[0])} [(power)](power)]]" if blind else line)


def show_gone(set_id: str, log: pd.DataFrame, one: api.Filter) -> None:
    """The images that would go, those that are farthest beyond the threshold first; a click opens one beside its nearest."""
    loosest = one.threshold.stays == "at_least"
    gone = log[~log["kept"]].sort_values("value", ascending=loosest, kind="stable")
    st.markdown(f"**{counted(len(gone), 'image')} of {len(log):,} would go**" if len(gone) else "**No image would go.**")
    if gone.empty:
        st.caption("Tighten the threshold to see who goes first.")
        return
    slot = st.container()
    page = address.page(-(-len(gone) // PER_PAGE), key=f"gone-{set_id}-{one.id}", max_visible_pages=3)
    shown = gone.iloc[page_of(range(len(gone)), page, PER_PAGE)].to_dict("records")
    pictures = read.thumbnails(set_id, [row["image_id"] for row in shown])
    tiles = [
        Tile(
            row["image_id"],
            picture,
            caption=number(row["value"], 0 if one.threshold.whole else None),
            word="",
            title=f"{row['image_id']}: {row['reason']}",
        )
        for row, picture in zip(shown, pictures, strict=True)
    ]
    among = gone["image_id"].tolist()
    with slot:
        image_grid(tiles, f"gone-{one.id}", side=84, lines=1, on_click=lambda image: ask_open(set_id, image, among))


def offer_set(reference: ReferenceInUse, spec: api.FilterSpec, name: str, remain: int, total: int) -> None:
    """Name and button of the new set; how far it is, and what can be done with it once it is there."""
    one = api.filters()[spec.filter.id]
    run_id = _running(spec)
    if run_id:
        return follow(run_id, "Making the set · ")
    usual = f"{name} · {one.title.lower()} {spec.threshold:g}"[:120]
    new = st.text_input("Name of the new set", usual, max_chars=120, key=f"new-{read.digest(usual)}").strip() or usual
    nothing = remain in (0, total)
    st.button(
        f"Make this set of {counted(remain, 'image')}", type="primary", icon=":material/filter_alt:", disabled=nothing, key="make",
        help="A set of its own, with a log of what went and why." if not nothing else "Choose a threshold that takes some and leaves some.",
        on_click=lambda: attempt(_submit, spec.model_copy(update={"name": new})),
    )  # fmt: skip
    made = st.session_state.get("_filtered")
    run = api.run(made) if made else None
    if run is not None and run.status == "done" and run.set_id:
        st.success(f"{plain(run.name)}: {plain(run.message)}", icon=":material/check:")
        evaluations.offer_rest(Evaluations(reference, {run.name: run.set_id}))
    elif run is not None and run.status == "failed":
        st.warning(plain(f"{run.error} {run.hint}"), icon=":material/warning:")
    return None


def _submit(spec: api.FilterSpec) -> None:
    st.session_state["_filtered"] = who.submit(spec)


def _running(spec: api.FilterSpec) -> str | None:
    runs = api.runs(50)
    for run_id in runs[(runs["kind"] == "filter") & runs["status"].isin(ACTIVE)]["id"]:
        asked = api.run(str(run_id)).spec
        if isinstance(asked, api.FilterSpec) and asked.images == spec.images:
            return str(run_id)
    return None


def offer_slower(spec: api.FilterSpec, able: Sequence[str], reference: ReferenceInUse) -> None:
    """Numbers that take longer, at the chosen threshold alone, when they are asked for."""
    roles = {"synthetic", "real"} | ({"train"} if reference.train else set())
    slow = [m.id for m in api.metrics().values() if m.id not in able and set(m.reads) <= roles and "synthetic" in m.reads]
    titles = api.metrics()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        asked = st.multiselect("Slower numbers", slow, key="slower", format_func=lambda m: titles[m].title, width=420)
        pressed = st.button("Compute at this threshold", icon=":material/analytics:", disabled=not asked, key="compute-slower")
    key = read.digest(spec.model_dump(exclude={"name"}), asked)
    if pressed:
        bar = st.progress(0.0, "Computing …")
        tell = lambda done, total, said: bar.progress(done / total, text=said)
        st.session_state["_slower"] = key, api.what_remains(spec, asked, [None, spec.threshold], on_progress=tell)
        bar.empty()
    known, frame = st.session_state.get("_slower") or ("", None)
    if known == key and frame is not None and asked:
        st.dataframe(table(frame, asked), hide_index=True, alt="Slower numbers of all images and of what remains")


def table(frame: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """Rows as they are read, those of a number together: titles, thresholds and counts in words; no column that says nothing."""
    titles = api.metrics()
    frame = frame.sort_values("metric", key=lambda column: column.map(list(metrics).index), kind="stable")
    told = pd.DataFrame(
        {
            "number": [titles[m].title for m in frame["metric"]],
            "threshold": ["all images" if np.isnan(t) else f"{t:g}" for t in frame["threshold"]],
            "images": frame["kept"],
            "remain": frame["share"].map("{:.1%}".format),
            "value": frame["value"].map(number),
            "matched": frame["matched"].map(number),
            "perfect": [perfect(row).removeprefix("perfect ") or "–" for row in frame.to_dict("records")],
            "note": frame["message"],
        }
    )
    return told.drop(columns=[c for c in ("matched", "perfect", "note") if told[c].isin(["", "–"]).all()])
