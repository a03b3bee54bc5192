"""Utility: what synthetic images are worth for training classifiers that are tested on held-out patients."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import utility_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.problems import part, without_training_set
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.panels.utility_parts import MEASURES, by_arm, by_set, curves, figures, refused, table, told
from pages.components.panels.utility_views import by_view
from pages.components.runs import utility_runs
from pages.components.runs.utility_runs import CLASSIFIERS
from pages.components.style.palette import theme
from pages.components.tables.downloads import downloads

# What is asked where there is more than one of it: its label and the words of its values.
ASKED: dict[str, tuple[str, dict[str, str]]] = {
    "protocol": ("Protocol", {"corrected": "Corrected", "chexgenbench": "As CheXGenBench"}),
    "tested_on": ("Tested on", {"": "Held-out set"}),
}
TOGETHER = {
    "all": "All findings",
    "common": "The more frequent half",
    "rare": "The rarer half",
    "untold": "What the generator was not told",
}


def choose_set(found: pd.DataFrame, names: list[str]) -> str:
    """One of all synthetic sets; those that were studied come first."""
    studied = [name for name in dict.fromkeys(found["set_name"]) if name in names]
    order = [*studied, *(name for name in names if name not in studied)]
    return str(address.one(st.selectbox, "Synthetic set", order, order[0], key="set"))


def choose(mine: pd.DataFrame) -> pd.Series:
    """Classifier, protocol, test set, measure and finding of a set that was studied; what there is one of only is not asked."""
    several = [column for column in ("protocol", "tested_on") if mine[column].nunique() > 1]
    b, c, d = st.columns(3, vertical_alignment="bottom")
    more = st.columns(3, vertical_alignment="bottom") if several else []
    chosen = {"protocol": mine["protocol"].iloc[0], "tested_on": mine["tested_on"].iloc[0]}
    known = [k for k in CLASSIFIERS if k in set(mine["classifier"])]
    with b:
        classifier = address.one(st.selectbox, "Classifier", known, known[0], key="classifier", format_func=CLASSIFIERS.__getitem__)
    mine = mine[mine["classifier"] == classifier]
    for column, place in zip(several, more[: len(several)], strict=True):
        with place:
            there = list(dict.fromkeys(mine[column]))
            label, words = ASKED[column]
            chosen[column] = address.one(
                st.selectbox, label, there, there[0], key=column, format_func=lambda v, words=words: words.get(v, v)
            )  # fmt: skip
        mine = mine[mine[column] == chosen[column]]
    with c:
        there = [m for m in dict.fromkeys(mine["measure"]) if m]
        measure = address.one(st.selectbox, "Figure", there, there[0], key="measure", format_func=lambda m: MEASURES.get(m, m.capitalize()))
    findings = [f for f in dict.fromkeys(mine.loc[mine["measure"] == measure, "finding"]) if f]
    findings.sort(key=lambda f: [*TOGETHER].index(f) if f in TOGETHER else 9)
    with d:
        finding = address.one(st.selectbox, "Finding", findings, "all", key="finding", format_func=lambda f: TOGETHER.get(f, f))
    return pd.Series({"classifier": classifier, **chosen, "measure": measure, "finding": finding})


def draw(reference: ReferenceInUse | None) -> None:
    """Controls; low-data curve and gains side by side; sets side by side; ROC and calibration; everything as a table."""
    if reference is None:
        return demo.offer("Nothing to train on yet", "What synthetic images are worth for training classifiers stands here.")
    if reference.train is None:
        return without_training_set(
            "Real training images are what synthetic ones are put beside. Choose a reference with a training set in the sidebar, or import "
            "those images as training images."
        )
    sets = read.sets("synthetic")
    ids = dict(zip(sets["name"], sets["id"], strict=True))
    found = read.utility(reference)
    if found.empty:
        if not ids:
            return demo.offer("Nothing to train on yet", "What synthetic images are worth for training classifiers stands here.")
        return utility_runs.offer(reference, ids)
    one, rest = st.columns([3, 9])
    with one:
        name = choose_set(found, list(ids))
    if name not in set(found["set_name"]):
        return utility_runs.offer(reference, {name: ids[name]})
    with rest:
        asked = choose(found[found["set_name"] == name])
    classifier, measure, finding = asked["classifier"], asked["measure"], asked["finding"]
    chosen = found[(found[asked.index] == asked).all(axis=1)]
    mine, arms, words = chosen[chosen["set_name"] == name], api.arms(), MEASURES.get(measure, measure)
    left, right = beside([7, 5], "utility")
    with left, part("draw the curve of few data"):
        curve = utility_charts.low_data(mine, arms, words, theme())
        st.plotly_chart(curve, key="low-data", config=CONFIG, alt=f"{words} of each arm against the number of real training images")
        downloads("utility", found, curve, theme(), told(reference, found))
    with right, part("draw the gains"):
        shares = sorted(mine["share"].unique())
        share = address.one(
            st.segmented_control,
            "Real images in use",
            shares,
            shares[0],
            key="share",
            format_func=lambda s: f"{100 * s:g} %",
            required=True,
        )
        by_arm(mine[mine["share"] == share], arms, words)
        by_set(chosen[chosen["share"] == share], words)
    refused(found[(found["set_name"] == name) & (found["classifier"] == classifier) & (found["protocol"] == asked["protocol"])], arms)
    curves(read.utility_curves(reference, name, classifier, asked["protocol"]), finding)
    gained = read.utility_gains(reference)
    figures(gained[(gained["set_name"] == name) & (gained["classifier"] == classifier)])
    utility_runs.offer_more(reference, ids, name)
    table(mine, arms, {"kept_at": "stopped at step"})
    return None


open_page("Utility", "What are synthetic images worth for training?", by_view(draw))
