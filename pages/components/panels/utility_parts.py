"""Parts of the page Utility: gains by arm and by set, what could not be trained, all numbers."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from bench_core import api
from bench_core.api import Arm
from pages.components import read
from pages.components.figures import utility_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame.problems import part
from pages.components.frame.reference import ReferenceInUse
from pages.components.style.numbers import counted
from pages.components.style.palette import theme
from pages.components.tables.about import About

MEASURES = {
    "auroc": "AUROC",
    "auprc": "AUPRC",
    "f1": "F1",
    "balanced_accuracy": "Balanced accuracy",
    "calibration_error": "Calibration error (lower is better)",
    "f1_micro": "F1, all labels together",
    "precision_micro": "Precision, all labels together",
    "recall_micro": "Recall, all labels together",
}
COLUMNS = {
    "arm": "arm", "share": "share of real", "n_real": "real images", "n_added": "added", "value": "value", "low": "low", "high": "high",
    "gain": "gain", "gain_low": "gain, low", "gain_high": "gain, high",
}  # fmt: skip

GAINS = {
    "augmentation_gain": "Gain beside all real images",
    "low_data_gain": "Gain beside few real images",
    "cross_task_gain": "Gain across tasks",
}
FIGURES = {
    "metric": "figure", "share": "real images in use, %", "n_real": "real images", "n_added": "added", "value": "gain", "low": "gain, low",
    "high": "gain, high", "null": "null", "null_low": "null, low", "null_high": "null, high",
}  # fmt: skip


def by_arm(rows: pd.DataFrame, arms: Mapping[str, Arm], words: str) -> None:
    """The gain of each arm over real images alone."""
    rows = rows[(rows["arm"] != "real_only") & rows["gain"].notna()]
    order = [name for name in arms if name in set(rows["arm"])]
    rows = rows.drop_duplicates("arm").set_index("arm").loc[order].reset_index()
    rows["label"] = [arms[name].title for name in rows["arm"]]
    colours = {arms[name].title: utility_charts.style_of(name, arms, theme())[0] for name in order}
    figure = utility_charts.gains(rows, arms, colours, f"gain in {words}", theme())
    st.caption("Gain over real images alone; grey are controls that hold no image of the generator's.")
    st.plotly_chart(figure, key="by-arm", config=CONFIG, alt="Gain of each arm over real images alone, with intervals")


def by_set(rows: pd.DataFrame, words: str) -> None:
    """Real and synthetic images together, for every set that was studied."""
    rows = rows[(rows["arm"] == "augmented") & rows["gain"].notna()].drop_duplicates("set_name")
    if len(rows) < 2:
        return
    known = read.sets("synthetic").set_index("name")["generator"]
    rows = rows.sort_values("gain", ascending=False).rename(columns={"set_name": "label"})
    colours = {name: read.style_of(name, known.get(name)).colour(theme()) for name in rows["label"]}
    st.caption("Real + synthetic, set by set.")
    figure = utility_charts.gains(rows, {}, colours, f"gain in {words}", theme())
    st.plotly_chart(figure, key="by-set", config=CONFIG, alt="Gain of real and synthetic images over real ones alone, for every set")


def curves(points: pd.DataFrame, finding: str) -> None:
    """ROC of a finding and calibration over all, side by side."""
    one, two = st.columns(2, gap="medium")
    of_finding = finding if finding in set(points["finding"]) else "all"
    for place, kind, which in ((one, "roc", of_finding), (two, "calibration", "all")):
        about = "all findings" if kind == "calibration" else "mean of all findings" if which == "all" else which
        title = f"{'ROC' if kind == 'roc' else 'Calibration'}, {about}"
        with place, part(f"draw the curves ({kind})"):
            st.caption(f"{title}, with all real images")
            figure = utility_charts.curve(points[(points["curve"] == kind) & (points["finding"] == which)], api.arms(), kind, theme())
            st.plotly_chart(figure, key=kind, config=CONFIG, alt=title)


def refused(rows: pd.DataFrame, arms: Mapping[str, Arm]) -> None:
    """Arms that could not be trained, each with its reason, once."""
    for arm, rows_of in rows[rows["message"] != ""].groupby("arm", sort=False):
        st.markdown(f":material/info: **{arms[str(arm)].title}** was not trained: {rows_of['message'].iloc[0]}")


def table(rows: pd.DataFrame, arms: Mapping[str, Arm], last: Mapping[str, str]) -> None:
    """All arms of the chosen figure; `last`: a further column with its words."""
    columns = COLUMNS | last
    shown = rows[[*columns]].assign(arm=[arms[a].title for a in rows["arm"]]).rename(columns=columns)
    st.dataframe(shown.round(4), hide_index=True, alt="All arms of this figure, with intervals and gains")


def figures(rows: pd.DataFrame) -> None:
    """The figures of utility of one set and classifier, each beside what as many further real images gain."""
    if rows.empty:
        return
    st.caption("Gains in mean AUROC by synthetic images beside real ones; the null is what as many further real images gain.")
    shown = rows[list(FIGURES)].assign(metric=[GAINS[m] for m in rows["metric"]], share=100 * rows["share"]).rename(columns=FIGURES)
    st.dataframe(shown.round(4), hide_index=True, alt="Gains by synthetic images, with intervals and nulls")


def told(reference: ReferenceInUse, rows: pd.DataFrame) -> About:
    """What the numbers are about, for whoever opens the files."""
    facts = {
        "real_set": f"{reference.real_name} ({counted(reference.n_real, 'image')})",
        "training_set": f"{reference.train_name} ({counted(reference.n_train, 'image')})",
        "encoder": f"{reference.encoder_title} ({reference.encoder})",
        "sets": ", ".join(dict.fromkeys(rows["set_name"])),
        "made_with": "TriadCXR",
    }
    reading = "gain is the value less that of real images alone at the same share, paired over test patients and trainings."
    return About("What synthetic images are worth for training", facts, [], reading)
