"""Which sets a page compares: those that were chosen, else all but try-outs. Chosen once for all pages, kept in the address.

One of them may be opened: by a link, a row of a table or a button. To open a set is to choose it, so that it is compared too.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.components import read
from pages.components.frame import address
from pages.components.frame.selection import TRY_OUT, try_outs
from pages.components.style.numbers import counted

HELP = f"Which sets are compared. All unless you choose some; try-outs, sets of fewer than {TRY_OUT} images, only if you choose them."

UNJUDGED = "It is here, and has no numbers against this reference and encoder: evaluate it, or choose others in the sidebar."


def sets_to_map(results: pd.DataFrame) -> list[str]:
    """Synthetic sets that a map shows, by name: those with numbers, and of those without all but try-outs."""
    frame = read.sets("synthetic")
    judged = set(results["set_name"])
    small = try_outs(dict(zip(frame["name"], frame["images"], strict=True)))
    return sorted(n for n in frame["name"] if n in judged or n not in small)


def choose_sets(results: pd.DataFrame, width: int = 300) -> list[str]:
    """Draws the chooser; the names of the sets to compare, in the order of `results`."""
    names = results["set_name"].drop_duplicates().tolist()
    frame = read.sets("synthetic").drop_duplicates("id").set_index("id")["images"]
    ids = results.drop_duplicates("set_name").set_index("set_name")["synthetic"]
    sizes = {name: int(frame.get(ids[name], 0)) for name in names}
    small = try_outs(sizes)
    small = [name for name in small if name != opened()]
    usual = [name for name in names if name not in small]
    but = f", without {counted(len(small), 'try-out')}" if small else ""
    _compare_opened(names)
    chosen = address.several(
        st.multiselect, "Sets", names, [], key="compare", placeholder=f"all {len(usual)}{but}", width=width, help=HELP,
        format_func=lambda n: f"{n} · {counted(sizes.get(n, 0), 'image')}" if n in small else n,
    )  # fmt: skip
    return [name for name in names if name in chosen] or usual


def opened() -> str | None:
    """The set that is looked at, or that the address asks for."""
    name = st.session_state.get("set", st.query_params.get("set"))
    return None if name is None else str(name)


def choose_set(names: Sequence[str], first: str, lacks: str, label: str = "Selected", **more: Any) -> str:
    """Draws the chooser of the one set that is looked at, one of `names`.

    Args:
        lacks: what a set that is here, and not among them, lacks, and what to do: sentences that begin with `It`.

    Raises:
        InputError: the address asks for another set; says whether there is none of that name, or what it lacks.
    """
    absent = dict.fromkeys([n for n in read.sets("synthetic")["name"] if n not in names], lacks)
    return str(address.one(st.selectbox, label, names, first, key="set", absent=absent, **more))


def _compare_opened(names: Sequence[str]) -> None:
    """Adds a set that has just been opened to those that were chosen; one that was taken out of them stays out."""
    name, before = opened(), st.session_state.get("_opened")
    st.session_state["_opened"] = name
    held, text = st.session_state.get("compare"), st.query_params.get("compare")
    if name is None or name == before or name not in names:
        return
    if held and name not in held:
        st.session_state["compare"] = [*held, name]
    elif held is None and text and name not in text.split(","):
        st.query_params["compare"] = f"{text},{name}"
