"""Methods: what the numbers mean, and every metric, attack and filter from its own file."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from bench_core import api
from pages.components.frame import address
from pages.components.frame.reference import ReferenceInUse
from pages.components.page import open_page
from pages.components.tables.definitions import kind_of

BASICS, ATTACKS, FILTERS = "basics", "attacks", "filters"


def linked(text: str) -> str:
    """arXiv numbers and DOIs as links."""
    text = re.sub(r"arXiv:(\d{4}\.\d{4,5})", r"[arXiv:\1](https://arxiv.org/abs/\1)", text)
    return re.sub(r"doi:(\S+?)(?=[\s,;)]|$)", r"[doi:\1](https://doi.org/\1)", text)


def entry(metric: api.Metric) -> None:
    """One metric: what it says, formula, how to read it, facts."""
    st.subheader(metric.title, anchor=metric.id)
    st.caption(f"`{metric.id}` · {kind_of(metric)} · version {metric.version}")
    st.markdown(" ".join(metric.summary.split()))
    if metric.formula:
        st.latex(metric.formula)
    if metric.details:
        st.markdown(metric.details)
    st.markdown("\n".join(f"- **{label}**: {linked(text)}" for label, text in api.metric_facts(metric)))


def attack_entry(attack: api.Attack) -> None:
    """One attack: what it does, formula, facts."""
    st.subheader(attack.title, anchor=attack.id)
    st.caption(f"`{attack.id}` · {attack.target} · version {attack.version}")
    st.markdown(" ".join(attack.summary.split()))
    st.latex(attack.formula)
    if attack.details:
        st.markdown(attack.details)
    st.markdown("\n".join(f"- **{label}**: {linked(text)}" for label, text in attack.facts()))


def filter_entry(one: api.Filter) -> None:
    """One filter: which images go, facts."""
    st.subheader(one.title, anchor=one.id)
    st.caption(f"`{one.id}` · filter · version {one.version} · [try it](what_if?filter={one.id})")
    st.markdown(one.summary)
    if one.details:
        st.markdown(one.details)
    st.markdown("\n".join(f"- **{label}**: {linked(text)}" for label, text in one.facts()))


def asked_of(word: str, known: Mapping[str, Any], part: Callable[[str], str]) -> str | None:
    """What the address names of a kind of entry; its part is opened when it is named anew.

    Raises:
        UnknownName: there is none of that name.
    """
    asked = st.query_params.get(word)
    if asked is None:
        return None
    if asked not in known:
        raise api.UnknownName(word, asked, known)
    if st.session_state.get("_explained") != asked:
        st.session_state.update(_explained=asked, part=part(asked))
    return asked


def draw(reference: ReferenceInUse | None) -> None:
    """The basics, or the entries of a kind; what the address names comes first."""
    metrics, attacks, filters = api.metrics(), api.attack_plugins(), api.filters()
    asked = {
        asked_of("metric", metrics, lambda m: metrics[m].family),
        asked_of("attack", attacks, lambda _: ATTACKS),
        asked_of("filter", filters, lambda _: FILTERS),
    }
    parts = [BASICS, *api.FAMILIES, ATTACKS, FILTERS]
    part = address.one(st.segmented_control, "Part", parts, BASICS, key="part", format_func=str.capitalize, label_visibility="collapsed")
    if part == BASICS:
        for title, text in api.methods():
            with st.container(border=True, width=960):
                st.subheader(title, anchor=title.lower().replace(" ", "-"))
                st.markdown(text)
        return
    entries: dict[str, Callable[[], None]]
    if part == ATTACKS:
        entries = {i: partial(attack_entry, one) for i, one in attacks.items()}
    elif part == FILTERS:
        entries = {i: partial(filter_entry, one) for i, one in filters.items()}
    else:
        entries = {i: partial(entry, one) for i, one in metrics.items() if one.family == part}
    for i in sorted(entries, key=lambda i: i not in asked):
        with st.container(border=True, width=960):
            entries[i]()


open_page("Methods", "What does each number mean, and how is it made?", draw)
