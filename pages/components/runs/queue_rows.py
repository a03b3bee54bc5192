"""The queue as rows: what each run is, how far, and what can be done with it; above them who does the work."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.frame import who
from pages.components.frame.problems import attempt, guard, in_words_of_pages
from pages.components.runs.status import (
    UNFINISHED,
    badge,
    kept,
    kind_of,
    makes_images,
    outcome,
    place_line,
    progress_line,
    short,
    why_stopped,
)  # fmt: skip
from pages.components.style.numbers import counted
from pages.components.style.words import plain


def show_rows(rows: pd.DataFrame) -> None:
    """The runs of these rows of `api.runs`."""
    moving, me = bool((rows["status"] == "queued").any()) and not why_stopped(), who.user()
    by_id = {row["id"]: row for row in rows.to_dict("records")}
    for run in api.runs_in_full(rows):
        _show_row(run, by_id[run.id], moving, me)


def _show_row(run: api.Run, row: Mapping[str, Any], moving: bool, me: str) -> None:
    with st.container(border=True):
        what, state, actions = st.columns([4, 5, 3], vertical_alignment="center")
        asked = " · ".join(p for p in (kind_of(run), plain(short(run.owner, 32)), when(row["created"])) if p)
        what.markdown(f"**{plain(short(run.name, 60))}**  \n:small[:gray[{asked}]]")
        with state:
            _show_state(run, row, moving)
        with actions.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
            _show_actions(run, me)


def _show_state(run: api.Run, row: Mapping[str, Any], moving: bool) -> None:
    """How far a run is, when it starts (`moving`: the queue is), or how it ended."""
    mark = badge("pausing" if run.pausing else run.status, run.cancelling)
    if run.status == "running":
        st.progress(min(1.0, max(0.0, run.progress)), text=f"{mark} {progress_line(run)}")
    elif run.status == "queued":
        st.markdown(f"{mark} {place_line(run, forecast=moving)}")
    elif run.status == "paused":
        st.markdown(f"{mark} {kept(run) or 'nothing is finished'}")
    elif run.status == "failed":
        words = [plain(in_words_of_pages(text)) for text in (run.error, run.hint, kept(run)) if text]
        st.markdown(f"{mark} " + "  \n".join(words))
    else:
        st.markdown(f"{mark} {outcome(row)}")
    if run.error and run.status != "failed":  # what it was asked to do cannot be read any more
        st.markdown(f":orange[{plain(run.error)}]")


def when(time: pd.Timestamp) -> str:
    """Day and time where the browser is."""
    return f"{time.tz_convert(st.context.timezone or 'UTC'):%d %b %H:%M}"


def _show_actions(run: api.Run, me: str) -> None:
    theirs = not api.may_change(run.owner, me)
    if run.status in UNFINISHED:
        if run.status == "queued":
            urgent = run.priority >= api.INTERACTIVE
            words = "Let others go first again" if urgent else "Let it go first"
            icon = "keyboard_arrow_down" if urgent else "vertical_align_top"
            _button(run, "turn", icon, words, api.set_priority, run.id, 0 if urgent else api.INTERACTIVE, me, disabled=theirs)
        if run.status == "paused" or run.pausing:
            _button(run, "resume", "play_arrow", "Go on where it stopped", api.resume, run.id, me, disabled=theirs)
        else:
            words = "Pause: what is finished is kept, and it goes on when you say so"
            _button(run, "pause", "pause", words, api.pause, run.id, me, disabled=theirs)
        words = "Cancel: finished images are kept"
        _button(run, "cancel", "close", words, api.cancel, run.id, me, disabled=run.cancelling or theirs)
        return
    if (
        makes_images(run.kind)
        and run.set_id
        and run.done
        and st.button("", icon=":material/image:", key=f"see-{run.id}", help="See the images")
    ):
        st.session_state["_go_runs"] = run.id
        st.rerun()
    _button(run, "repeat", "replay", "Repeat: what it finished is not done twice", api.repeat, run.id, me)
    _button(run, "delete", "delete", "Delete the run and its numbers; it asks first", _ask_to_delete, run.id, disabled=theirs)


def _button(run: api.Run, name: str, icon: str, words: str, action: Any, *args: Any, disabled: bool = False) -> None:
    whose = f" ({plain(run.owner)} asked for it, and may say so)" if disabled and not run.cancelling else ""
    st.button(
        "", icon=f":material/{icon}:", key=f"{name}-{run.id}", help=words + whose, on_click=attempt, args=(action, *args),
        disabled=disabled,
    )  # fmt: skip


def _ask_to_delete(run_id: str) -> None:
    st.session_state["_deleting"] = run_id


def ask_if_asked() -> None:
    """Opens the question whether a run shall be deleted, where its button was pressed."""
    run_id = st.session_state.pop("_deleting", None)
    if run_id:
        confirm_delete(run_id)


@st.dialog("Delete this run?")
def confirm_delete(run_id: str) -> None:
    """Says what goes with a run, and deletes it when told so."""
    if st.session_state.pop("_told", None) == run_id:  # the dialog is drawn once more after its button was pressed
        st.rerun()
    with guard("delete this run"):
        st.markdown(deletion_words(api.deletion_of_run(run_id)))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Keep it"):
                st.rerun()
            st.button(
                "Delete", type="primary", icon=":material/delete:", key="really-delete-run", on_click=_delete, args=(run_id, who.user())
            )


def _delete(run_id: str, me: str) -> None:
    st.session_state["_told"] = run_id
    attempt(api.delete_run, run_id, me)


def deletion_words(goes: api.RunDeletion) -> str:
    """What goes with a run, and what stays."""
    lost = goes.numbers - goes.shared
    said = [f"**{plain(goes.name)}** leaves the queue."]
    if lost:
        about = f" of {plain(goes.set_name)}" if goes.set_name else ""
        said.append(
            f"With it {'goes' if lost == 1 else 'go'} {counted(lost, 'number')}{about}, on every page, and the values per image behind."
        )
    if goes.shared:
        said.append(f"{counted(goes.shared, 'number')} {'stays' if goes.shared == 1 else 'stay'}: another run has the same.")
    if goes.images:
        stay = "stays" if goes.images == 1 else "stay"
        said.append(f"Its {counted(goes.images, 'image')} in {plain(goes.set_name)} {stay}; the Data page deletes sets.")
    return " ".join([*said, "This cannot be undone."] if lost else said)


def show_workers() -> None:
    """One line a worker: its device, what it does, the models that it has loaded."""
    workers = api.workers()
    with st.container(gap=None):
        for row in workers[workers["serves"]].to_dict("records"):
            doing = f"works on **{plain(short(str(row['run']), 48))}**" if row["run"] else "is idle"
            models = f" · has {plain(', '.join(row['loaded']))} loaded" if row["loaded"] else ""
            st.caption(f":material/memory: Worker on {plain(str(row['device'] or 'this machine'))} {doing}{models}")


def show_stopped(active: bool) -> None:
    """Why nothing new starts, in a box: no worker, or somebody holds the queue."""
    if not api.worker_alive():
        message = "No worker is running, so queued runs wait." if active else "No worker is running; runs will wait until one starts."
        st.warning(f"{message} Start one with `python -m bench_core worker`.", icon=":material/warning:")
    held = api.queue_held_by()
    if held:
        st.warning(f"**{plain(held)}** holds the queue: nothing new starts until somebody lets it go on.", icon=":material/pause:")


def show_controls() -> None:
    """Who you are, and the switch of the whole queue."""
    with st.container(horizontal=True, width="content", gap="small", wrap=False):
        with st.popover(who.user(), icon=":material/person:"):
            who.ask()
        if api.queue_held_by():
            st.button("Let the queue go on", icon=":material/play_arrow:", type="primary", on_click=attempt, args=(api.release_queue,))
        else:
            words = "Workers finish what they hold and take nothing more."
            st.button("Hold the queue", icon=":material/pause:", help=words, on_click=attempt, args=(api.hold_queue, who.user()))
