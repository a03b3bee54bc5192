"""Attacks: can an attacker tell who was in the training set? Each attack beside its controls."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import attack_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.problems import part, without_training_set
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside, wide
from pages.components.frame.selection import clicked_row
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.panels.at_risk import at_risk
from pages.components.panels.attack_table import answer, first_of, said, table, told
from pages.components.panels.known_prompts import known_prompts
from pages.components.panels.patients_at_risk import patients_at_risk
from pages.components.runs import attack_answers, attack_runs, evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.palette import theme
from pages.components.tables.downloads import downloads

WOULD = "Attacks on the released images say here whether somebody could tell who was in the training set, each beside its controls."


def choose(reference: ReferenceInUse, sets: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """The set, its attacks, and the button that asks for more of them."""
    names = sorted(sets["name"], key=lambda n: (n != "phantom-ldm-overfit", n))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = address.one(st.selectbox, "Synthetic set", names, names[0], key="set", width=260)
        ids = dict(zip(sets["name"], sets["id"], strict=True))
        found = attack_answers.attacks(reference, ids[name])
        if len(found):
            attack_runs.offer_more(reference, ids[name], {n: i for n, i in ids.items() if n != name})
    return ids[name], found


def released(reference: ReferenceInUse | None) -> None:
    """The answer in a line, the table of attacks, the chosen one at its right, who stands out below."""
    if reference is None:
        return demo.offer("Nothing to attack yet", WOULD)
    if reference.train is None:
        return without_training_set(
            "Who was in the training set can only be asked where it is known. Choose a reference with a training set in the sidebar, or "
            "import those images as training images."
        )
    sets = read.sets("synthetic")
    if sets.empty:
        evaluations.offer(Evaluations(reference, {}), "Nothing to attack yet", WOULD)
        return None
    set_id, found = choose(reference, sets)
    if found.empty:
        return attack_runs.offer(reference, set_id, WOULD)
    st.markdown(answer(found))
    attacks = api.attack_plugins()

    def clicked() -> None:
        row = clicked_row(st.session_state.get("attack-table"))
        if row is not None:
            st.session_state["attack"] = found["attack"].iloc[row]

    wide("attack-table").dataframe(
        table(found, attacks),
        key="attack-table",
        hide_index=True,
        on_select=clicked,
        selection_mode="single-cell",
        alt="What each attack found, with its controls",
    )
    left, right = beside([8, 5], "attacks")
    with right.container(border=True):
        names = found["attack"].tolist()
        chosen = address.one(
            st.selectbox, "Attack", names, first_of(found), key="attack", format_func=lambda a: attacks[a].title, help="Or click a row."
        )
        row = found[found["attack"] == chosen].iloc[0]
        said(row, attacks[chosen])
    if row["scores"] is None:
        return None
    with left, part("draw the curves"):
        curve = attack_answers.attack_roc(str(row["scores"]))
        one, two = st.columns(2, gap="medium")
        with one:
            roc = attack_charts.roc(curve, row, theme())
            st.plotly_chart(roc, key="roc", config=CONFIG, alt=f"ROC curve of {attacks[chosen].title} on log axes")
            downloads("attack-roc", curve, roc, theme(), told(reference, found))
        with two:
            doses = attack_charts.doses(row, theme())
            st.plotly_chart(doses, key="doses", config=CONFIG, alt="What the attack sees of leaks that were planted")
            downloads("attacks", table(found, attacks), doses, theme(), told(reference, found))
    at_risk(reference, row)
    return None


def draw(reference: ReferenceInUse | None) -> None:
    """What attacks found of the released images; below it single patients, and prompts that a model knows by heart."""
    released(reference)
    if reference is None or reference.train is None:
        return
    for show in (patients_at_risk, known_prompts):
        st.divider()
        with part("show what models know by heart"):
            show(reference)


open_page("Attacks", "Can somebody who has these images tell who was in the training set?", draw)
