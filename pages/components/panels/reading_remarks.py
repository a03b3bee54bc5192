"""What readers wrote and marked: a table by case and reader, and the marks on the film with its mask."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.figures.reader_charts import reader_colours
from pages.components.frame import address
from pages.components.frame.room import beside
from pages.components.frame.selection import clicked_row
from pages.components.reading.marked import MARKED, marked_film
from pages.components.style.numbers import counted, number
from pages.components.style.words import plain
from pages.components.tables.downloads import file_button
from pages.components.viewer.showing import show


@st.cache_data(show_spinner="Laying marks over masks …", max_entries=20)
def _remarks(study: str) -> pd.DataFrame:
    """A closed study never changes."""
    return api.reading_remarks(study)


def show_remarks(study: str, _found: Any) -> None:
    """The table, the film of the chosen case, and how many marks lie in the masks that are known."""
    frame = _remarks(study)
    cases = list(dict.fromkeys(frame["case_id"]))
    if not cases:
        st.info("Nobody wrote or marked anything.", icon=":material/info:")
        return
    left, right = beside([6, 7], "reader-remarks")
    with right:
        _table(frame, study)
        _within(frame, study)
    with left:
        case = address.one(st.selectbox, "Case", cases, cases[0], key="case")
        _film(frame, cases, case)


def _film(frame: pd.DataFrame, cases: list[str], case: str) -> None:
    tones = {name: tone for name, (tone, _) in reader_colours(frame["reader"], "dark").items()}  # films are dark in both themes
    by_case = {name: own.to_dict("records") for name, own in frame.groupby("case_id", sort=False)}
    films = [marked_film(by_case[name], tones) for name in cases]

    def turned(value: Mapping[str, Any]) -> None:
        st.session_state["case"] = next(
            (name for name, film in zip(cases, films, strict=True) if (film.set_id, film.image_id) == (value["set"], value["image"])), case
        )

    show(films, cases.index(case), "marked", on={"turned": turned}, viewer=MARKED)
    own = by_case[case]
    first = own[0]
    what = f"synthetic, {plain(first['generator'])}" if first["truth"] == "synthetic" else "real"
    finding = f", {first['finding']}" if first["finding"] else ""
    mask = f" Blue: the mask ({first['mask'] or own[-1]['mask']})." if any(r["mask"] for r in own) else ""
    st.caption(f"{plain(first['image_set'])} / {plain(first['image_id'])}: {what}{finding}.{mask}")
    for row in own:
        marks = f" ({counted(row['marks'], 'mark')})" if row["marks"] else ""
        st.markdown(f"**{plain(row['reader'])}**{marks}: {plain(row['text']) if row['text'] else '–'}")


def _open_row(cases: list[str]) -> None:
    row = clicked_row(st.session_state.get("reader-remarks-table"))
    if row is not None and row < len(cases):
        st.session_state["case"] = cases[row]


def _table(frame: pd.DataFrame, study: str) -> None:
    shown = [
        {
            "Case": r["case_id"], "Reader": r["reader"], "Film": r["generator"] or "real", "Finding": r["finding"], "Marks": r["marks"],
            "In the mask": number(r["within"]) if r["within"] == r["within"] and r["marks"] else "–", "Text": r["text"],
            "Block": r["block"],
        }
        for r in frame.to_dict("records")
    ]  # fmt: skip
    st.caption("Click into a row to see its film.")
    st.dataframe(
        pd.DataFrame(shown), hide_index=True, width="stretch", height=min(420, 35 * (len(shown) + 1) + 3), alt="Words and marks",
        key="reader-remarks-table", selection_mode="single-cell", on_select=lambda: _open_row(frame["case_id"].tolist()),
    )  # fmt: skip
    file_button(f"remarks-{study}.csv", lambda: api.csv_of(frame), key="csv-remarks", label="CSV")


def _within(frame: pd.DataFrame, study: str) -> None:
    if not frame["marks"].any():
        return
    found = api.marks_within(frame)
    if found.empty:
        st.caption("No mask is known of any film that was marked: how many marks lie where a finding is cannot be said.")
        return
    rows = [
        {
            "Reader": r["reader"], "Finding": r["finding"], "Marks": r["marks"],
            "In the mask": f"{r['within']} · {r['share']:.1%} [{r['low']:.1%}, {r['high']:.1%}]", "By chance": f"{r['chance']:.1%}",
            "p": number(r["p_value"]), "Films": f"{r['films_within']} of {r['films']}",
        }
        for r in found.to_dict("records")
    ]  # fmt: skip
    st.markdown("**Marks in the mask of a finding**")
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="reader-within")
    st.caption(
        "Of marks on films whose findings have a mask: the middle of the mark lies in it. Exact interval (Clopper-Pearson); chance: marks "
        "anywhere on the film. Marks on one film are not independent; the last column counts films with at least one mark in the mask."
    )
    file_button(f"marks-within-{study}.csv", lambda: api.csv_of(found), key="csv-within", label="CSV")
