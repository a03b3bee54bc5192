"""The card of a generator, an encoder or a metric, as a reader sees it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.style.markup import draw, html
from pages.components.style.numbers import arrow
from pages.components.style.palette import theme
from pages.components.style.words import code, inert, plain
from pages.components.tables.glance import swatch

_OF_ADDRESSES = ":/?#=&%.,;@+~_-"


def paper_link(paper: str) -> str:
    """A paper as a link, where it is an arXiv number or an address."""
    if paper.lower().startswith("arxiv:"):
        return f"[{plain(paper)}](https://arxiv.org/abs/{quote(paper[6:].strip(), safe='/.')})"
    return f"[paper]({quote(paper, safe=_OF_ADDRESSES)})" if paper.startswith(("http://", "https://")) else plain(paper)


def show_lack(missing: str) -> None:
    """What a model lacks here: the words, and the command by itself so that it can be copied, or the steps one below the other."""
    words, _, rest = missing.partition(" 1. ")
    steps = [f"{number}. {inert(step)}" for number, step in enumerate(re.split(r" \d\. ", rest), 1) if rest]
    command = None if steps else re.match(r"(.*?[.:]) ((?:hf download|curl|pip install|python -m) .+)", missing, re.DOTALL)
    st.caption("\n".join([f":material/warning: {inert(command[1] if command else words)}\n", *steps]))
    if command:
        st.code(command[2], language="bash", wrap_lines=True)


def facts(pairs: Iterable[tuple[str, Any]]) -> None:
    """Label and text, one line each; unknown ones are left out."""
    lines = [f"**{label}** {value}" for label, value in pairs if value not in (None, "", (), [])]
    if lines:
        st.markdown("  \n".join(lines))


def bundled(path: str | None) -> str:
    """A folder of weights as Markdown; those that come with the product are named as that."""
    path = path or ""
    return f"bundled, {code(path.removeprefix('../'))}" if path.startswith("../weights/") else plain(path)


def settings_table(rows: Mapping[str, Any]) -> None:
    """Settings with their defaults in one line."""
    if rows:
        st.caption("Settings: " + " · ".join(f"{code(k)} {plain(str(v))}" for k, v in rows.items()))


def promised(card: api.GeneratorCard) -> str:
    """What private training promises, with its unit; nothing for a model that was not trained so."""
    found = card.guarantee
    return f"ε = {found.epsilon:g}, δ = {found.delta:g} for each {found.unit}. {plain(found.covers)}" if found else ""


def generator_card(card: api.GeneratorCard) -> None:
    """One generator."""
    style = read.look()[card.id]
    draw(html("<span style='font-size:1.05rem;font-weight:600'>{}&nbsp; {}</span>", swatch(style, theme(), 14), card.title))
    missing = read.missing("generator", card.id)
    parts = dict.fromkeys(p.repo_id for p in card.components.values() if p.repo_id)
    st.markdown(
        f":gray-badge[{plain(card.family or card.backend)}] " + (":orange-badge[cannot run here]" if missing else ":green-badge[ready]")
    )
    if card.summary:
        st.markdown(inert(card.summary))
    if missing:
        show_lack(missing)
    facts(
        (
            ("Id", f"`{card.id}`"),
            ("Trained on", plain(card.trained_on or "")),
            ("Differential privacy", promised(card)),
            ("Weights", plain(card.repo_id or "") or bundled(card.path) or plain(", ".join(parts))),
            ("Adapter", ", ".join(plain(a.repo_id or "") or bundled(a.path) for a in card.lora)),
            ("Stages of its training", plain(", ".join(card.stages))),
            ("Revision", plain(card.revision or "")),
            ("Size", f"{card.parameters:g} billion parameters, {card.dtype}" if card.parameters else ""),
            ("Paper", paper_link(card.paper)),
            ("Licence", plain(card.licence or "")),
            ("Settings from", inert(card.settings_source or "")),
        )
    )
    settings_table(card.settings)


def encoder_card(card: api.EncoderCard) -> None:
    """One encoder."""
    missing = read.missing("encoder", card.id)
    st.markdown(f"**{plain(card.title)}**")
    st.markdown(
        (":blue-badge[reads text] " if card.reads_text else "") + (":orange-badge[cannot run here]" if missing else ":green-badge[ready]")
    )
    if card.summary:
        st.markdown(inert(card.summary))
    if missing:
        show_lack(missing)
    facts(
        (
            ("Id", f"`{card.id}`"),
            ("Sees", plain(card.sees)),
            ("Dimensions", card.dimensions),
            ("Distance", card.distance),
            ("Preprocessing", inert(str(card.preprocessing or ""))),
            ("Trained on", plain(card.trained_on or "")),
            ("Weights", plain(card.repo_id or "") or bundled(card.path)),
            ("Revision", plain(card.revision or "")),
            ("Paper", paper_link(card.paper)),
            ("Licence", plain(card.licence or "")),
        )
    )


def metric_card(metric: api.Metric) -> None:
    """One metric."""
    low, high = (
        ("−∞" if metric.bounds[0] is None else f"{metric.bounds[0]:g}"),
        ("∞" if metric.bounds[1] is None else f"{metric.bounds[1]:g}"),
    )
    st.markdown(f"**{metric.title}**")
    st.markdown(f":gray-badge[{metric.family}] :gray-badge[{arrow(metric)}]")
    st.markdown(metric.summary)
    facts(
        (
            ("Id", f"`{metric.id}`, version {metric.version}"),
            ("Reads", ", ".join(metric.reads) + "".join(f", {n}" for n in metric.needs)),
            ("Range", f"{low} to {high}{f' {metric.unit}' if metric.unit else ''}"),
            ("Fewest images", metric.min_samples),
            ("Paper", paper_link(metric.paper)),
        )
    )
    settings_table({name: field.default for name, field in metric.settings.model_fields.items()})
