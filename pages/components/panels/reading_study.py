"""A reader study that is open: who reads, how far each is, the links, and its close."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from bench_core import api
from pages.components.frame import who
from pages.components.frame.problems import attempt, guard
from pages.components.panels.reading_design import CONFIDENCES, QUESTIONS, REVEALS
from pages.components.style.numbers import counted
from pages.components.style.words import plain
from pages.components.tables.downloads import file_button


def link_of(token: str) -> str:
    """The address at which a reader reads."""
    here = urlsplit(st.context.url or "")
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    site = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    return f"{site}{'/' + base if base else ''}/read/{token}"


def show_open(study: str, row: Mapping[str, Any]) -> None:
    """Readers with their links at the left; the design, and what ends the study, at the right."""
    readers = api.readers_of(study)
    left, right = st.columns([8, 5], gap="large")
    with left:
        st.subheader("Readers", anchor=False)
        if readers.empty:
            st.caption("Nobody was invited yet. A reader needs nothing but the link; who has it is that reader.")
        for reader in readers.to_dict("records"):
            _reader(reader)
        _invite(study)
    with right:
        st.subheader("Design", anchor=False)
        _design(study)
        st.caption(f"Made by {plain(str(row['owner']))}. {row['answers']:,} answers so far; what a film is stays hidden until the close.")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            file_button(
                f"answers-{row['name']}.csv", lambda: api.csv_of(api.reading_answers(study)), key="csv-answers", label="Answers, blinded"
            )
            _close(study, str(row["owner"]))
            delete_button(study, str(row["owner"]))


def _reader(reader: Mapping[str, Any]) -> None:
    address = link_of(reader["token"])
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(reader['reader'])}**", width="content")
            st.space("stretch")
            said = "finished" if reader["finished"] else f"{reader['done']} of {reader['cases']}"
            st.caption(said, width="content")
            st.link_button("Read", address, icon=":material/play_arrow:", disabled=bool(reader["finished"]))
        st.progress(reader["done"] / max(1, reader["cases"]))
        st.code(address, language=None, wrap_lines=True)


def _invite(study: str) -> None:
    with st.form(f"invite-{study}", border=False, clear_on_submit=True), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Another reader", key=f"reader-{study}", max_chars=60, placeholder="Name")
        if st.form_submit_button("Invite", icon=":material/add:"):
            attempt(api.invite_reader, study, name)
            st.rerun()


def _close(study: str, owner: str) -> None:
    if not api.may_change(owner, who.user()):
        return
    with st.popover("Close the study", icon=":material/check:"):
        st.markdown("No answers are taken from then on, and everybody who opens this page learns the truth. It cannot be opened again.")
        st.button("Close it now", type="primary", key=f"close-{study}", on_click=lambda: attempt(api.close_reading, study, who.user()))


def delete_button(study: str, owner: str) -> None:
    """For those who may delete it; asks first."""
    if api.may_change(owner, who.user()) and st.button("Delete", icon=":material/delete:", key=f"delete-{study}"):
        _confirm_delete(study)


@st.dialog("Delete this study?")
def _confirm_delete(study: str) -> None:
    """Says what goes, and asks."""
    if study not in set(api.readings()["id"]):  # the dialog is drawn once more after its button was pressed
        st.rerun()
    with guard("delete this study"):
        plan = api.deletion_of_reading(study)
        st.markdown(what_goes(plan))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Keep it"):
                st.rerun()
            st.button(
                "Delete", type="primary", icon=":material/delete:", key="really-delete-study", disabled=bool(plan.reading),
                on_click=attempt, args=(api.delete_reading, study, who.user()),
            )  # fmt: skip


def what_goes(plan: api.ReadingDeletion) -> str:
    """What a deletion removes, what stays, and who stands in its way."""
    name = f"**{plain(plan.name)}**"
    if plan.reading:
        middle, are = plain(" and ".join(plan.reading)), "is" if len(plan.reading) == 1 else "are"
        return f"{middle} {are} in the middle of {name}. Close the study first: then no answer is taken any more, and it can be deleted."
    open_still = "" if plan.closed else " It is open: the links of its readers lead nowhere from then on."
    what = f"{counted(plan.readers, 'reader')} and {counted(plan.answers, 'answer')}"
    return f"{name} goes with {what}; films and sets stay.{open_still} This cannot be undone."


def _design(study: str) -> None:
    design = api.reading_design_of(study)
    lines = [
        ("Asked", ", ".join(QUESTIONS[q] for q in design.questions)),
        ("Cases", f"{design.cases}, {design.training} for training before them, {design.repeats} repeated"),
        ("Films", ", ".join(plain(name) for name in (*([design.real] if "real" in design.kinds else []), *design.synthetic))),
        ("Real", f"one of {design.options}" if design.films_a_case > 1 else f"{design.real_share:.0%}"),
        ("Scale", CONFIDENCES[design.confidence] if "real_or_synthetic" in design.questions else ""),
        ("Truth", REVEALS[design.reveal]),
        ("Seed", str(design.seed)),
    ]
    st.markdown("\n".join(f"- {name}: {text}" for name, text in lines if text))
