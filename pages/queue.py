"""Queue: everybody's runs with their progress; whose turn is next; pause, cancel, repeat, delete, and why one failed."""

import streamlit as st

from bench_core import api
from pages.components.frame import address, who
from pages.components.frame.menu import page_path
from pages.components.frame.problems import empty, guard, show_refusal
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import page_of
from pages.components.page import open_page
from pages.components.runs.queue_rows import ask_if_asked, show_controls, show_rows, show_stopped, show_workers
from pages.components.runs.status import ACTIVE, in_turn, why_stopped

PER_PAGE = 12
LIVE_SECONDS, QUIET_SECONDS = 2.0, 6.0  # how often the list is read anew: others may ask for runs when nothing runs here
ORDER = ("running", "queued", "paused", "failed", "done", "cancelled")


@st.fragment(run_every=QUIET_SECONDS)
def watch_for_the_first(stopped: str) -> None:
    """Draws the page again once somebody has asked for something, or has held the queue."""
    if not api.runs(1).empty or stopped != why_stopped():
        st.rerun()


def draw(reference: ReferenceInUse | None) -> None:
    """All runs in their turn, live."""
    go = st.session_state.pop("_go_runs", None)
    if go:
        st.switch_page(page_path("generate"), query_params={"runs": go})
    runs = api.runs(500)
    active = bool(runs["status"].isin(ACTIVE).any())
    stopped = why_stopped()
    show_stopped(active)
    me = who.user()
    counts = runs["status"].value_counts().to_dict()
    chosen: list[str] = []
    mine = False
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not runs.empty:
            chosen = address.several(
                st.pills, "Show", ORDER, [], selection_mode="multi", key="status", width="content",
                format_func=lambda s: f"{s} {counts.get(s, 0)}", label_visibility="collapsed",
            )  # fmt: skip
            mine = address.flag("Only mine", key="mine", help=f"Runs that {me} asked for.")
        st.space("stretch")
        show_controls()
    if runs.empty:
        watch_for_the_first(stopped)
        empty(
            "No run yet",
            "A run makes images or computes numbers. Workers take runs by turns, and go on after a restart.",
            "Generate images",
            page="generate",
        )
        return

    @st.fragment(run_every=LIVE_SECONDS if active else QUIET_SECONDS)
    def live() -> None:
        show_refusal()
        with guard("list the runs"):
            rows = api.runs(500)
            if counts != rows["status"].value_counts().to_dict() or stopped != why_stopped():
                st.rerun()  # what stands above the rows changed; it may also have to poll faster, or slower
            show_workers()
            rows = rows[rows["status"].isin(chosen)] if chosen else rows
            rows = in_turn(rows[rows["owner"] == me] if mine else rows)
            slot = st.container(gap="xsmall")
            page = address.page(-(-len(rows) // PER_PAGE), key="queue-page")
            with slot:
                show_rows(rows.iloc[page_of(range(len(rows)), page, PER_PAGE)])
                if rows.empty:
                    st.caption("No such run. Choose other states above, or switch “Only mine” off.")
        if st.session_state.get("_deleting"):
            st.rerun()  # the question opens on the page, not in what is drawn anew every two seconds

    ask_if_asked()
    live()


open_page("Queue", "What is being made or computed, whose turn is next, and what went wrong?", draw)
