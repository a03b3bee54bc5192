"""Methods: what the numbers mean, and every metric with its formula, null, pitfalls and source."""

import re

import streamlit as st

from bench_core import api
from pages.components.frame import address
from pages.components.frame.reference import ReferenceInUse
from pages.components.page import open_page
from pages.components.tables.definitions import kind_of

BASICS, ATTACKS = "basics", "attacks"


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


def draw_attacks(asked: str | None) -> None:
    """All attacks; the one that the address names comes first."""
    for attack in sorted(api.attack_plugins().values(), key=lambda a: a.id != asked):
        with st.container(border=True, width=960):
            attack_entry(attack)


def draw(reference: ReferenceInUse | None) -> None:
    """The basics, or the metrics of a family; a metric that the address names comes first."""
    metrics = api.metrics()
    asked = st.query_params.get("metric")
    if asked is not None and asked not in metrics:
        raise api.UnknownName("metric", asked, metrics)
    if asked in metrics and st.session_state.get("_explained") != asked:
        st.session_state.update(_explained=asked, part=metrics[asked].family)
    attack = st.query_params.get("attack")
    if attack is not None and attack not in api.attack_plugins():
        raise api.UnknownName("attack", attack, api.attack_plugins())
    if attack is not None and st.session_state.get("_explained") != attack:
        st.session_state.update(_explained=attack, part=ATTACKS)
    parts = [BASICS, *api.FAMILIES, ATTACKS]
    part = address.one(st.segmented_control, "Part", parts, BASICS, key="part", format_func=str.capitalize, label_visibility="collapsed")
    if part == BASICS:
        for title, text in api.methods():
            with st.container(border=True, width=960):
                st.subheader(title, anchor=title.lower().replace(" ", "-"))
                st.markdown(text)
        return
    if part == ATTACKS:
        draw_attacks(attack)
        return
    chosen = [m for m in metrics.values() if m.family == part]
    chosen.sort(key=lambda m: m.id != asked)
    for metric in chosen:
        with st.container(border=True, width=960):
            entry(metric)


open_page("Methods", "What does each number mean, and how is it made?", draw)
