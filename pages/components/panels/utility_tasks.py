"""Segmentation and writing reports on the page Utility: the chosen set's arms, their gains, all numbers."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read, read_tasks
from pages.components.figures import utility_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.problems import part
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.panels import demo
from pages.components.panels.utility_parts import by_arm, refused, table, told
from pages.components.runs import task_runs
from pages.components.style.palette import theme
from pages.components.tables.downloads import downloads

MEASURES = {
    "segmentation_dice": "Dice",
    "segmentation_surface_distance": "Surface distance, % of the side (lower is better)",
    "report_finding_f1": "Finding F1",
    "report_detail_f1": "Finding F1 with side and severity",
    "report_bleu": "BLEU-4",
    "report_bleu_1": "BLEU-1",
    "report_rouge_l": "ROUGE-L",
}


def draw(reference: ReferenceInUse, task: str) -> None:
    """Arms against real images in use, gains at a share, what could not be trained, the table."""
    sets = read.sets("synthetic")
    ids = dict(zip(sets["name"], sets["id"], strict=True))
    found = read_tasks.tasks(reference, task)
    if found.empty:
        if not ids:
            return demo.offer("Nothing to train on yet", "What synthetic images are worth for training stands here.")
        return task_runs.offer(reference, ids, task)
    studied = [name for name in dict.fromkeys(found["set_name"]) if name in ids]
    one, two, three = st.columns([4, 4, 4], vertical_alignment="bottom")
    with one:
        name = address.one(st.selectbox, "Synthetic set", studied, studied[0], key=f"{task}-set")
    mine = found[found["set_name"] == name]
    there = [m for m in dict.fromkeys(mine["measure"]) if m]
    with two:
        measure = address.one(st.selectbox, "Figure", there, there[0], key=f"{task}-measure", format_func=lambda m: MEASURES.get(m, m))
    parts = list(dict.fromkeys(mine.loc[mine["measure"] == measure, "finding"]))
    with three:
        label, every = ("Structure", "Mean of structures") if task == "segmentation" else ("Finding", "All findings")
        finding = address.one(
            st.selectbox, label, parts, "all", key=f"{task}-part", format_func=lambda f: every if f == "all" else f.capitalize()
        )
    _arms(
        reference, mine, mine[(mine["measure"] == measure) & (mine["finding"] == finding)], task, MEASURES.get(str(measure), str(measure))
    )
    task_runs.offer_more(reference, {other: i for other, i in ids.items() if other not in studied}, task)
    return None


def _arms(reference: ReferenceInUse, mine: pd.DataFrame, chosen: pd.DataFrame, task: str, words: str) -> None:
    arms = api.arms()
    left, right = beside([7, 5], task)
    with left, part("draw the arms"):
        figure = utility_charts.low_data(chosen, arms, words, theme())
        st.plotly_chart(figure, key=f"{task}-arms", config=CONFIG, alt=f"{words} of each arm against the number of real training images")
        downloads(task, mine, figure, theme(), told(reference, mine))
    with right, part("draw the gains"):
        shares = sorted(chosen["share"].unique())
        share = address.one(
            st.segmented_control, "Real images in use", shares, shares[0], key=f"{task}-share", format_func=lambda s: f"{100 * s:g} %",
            required=True,
        )  # fmt: skip
        by_arm(chosen[chosen["share"] == share], arms, words)
    refused(mine, arms)
    table(chosen, arms, {"trainings": "trainings"})
