"""Queue: runs with their progress; cancel, repeat, delete, and why one failed."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.frame import open_page
from pages.components.problems import attempt, empty, guard, show_refusal
from pages.components.runs import ACTIVE, badge, in_turn, kind_of, outcome, progress_line, short
from pages.components.selection import page_of
from pages.components.study import InUse

PER_PAGE = 12


def show_row(row: dict[str, object]) -> None:
    """One run: what it is, how far, what can be done."""
    active = row["status"] in ACTIVE
    run_id = str(row["id"])
    run = api.run(run_id)
    with st.container(border=True):
        what, bar, actions = st.columns([4, 6, 2], vertical_alignment="center")
        what.markdown(f"**{short(str(row['name']), 60)}** :gray[{kind_of(run)} · {row['created']:%d %b %H:%M}]")
        with bar:
            if active:
                st.progress(min(1.0, max(0.0, run.progress)), text=f"{badge(run.status, run.cancelling)} {progress_line(run)}")
            elif row["status"] == "failed":
                st.markdown(f"{badge('failed')} {row['error']}  \n{row['hint'] or ''}")
            else:
                st.markdown(f"{badge(str(row['status']))} {outcome(row)}")
        with actions.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
            if active:
                st.button("Cancel", key=f"cancel-{run_id}", on_click=attempt, args=(api.cancel, run_id), disabled=bool(row["cancelling"]))
            else:
                if (
                    row["kind"] == "generate"
                    and not pd.isna(row["set_id"])
                    and st.button("", icon=":material/image:", key=f"see-{run_id}", help="See the images")
                ):
                    st.session_state["_go_runs"] = run_id
                    st.rerun()
                st.button(
                    "",
                    icon=":material/replay:",
                    key=f"repeat-{run_id}",
                    help="Repeat: what it finished is not done twice",
                    on_click=attempt,
                    args=(api.repeat, run_id),
                )
                st.button(
                    "",
                    icon=":material/delete:",
                    key=f"delete-{run_id}",
                    help="Delete the run and its results, not its images",
                    on_click=attempt,
                    args=(api.delete_run, run_id),
                )


def draw(study: InUse | None) -> None:
    """All runs in their turn, live while one is active."""
    go = st.session_state.pop("_go_runs", None)
    if go:
        from pages.components.frame import page_path

        st.switch_page(page_path("generate"), query_params={"runs": go})
    runs = api.runs(500)
    if runs.empty:
        empty(
            "No run yet",
            "A run makes images or computes numbers. A worker takes runs one by one, and goes on after a restart.",
            "Generate images",
            page="generate",
        )
        return
    active = bool(runs["status"].isin(ACTIVE).any())
    if not api.worker_alive():
        message = "No worker is running, so queued runs wait." if active else "No worker is running; runs will wait until one starts."
        st.warning(f"{message} Start one with `python -m bench_core worker`.", icon=":material/warning:")
    counts = runs["status"].value_counts()
    options = [s for s in ("running", "queued", "failed", "done", "cancelled") if s in counts]
    chosen = st.pills(
        "Show", options, selection_mode="multi", key="status", format_func=lambda s: f"{s} {counts.get(s, 0)}", label_visibility="collapsed"
    )

    @st.fragment(run_every=2.0 if active else None)
    def live() -> None:
        show_refusal()
        with guard("list the runs"):
            rows = api.runs(500)
            if active != bool(rows["status"].isin(ACTIVE).any()):  # starts or ends the polling
                st.rerun()
            rows = rows[rows["status"].isin(chosen)] if chosen else rows
            records = in_turn(rows).to_dict("records")
            slot = st.container(gap="xsmall")
            page = st.pagination(-(-len(records) // PER_PAGE), key="page") if len(records) > PER_PAGE else 1
            with slot:
                for row in page_of(records, page, PER_PAGE):
                    show_row(row)

    live()


open_page("Queue", "What is being made or computed, how far is it, and what went wrong?", draw)
