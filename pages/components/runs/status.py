"""Runs as people follow them: progress in one line, live by fragment, and what can be done with them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.style.numbers import counted, duration
from pages.components.style.words import inert, plain

ACTIVE = ("queued", "running")
UNFINISHED = ("running", "queued", "paused")
BADGES = {
    "queued": ("gray", "schedule"),
    "running": ("blue", "play_arrow"),
    "paused": ("violet", "pause"),
    "done": ("green", "check"),
    "failed": ("red", "error"),
    "cancelled": ("orange", "block"),
}


def in_progress(kind: str, **asked: object) -> str | None:
    """The id of a run of that kind, queued or running, whose spec has these values."""
    runs = api.runs(50)
    for run_id in runs[(runs["kind"] == kind) & runs["status"].isin(ACTIVE)]["id"]:
        spec = api.run(str(run_id)).spec
        if all(getattr(spec, name, None) == value for name, value in asked.items()):
            return str(run_id)
    return None


def kind_of(run: api.Run) -> str:
    """What a run does, in a few words; the id of its kind where that is not known here any more."""
    kind = api.run_kinds().get(run.spec.kind)
    return kind.in_words(run.spec) if kind else plain(run.spec.kind)


def unit_of(run: api.Run) -> str:
    """What the progress of a run counts, in the singular."""
    kind = api.run_kinds().get(run.kind)
    return kind.unit if kind else "step"


def makes_images(kind: str) -> bool:
    """Whether runs of a kind make images that can be looked at."""
    known = api.run_kinds().get(kind)
    return bool(known and known.makes_images)


def in_turn(runs: pd.DataFrame) -> pd.DataFrame:
    """Runs as one looks for them: running, waiting in the order of their turns, paused, then those that ended with the newest first."""
    running, queued, paused = (runs[runs["status"] == status] for status in UNFINISHED)
    ended = runs[~runs["status"].isin(UNFINISHED)]
    return pd.concat([running, queued[::-1].sort_values("position", kind="stable"), paused, ended], ignore_index=True)


def badge(status: str, cancelling: bool = False) -> str:
    """The status as a coloured badge with a word and an icon."""
    colour, icon = BADGES.get(status, ("gray", "help"))
    return f":{colour}-badge[:material/{icon}: {'cancelling' if cancelling and status in ACTIVE else status}]"


def progress_line(run: api.Run) -> str:
    """`image 3 of 4 · step 12 of 20 · 2 s left`; what is not known is left out."""
    if run.status == "queued":
        return waiting_line(run)
    unit = unit_of(run)
    counted = f"{run.done} of {run.total} {unit}s"
    parts = []
    if unit != "image" and run.total:
        parts.append(f"{run.progress:.0%}")
    elif run.total and (run.steps or run.message.startswith(counted)):  # not while a model is being loaded
        parts.append(f"{unit} {min(run.done + 1, run.total):,} of {run.total:,}")
    if run.steps:
        parts.append(f"denoising {run.step} of {run.steps}")
    news = run.message.removeprefix(counted).lstrip(" ,·;")
    if news:
        parts.append(plain(news))
    if run.eta_seconds is not None and run.eta_seconds == run.eta_seconds:
        parts.append(f"{duration(run.eta_seconds)} left")
    return " · ".join(parts)


def why_stopped() -> str:
    """Why nothing leaves the queue; empty where runs do."""
    if not api.worker_alive():
        return "no worker is running: start one with `python -m bench_core worker`"
    held = api.queue_held_by()
    return f"the queue is held by {plain(held)}" if held else ""


def waiting_line(run: api.Run) -> str:
    """Why a run waits, and for how long."""
    return why_stopped() or place_line(run, forecast=True)


def place_line(run: api.Run, *, forecast: bool) -> str:
    """Whose turn it is after how many others and, with `forecast`, in how long; what is there already."""
    parts = ["next in the queue" if run.position == 1 else f"number {run.position} in the queue"] if run.position else []
    if run.starts_in and forecast:
        parts.append(f"starts in about {duration(run.starts_in)}")
    if run.total and run.done:
        parts.append(f"{run.done} of {run.total} are there")
    if run.message.startswith("Made way"):
        parts.append(plain(run.message))
    return " · ".join(parts) or "waiting for the worker"


def show_progress(run: api.Run, before: str = "", behind: str = "") -> None:
    """The bar of one active run."""
    st.progress(min(1.0, max(0.0, run.progress)), text=before + progress_line(run) + behind)


def short(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: length - 1].rstrip(" ,") + "…"


def outcome(row: Mapping[str, Any]) -> str:
    """Why a run ended as it did, or how long it took."""
    if row["status"] == "failed":
        return inert(" ".join(p for p in (str(row["error"] or ""), str(row["hint"] or "")) if p)) or "It failed without a message."
    seconds = row["seconds"]
    took = f"took {duration(float(seconds))}" if seconds is not None and not pd.isna(seconds) else ""
    said = str(row["message"] or "")
    if row["status"] == "cancelled":
        return " ".join(p for p in (plain(said), took) if p)
    return " · ".join(part for part in (took, warning_of(said)) if part) if row["status"] == "done" else said


def warning_of(message: str) -> str:
    """What a finished run says that a reader of its images or numbers must know; empty where it says nothing of the kind."""
    _, mark, said = message.partition("warning: ")
    return plain(mark + said)


def kept(run: api.Run) -> str:
    """Which images of a run that did not end well are there; empty where there are none."""
    return f"{run.done:,} of {counted(run.total, 'image')} are kept" if makes_images(run.kind) and run.total and run.done else ""


def evaluation_of(set_id: str | None) -> str | None:
    """The id of the evaluation of this set that is queued or running."""
    return active_run("evaluate", set_id)


def active_run(kind: str, set_id: str | None) -> str | None:
    """The id of the run of that kind about a set that is queued or running."""
    runs = api.runs(50)
    runs = runs[(runs["kind"] == kind) & (runs["set_id"] == set_id) & runs["status"].isin(ACTIVE)]
    return None if runs.empty else str(runs["id"].iloc[0])


@st.fragment(run_every=2.0)
def follow(run_id: str, before: str = "") -> None:
    """The progress of a run, live; the page is drawn again when it ends."""
    run = api.run(run_id)
    if run.status not in ACTIVE:
        st.rerun()
    show_progress(run, before)


def running_now() -> None:
    """One line: the run in progress (or the next one), and how many wait behind it; nothing when nothing runs."""
    runs = api.runs(50)
    active = runs[runs["status"].isin(ACTIVE)]
    if not active.empty:
        _one_line()


@st.fragment(run_every=2.0)
def _one_line() -> None:
    runs = api.runs(50)
    active = runs[runs["status"].isin(ACTIVE)]
    if active.empty:
        st.rerun()
    run = api.run(str(in_turn(active)["id"].iloc[0]))
    behind = f" · {len(active) - 1} more in the queue" if len(active) > 1 else ""
    show_progress(run, f"**{kind_of(run)}: {plain(short(run.name, 48))}** · ", behind)
