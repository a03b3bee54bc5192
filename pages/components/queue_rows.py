"""The queue as rows: what each run is, how far, and what can be done with it; above them who does the work."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import who
from pages.components.problems import attempt
from pages.components.runs import ACTIVE, UNFINISHED, badge, kind_of, outcome, progress_line, short, why_stopped


def show_rows(rows: pd.DataFrame) -> None:
    """The runs of these rows of `api.runs`."""
    stopped = why_stopped() if (rows["status"] == "queued").any() else ""
    by_id = {row["id"]: row for row in rows.to_dict("records")}
    for run in api.runs_in_full(rows):
        _show_row(run, by_id[run.id], stopped)


def _show_row(run: api.Run, row: Mapping[str, Any], stopped: str) -> None:
    with st.container(border=True):
        what, bar, actions = st.columns([4, 6, 2], vertical_alignment="center")
        asked = " · ".join(p for p in (kind_of(run), run.owner, f"{row['created']:%d %b %H:%M}") if p)
        what.markdown(f"**{short(str(row['name']), 60)}** :gray[{asked}]")
        with bar:
            if run.status in ACTIVE:
                state = badge("pausing" if run.pausing else run.status, run.cancelling)
                st.progress(min(1.0, max(0.0, run.progress)), text=f"{state} {progress_line(run, stopped)}")
            elif run.status == "failed":
                st.markdown(f"{badge('failed')} {row['error']}  \n{row['hint'] or ''}")
            else:
                st.markdown(f"{badge(run.status)} {outcome(row)}")
        with actions.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
            _show_actions(run, row)


def _show_actions(run: api.Run, row: Mapping[str, Any]) -> None:
    if run.status in UNFINISHED:
        if run.status == "queued":
            urgent = run.priority >= api.INTERACTIVE
            words = "Let others go first again" if urgent else "Let it go first"
            icon = "keyboard_arrow_down" if urgent else "vertical_align_top"
            _button(run, "turn", icon, words, api.set_priority, run.id, 0 if urgent else api.INTERACTIVE)
        if run.status == "paused" or run.pausing:
            _button(run, "resume", "play_arrow", "Go on where it stopped", api.resume, run.id)
        else:
            _button(run, "pause", "pause", "Pause: what is finished is kept, and it goes on when you say so", api.pause, run.id)
        _button(run, "cancel", "close", "Cancel: finished images are kept", api.cancel, run.id, disabled=run.cancelling)
        return
    made = row["kind"] == "generate" and not pd.isna(row["set_id"])
    if made and st.button("", icon=":material/image:", key=f"see-{run.id}", help="See the images"):
        st.session_state["_go_runs"] = run.id
        st.rerun()
    _button(run, "repeat", "replay", "Repeat: what it finished is not done twice", api.repeat, run.id, who.user())
    _button(run, "delete", "delete", "Delete the run and its results, not its images", api.delete_run, run.id)


def _button(run: api.Run, name: str, icon: str, words: str, action: Any, *args: Any, disabled: bool = False) -> None:
    st.button("", icon=f":material/{icon}:", key=f"{name}-{run.id}", help=words, on_click=attempt, args=(action, *args), disabled=disabled)


def show_workers() -> None:
    """One line a worker: its device, what it does, the models that it has loaded."""
    workers = api.workers()
    for row in workers[workers["serves"]].to_dict("records"):
        doing = f"works on **{short(str(row['run']), 48)}**" if row["run"] else "is idle"
        models = f" · has {', '.join(row['loaded'])} loaded" if row["loaded"] else ""
        st.caption(f":material/memory: Worker on {row['device'] or 'this machine'} {doing}{models}")


def show_controls() -> None:
    """Who you are, and the switch of the whole queue."""
    held = api.queue_held_by()
    with st.container(horizontal=True, horizontal_alignment="right", gap="small", vertical_alignment="center"):
        with st.popover(who.user(), icon=":material/person:"):
            who.ask()
        if held:
            st.button("Let the queue go on", icon=":material/play_arrow:", type="primary", on_click=attempt, args=(api.release_queue,))
        else:
            words = "Workers finish what they hold and take nothing more."
            st.button("Hold the queue", icon=":material/pause:", help=words, on_click=attempt, args=(api.hold_queue, who.user()))
    if held:
        st.warning(f"**{held}** holds the queue: nothing new starts until somebody lets it go on.", icon=":material/pause:")
