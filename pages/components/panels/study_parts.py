"""Parts of the page Studies: colours, what could not be made, all cells."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame.reference import ReferenceInUse
from pages.components.style.numbers import counted
from pages.components.style.palette import INK, theme
from pages.components.style.words import plain
from pages.components.tables.about import About

COLUMNS = {
    "release": "released", "source": "of", "filter": "filter", "arm": "arm", "classifier": "classifier", "state": "state",
    "utility": "AUROC", "utility_low": "low", "utility_high": "high", "gain": "gain over real", "attack": "attack",
    "attack_auc": "area", "attack_low": "area, low", "attack_high": "area, high", "found": "patients found", "verdict": "verdict",
    "seconds": "seconds", "message": "why not",
}  # fmt: skip


def looks(cells: pd.DataFrame) -> Mapping[str, str]:
    """A colour for everything that was drawn or taken: of a generator its own, real images in ink."""
    known = read.sets("synthetic").set_index("name")["generator"]
    found = {}
    for name in dict.fromkeys(cells["source"]):
        generator = known.get(name) or name.partition(" ")[0]
        found[name] = INK[theme()] if name == "real images" else read.style_of(name, generator).colour(theme())
    return found


def reading(cells: pd.DataFrame) -> str:
    """How many cells are in which state."""
    return ", ".join(f"{count} {state}" for state, count in cells["state"].value_counts(sort=False).items()) + "."


def refused(cells: pd.DataFrame) -> None:
    """Cells that could not be made, by reason, each once."""
    failed = cells[cells["state"] == "could not be made"]
    for message, rows in failed.groupby("message", sort=False):
        which = ", ".join(dict.fromkeys(f"{api.RELEASES[r]} ({s})" for r, s in zip(rows["release"], rows["source"], strict=True)))
        st.markdown(f":material/info: **Could not be made:** {plain(which)}. {plain(str(message))}")


def table(cells: pd.DataFrame) -> None:
    """All cells, one row each."""
    words = cells["classifier"] + [f", epsilon {e:g}" if e == e else "" for e in cells["epsilon"]]
    arms = {name: arm.title for name, arm in api.arms().items()}
    named = cells.assign(release=cells["release"].map(api.RELEASES), classifier=words, arm=cells["arm"].map(arms))
    shown = named[[*COLUMNS]].rename(columns=COLUMNS)
    st.caption(reading(cells))
    st.dataframe(shown.round(3), hide_index=True, alt="Every cell of the study")


def told(reference: ReferenceInUse, title: str, cells: pd.DataFrame) -> About:
    """What the numbers are about, for whoever opens the files."""
    facts = {
        "study": title, "real_set": f"{reference.real_name} ({counted(reference.n_real, 'image')})",
        "training_set": f"{reference.train_name} ({counted(reference.n_train, 'image')})", "made_with": "TriadCXR",
    }  # fmt: skip
    words = "utility is the mean AUROC of a classifier on held-out patients; attack_auc is 0.5 where an attack is at chance; low and high "
    return About(f"Study: {title}", facts, sorted(set(cells["attack"]) - {""}), words + "are 95 percent intervals.")
