"""Which sets a page compares: those that were chosen, else all but try-outs. Chosen once for all pages, kept in the address."""

import pandas as pd
import streamlit as st

from pages.components import read
from pages.components.frame import address
from pages.components.frame.selection import TRY_OUT, try_outs
from pages.components.style.numbers import counted

HELP = f"Which sets are compared. All unless you choose some; try-outs, sets of fewer than {TRY_OUT} images, only if you choose them."


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
    asked = st.session_state.get("set", st.query_params.get("set"))  # to open a set is to choose it
    small = [name for name in small if name != asked]
    usual = [name for name in names if name not in small]
    but = f", without {counted(len(small), 'try-out')}" if small else ""
    chosen = address.several(
        st.multiselect, "Sets", names, [], key="compare", placeholder=f"all {len(usual)}{but}", width=width, help=HELP,
        format_func=lambda n: f"{n} · {counted(sizes.get(n, 0), 'image')}" if n in small else n,
    )  # fmt: skip
    return [name for name in names if name in chosen] or usual
