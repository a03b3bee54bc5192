"""Marks on pairs: what people said of a synthetic image beside a training image, the control that says it, and lists that go by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address, who
from pages.components.frame.problems import attempt
from pages.components.style.words import plain
from pages.components.tables.downloads import file_button

MARKS = {"copy": "Copy", "same patient": "Same patient", "harmless": "Harmless"}
LISTS = {
    "all": "All images",
    "flagged": "Flagged",
    "open": "Flagged, not marked yet",
    **{mark.replace(" ", "-"): f"Marked {mark}" for mark in MARKS},
}


@dataclass(frozen=True)
class Pair:
    """A synthetic image beside a training image, by the ids of sets and images."""

    set_id: str
    image_id: str
    train: str
    train_image_id: str


class Marks:
    """All that was said of the pairs of two sets."""

    def __init__(self, history: pd.DataFrame) -> None:
        self.history = history
        self._standing: dict[tuple[str, str], Mapping[str, str]] = {}
        for row in history[history["stands"] & (history["mark"] != "")].to_dict("records"):
            self._standing[row["image_id"], row["train_image_id"]] = row

    def of(self, pair: Pair) -> Mapping[str, str] | None:
        """The entry that stands of a pair."""
        return self._standing.get((pair.image_id, pair.train_image_id))

    def of_images(self) -> dict[str, str]:
        """The mark of each image that has one; the last one where several of its pairs have."""
        return {image_id: row["mark"] for (image_id, _), row in self._standing.items()}

    def told(self, pair: Pair) -> str:
        """What was said of a pair, the last first, as Markdown."""
        about = self.history[(self.history["image_id"] == pair.image_id) & (self.history["train_image_id"] == pair.train_image_id)]
        words = [f"{row['mark'] or 'taken back'}, {plain(row['author'])}, {_day(row['created'])}" for row in about.to_dict("records")[::-1]]
        return f"**{words[0]}**" + (f"; before: {'; '.join(words[1:4])}" if words[1:] else "") if words else ""


def marks_of(set_id: str, train: str) -> Marks:
    """Read anew at every run of the page, so that everybody sees what the others say; no other cache depends on them."""
    return Marks(api.marks(set_id, train, history=True))


def choose_list() -> str:
    """Which images the ranking shows."""
    return str(address.one(st.selectbox, "Show", list(LISTS), "all", key="show", format_func=LISTS.get))


def listed(ordered: pd.DataFrame, which: str, threshold: float, marks: Marks) -> pd.DataFrame:
    """The rows of one list, in their order."""
    said = ordered["image_id"].map(marks.of_images())
    flagged = ordered["ratio"] < threshold
    if which in ("all", "flagged", "open"):
        return ordered if which == "all" else ordered[flagged & (said.isna() | (which == "flagged"))]
    return ordered[said == which.replace("-", " ")]


def in_list(ordered: pd.DataFrame, rows: pd.DataFrame, asked: str | None) -> str:
    """The image to look at: the one asked for; where it is not (any more) in the list, the next one behind it."""
    if asked in set(rows["image_id"]) or rows.empty:
        return str(asked) if asked in set(ordered["image_id"]) else str(ordered["image_id"].iloc[0])
    places = {image_id: place for place, image_id in enumerate(ordered["image_id"])}
    behind = [image_id for image_id in rows["image_id"] if places[image_id] > places.get(str(asked), -1)]
    return str(behind[0] if behind else rows["image_id"].iloc[0])


def control(pair: Pair, marks: Marks) -> None:
    """What the pair is, and what was said of it so far. A mark that is pressed again is taken back."""
    stands = marks.of(pair)
    now = stands["mark"] if stands else None
    key = f"mark-{read.digest(pair.set_id, pair.image_id, pair.train, pair.train_image_id, now)}"

    def say() -> None:
        attempt(api.mark, pair.set_id, pair.image_id, pair.train, pair.train_image_id, st.session_state[key], who.user())

    st.segmented_control(
        "What is this pair?", list(MARKS), default=now, format_func=MARKS.get, key=key, on_change=say,
        help="Kept with your name and the time. Pressed again, it is taken back; what was said before stays in the history.",
    )  # fmt: skip
    if told := marks.told(pair):
        st.caption(told)


def marks_button(name: str, marks: Marks) -> None:
    """All entries as CSV."""
    file_button(f"marks-{name}.csv", lambda: api.csv_of(marks.history), key="csv-marks", label=f"Marks ({len(marks.history):,})")


def words_on(image_ids: Sequence[str], flagged: Sequence[bool], marks: Marks) -> list[str]:
    """What stands on each tile: its mark, or that it is flagged."""
    said = marks.of_images()
    return [said.get(image_id, "flagged" if too_near else "") for image_id, too_near in zip(image_ids, flagged, strict=True)]


def _day(when: datetime) -> str:
    return f"{when:%d %b %H:%M} UTC".lstrip("0")
