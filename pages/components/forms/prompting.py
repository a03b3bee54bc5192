"""The prompt of the Generate page: typed, from a preset of a finding, or from a report."""

from collections.abc import Callable

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.forms import settings
from pages.components.frame.problems import guard
from pages.components.frame.reference import ReferenceInUse
from pages.components.style.words import inert

FIRST_PROMPT = "Pleural Effusion"
COHORT = "real set"


def choose_prompt(reference: ReferenceInUse | None, tell: Callable[[str], None] = lambda _: None) -> api.PromptSpec | None:
    """Draws the fields; None while the prompt is empty. `tell` is called beneath the prompt with its text."""
    if "prompt" not in st.session_state:
        st.session_state["preset"] = FIRST_PROMPT
        _take_preset()
    text = st.text_area("Prompt", key="prompt", height=88, max_chars=4000, persist_state="session", on_change=_typed)
    if text.strip():
        tell(text.strip())
    st.selectbox(
        "Preset",
        list(api.presets()),
        key="preset",
        on_change=_take_preset,
        index=None,
        placeholder="a finding",
        persist_state="session",
        help="Writes a short prompt for one finding.",
    )
    _choose_report(reference)
    return settings.prompt_spec(text.strip(), st.session_state.get("_origin")) if text.strip() else None


def _choose_report(reference: ReferenceInUse | None) -> None:
    """A text of the reference's held-out patients or, where the package with them is installed, of a public table."""
    sources = api.package_sources()
    titles = {COHORT: "The held-out real set", **{s.id: s.title for s in sources if not s.missing}}
    source = COHORT
    if len(titles) > 1:
        source = st.selectbox("Reports from", list(titles), format_func=lambda i: titles[i], key="reports-from", persist_state="session")
    for lacking in (s for s in sources if s.missing):
        st.caption(f"{inert(lacking.title)} cannot be chosen: {inert(lacking.missing)}")
    reports = read.prompts(reference.real) if reference and source == COHORT else []
    if source != COHORT:
        with guard("read these prompts"):
            reports = read.package_prompts(source)
    st.selectbox(
        "Report",
        reports,
        format_func=lambda r: r["text"][:80],
        key=f"report-{source}",
        on_change=_take_report,
        args=(f"report-{source}",),
        index=None,
        placeholder="a held-out report" if source == COHORT else "a text",
        help="Writes this text, with the labels that come with it.",
        disabled=not reports,
    )


def _typed() -> None:
    """What somebody types is no preset and no report any more: neither stands beside it."""
    origin = st.session_state.get("_origin") or {}
    if st.session_state["prompt"].strip() != origin.get("text"):
        st.session_state.update({key: None for key in st.session_state if str(key).startswith("report-")} | {"preset": None})


def _take_preset() -> None:
    """Fills the prompt with a preset, which is then no report any more."""
    finding = st.session_state.get("preset")
    if finding:
        text = api.presets()[finding]
        reports = {str(key): None for key in st.session_state if str(key).startswith("report-")}
        st.session_state.update(reports | {"prompt": text, "_origin": {"text": text, "labels": {finding: 1}}})


def _take_report(key: str) -> None:
    """Fills the prompt with the report that was chosen, which is then no preset any more."""
    report = st.session_state.get(key)
    if report:
        st.session_state.update(prompt=report["text"], _origin=report, preset=None)
