"""Studies that were begun or can be begun: which there are, how far they are, starting and stopping."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.frame.problems import attempt
from pages.components.frame.reference import ReferenceInUse
from pages.components.read import kept
from pages.components.style.words import plain


@dataclass(frozen=True)
class Listed:
    """A study that can be chosen.

    Attributes:
        name: of a preset, or the key of a study of one's own. key: empty where it was not begun.
        done, total: cells.
    """

    name: str
    title: str
    summary: str
    toml: str
    key: str = ""
    done: int = 0
    total: int = 0

    @property
    def words(self) -> str:
        """What the list calls it."""
        return self.title + (f" · {self.done} of {self.total} cells" if self.key else " · not begun")


def listed(reference: ReferenceInUse) -> dict[str, Listed]:
    """Studies on these sets, those that were begun first; then presets."""
    presets = api.study_presets()
    names = {toml: name for name, toml in presets.items()}
    found = {}
    for row in api.studies(reference).to_dict("records"):
        name = names.get(row["toml"], row["key"])
        found[name] = Listed(name, row["title"], row["summary"], row["toml"], row["key"], row["done"], row["total"])
    for name, toml in presets.items():
        spec = api.read_study(toml)
        found.setdefault(name, Listed(name, spec.title, spec.summary, toml))
    return found


@kept(st.cache_data, 16)
def cells(toml: str, done: int) -> pd.DataFrame:
    """The cells of a study, of which so many are done; see `api.study_cells`."""
    return api.study_cells(api.read_study(toml))


def controls(chosen: Listed) -> None:
    """Start, go on or stop; how far it is while it is carried out."""
    if chosen.key and api.is_study_carried_out(chosen.key):
        return _follow(chosen.key, chosen.done, chosen.total)
    words = "Begin" if not chosen.key else "Go on" if chosen.done < chosen.total or not chosen.total else "Look again"
    help_text = "Makes the cells that are not there. What is there is not made again; cells that could not be made are tried again."
    st.button(
        words, type="secondary" if words == "Look again" else "primary", icon=":material/play_arrow:", key="study-begin",
        help=help_text, on_click=lambda: attempt(api.start_study, chosen.toml),
    )  # fmt: skip
    return None


@st.fragment(run_every=2.0)
def _follow(key: str, done: int, total: int) -> None:
    state = next((r for r in _states() if r["key"] == key), None)
    if state is None or not api.is_study_carried_out(key) or state["done"] != done:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.progress(min(1.0, done / max(1, total)), text=f"{done} of {total} cells · {plain(state['message'])}")
        st.button("Stop", icon=":material/stop:", key="study-stop", on_click=lambda: api.stop_study(key), help="What is made stays.")


def _states() -> list[dict[str, object]]:
    found = api.references()
    return [row for reference in {(r.real, r.train): r for r in found}.values() for row in api.studies(reference).to_dict("records")]
