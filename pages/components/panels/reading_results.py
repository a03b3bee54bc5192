"""What a closed reader study says: each reader, all of them, agreement, ratings, learning, and people beside the engine's numbers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import reader_charts as charts
from pages.components.frame import address
from pages.components.frame.problems import part
from pages.components.frame.room import beside
from pages.components.panels.reading_remarks import show_remarks
from pages.components.panels.reading_study import delete_button
from pages.components.style.numbers import counted, number
from pages.components.style.palette import INK, theme
from pages.components.style.words import inert, plain
from pages.components.tables.downloads import downloads, file_button

VIEWS = {
    "accuracy": "Real or synthetic",
    "choices": "Which is real",
    "ratings": "Ratings",
    "remarks": "Words and marks",
    "agreement": "Agreement",
    "trends": "Learning and fatigue",
    "metrics": "Beside metrics",
    "methods": "Methods",
}
STATISTICS = {
    "fleiss_kappa": "Fleiss' kappa", "krippendorff_alpha": "Krippendorff's alpha", "cohen_kappa": "Cohen's kappa",
    "weighted_kappa": "weighted kappa", "same_answer": "same answer",
}  # fmt: skip


def show_results(study: str, row: Mapping[str, Any]) -> None:
    """All of it, one view at a time; every table can be taken along."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        closed = f"{row['closed']:%d %b %Y, %H:%M} UTC"
        st.caption(
            f"Closed {closed}. {counted(row['cases'], 'case')}, {counted(row['readers'], 'reader')}, {counted(row['answers'], 'answer')}.",
            width="content",
        )
        file_button(f"answers-{row['name']}.csv", lambda: api.csv_of(api.reading_answers(study)), key="csv-answers", label="Every answer")
        delete_button(study, str(row["owner"]))
    if not row["answers"]:
        st.info("Nobody answered anything before the study was closed.", icon=":material/info:")
        return
    found = _statistics(study, str(row["closed"]))
    for note in found.notes:
        st.info(inert(note), icon=":material/info:")
    there = {"accuracy": len(found.accuracy), "choices": len(found.choices), "ratings": len(found.ratings),
             "agreement": len(found.agreement), "remarks": {"marks", "text"} & set(row["questions"].split(", ")),
             "trends": len(found.trends), "metrics": 1, "methods": 1}  # fmt: skip
    views = [name for name in VIEWS if there[name]]
    view = address.one(st.segmented_control, "View", views, views[0], key="view", format_func=VIEWS.get)
    {"accuracy": _accuracy, "choices": _choices, "ratings": _ratings, "remarks": show_remarks, "agreement": _agreement, "trends": _trends,
     "metrics": _metrics, "methods": _methods}[view](study, found)  # fmt: skip


@st.cache_data(show_spinner="Computing the statistics …", max_entries=20)
def _statistics(study: str, closed: str) -> Any:
    """A closed study never changes."""
    return api.reading_statistics(study)


def _percent(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    if value != value:
        return "–"
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{value:.1%}" + (f" [{low:.1%}, {high:.1%}]" if low == low else "")


def _in_words(row: Mapping[str, Any]) -> str:
    """`Ann: 7 of 9 right, 77.8% [40.0%, 97.2%]; AUC 0.840 [0.512, 0.963]`."""
    ends = f" [{number(row['auc_low'], 3)}, {number(row['auc_high'], 3)}]" if row["auc_low"] == row["auc_low"] else ""
    area = f"; AUC {number(row['auc'], 3)}{ends}" if row["auc"] == row["auc"] else ""
    right = round(row["accuracy"] * row["n_sided"]) if row["n_sided"] else 0
    return f"**{plain(row['reader'])}**: {right} of {row['n_sided']} right, {_percent(row, 'accuracy')}{area}"


def _tones(readers: pd.Series) -> dict[str, tuple[str, str]]:
    return {**charts.reader_colours(readers, theme()), "mean": (INK[theme()], "diamond")}


def _accuracy(study: str, found: Any) -> None:
    slices = found.accuracy[["slice", "value"]].drop_duplicates()
    keys = [f"{s}={v}" if v else "all" for s, v in zip(slices["slice"], slices["value"], strict=True)]
    chosen = address.one(
        st.selectbox,
        "Films",
        keys,
        "all",
        key="films",
        width=320,
        format_func=lambda k: "all films" if k == "all" else k.replace("=", ": "),
    )
    slice_of, _, value = chosen.partition("=")
    own = found.accuracy[(found.accuracy["slice"] == slice_of) & (found.accuracy["value"] == value)]
    points = found.roc[(found.roc["slice"] == slice_of) & (found.roc["value"] == value)]
    means = found.means[(found.means["slice"] == slice_of) & (found.means["value"] == value)]
    tones = _tones(found.accuracy["reader"])
    left, right = beside([5, 7], "reader-roc")
    with left:
        if len(points):
            figure = charts.roc(points, tones, theme())
            st.plotly_chart(figure, key="reader-roc", config={"displayModeBar": False})
            downloads(f"roc-{study}", points, figure, theme())
    with right:
        st.markdown("\n".join(f"- {_in_words(r)}" for r in own.to_dict("records")))
        shown = [
            {
                "Reader": r["reader"], "Films": r["n"], "Accuracy": _percent(r, "accuracy"), "Sensitivity": _percent(r, "sensitivity"),
                "Specificity": _percent(r, "specificity"), "AUC": f"{number(r['auc'])} [{number(r['auc_low'])}, {number(r['auc_high'])}]",
                "Unsure": r["unsure"], "Seconds": number(r["seconds"]),
            }
            for r in own.to_dict("records")
        ]  # fmt: skip
        st.dataframe(pd.DataFrame(shown), hide_index=True, width="stretch", key="reader-accuracy")
        st.caption(
            "Synthetic is positive. Exact intervals of shares (Clopper-Pearson), DeLong's of areas; answers at the middle have no side."
        )
        if len(means):
            _means(means)
        _csv("accuracy", study, found.accuracy, found.means, found.differences)
    if len(found.differences):
        st.markdown("**Which generator is told more easily**")
        st.dataframe(found.differences, hide_index=True, width="stretch", key="reader-differences")


def _means(means: pd.DataFrame) -> None:
    """The mean over readers, for other readers and cases: areas first."""
    rows = [
        {
            "Mean of readers": r["figure"], "Method": r["method"], "Holds for other": r["scope"],
            "Mean": f"{number(r['mean'])} [{number(r['low'])}, {number(r['high'])}]", "df": number(r["df"]), "p": number(r["p_value"]),
        }
        for r in means.sort_values("figure", key=lambda c: c != "auc", kind="stable").to_dict("records")
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height=210, key="reader-means")


def _choices(study: str, found: Any) -> None:
    own = found.choices[found.choices["slice"] == "all"]
    tones = _tones(own["reader"])
    rows = own.assign(label=own["reader"], tone=[tones[r][0] for r in own["reader"]], symbol=[tones[r][1] for r in own["reader"]])
    rows = rows.rename(columns={"value": "of"}).rename(columns={"accuracy": "value"})
    figure = charts.bars(rows, float(own["chance"].iloc[0]), "real film found (dashed: chance)", theme())
    st.plotly_chart(figure, key="reader-choices", config={"displayModeBar": False})
    st.dataframe(found.choices, hide_index=True, width="stretch", key="reader-choices-table")
    downloads(f"choices-{study}", found.choices, figure, theme())


def _ratings(study: str, found: Any) -> None:
    kinds = found.ratings[["question", "part"]].drop_duplicates()
    keys = [f"{q}.{p}" for q, p in zip(kinds["question"], kinds["part"], strict=True)]
    chosen = address.one(
        st.segmented_control, "Of", keys, keys[0], key="of", format_func=lambda k: k.strip(".").replace("_", " ").replace(".", ": ")
    )
    question, _, piece = chosen.partition(".")
    answers = api.reading_answers(study)
    own = answers[(answers["question"] == question) & (answers["part"] == piece) & (answers["block"] == "main") & answers["rating"].notna()]
    figure = charts.ratings(own.assign(source=own["generator"].replace("", "real")), theme())
    st.plotly_chart(figure, key="reader-ratings", config={"displayModeBar": False})
    table = found.ratings[(found.ratings["question"] == question) & (found.ratings["part"] == piece)]
    st.dataframe(table.drop(columns=["question", "part"]), hide_index=True, width="stretch", key="reader-ratings-table")
    pairs = found.wilcoxon[(found.wilcoxon["question"] == question) & (found.wilcoxon["part"] == piece)]
    if len(pairs):
        st.markdown("**Sources in pairs** (Wilcoxon's signed-rank test, Holm)")
        st.dataframe(pairs.drop(columns=["question", "part"]), hide_index=True, width="stretch", key="reader-wilcoxon")
    downloads(f"ratings-{study}", table, figure, theme())


def _agreement(study: str, found: Any) -> None:
    rows = [
        {
            "Question": f"{r['question']} {r['part']}".replace("_", " ").strip(), 
            "Statistic": STATISTICS.get(r["statistic"], r["statistic"]), "Readers": r["readers"], "Films": r["n"],
            "Agreement": number(r["agreement"]), "95 %": f"[{number(r['low'])}, {number(r['high'])}]",
        }
        for r in found.agreement.to_dict("records")
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="reader-agreement")
    st.caption("1: always alike; 0: as chance has it. Repeats say how far a reader agrees with himself or herself.")
    _csv("agreement", study, found.agreement)


def _trends(study: str, found: Any) -> None:
    rows = [
        {
            "Question": r["question"].replace("_", " "), "Outcome": r["outcome"], "Reader": r["reader"], "n": r["n"],
            "Start": number(r["start"]),
            "Change over ten answers": f"{r['change']:+.1%} [{r['low']:+.1%}, {r['high']:+.1%}]" if r["change"] == r["change"] else "–",
            "p": number(r["p_value"]),
        }
        for r in found.trends.to_dict("records")
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="reader-trends")
    st.caption("Of answers that are right: the share; of seconds: the ratio. Slopes over each reader's own order; `all` is their mean.")
    _csv("trends", study, found.trends)


def _metrics(study: str, found: Any) -> None:
    with part("compare people with metrics"):
        frame = _people(study, read.version())
        if frame.empty:
            st.info("No number of the engine is stored for these synthetic sets: evaluate them first.", icon=":material/info:")
            return
        order = frame.sort_values("rho", key=lambda c: -c.abs(), kind="stable")
        st.dataframe(order, hide_index=True, width="stretch", key="reader-metrics")
        st.caption(
            "Spearman's rank correlation of what people say with each metric, over films and over generators; p by Holm within a score."
        )
        _csv("metrics", study, frame)


@st.cache_data(show_spinner="Comparing with metrics …", max_entries=20)
def _people(study: str, version: str) -> pd.DataFrame:
    return api.reading_against_metrics(study)


def _methods(study: str, found: Any) -> None:
    st.markdown(plain(found.methods))
    st.code(found.methods, language=None, wrap_lines=True)
    with st.container(horizontal=True, gap="small"):
        for name, frame in found.frames.items():
            if len(frame):
                file_button(f"{name}-{study}.csv", lambda frame=frame: api.csv_of(frame), key=f"csv-all-{name}", label=name)


def _csv(name: str, study: str, *frames: pd.DataFrame) -> None:
    with st.container(horizontal=True, gap="small"):
        for number_of, frame in enumerate(frames):
            if len(frame):
                file_button(
                    f"{name}-{number_of + 1}-{study}.csv", lambda frame=frame: api.csv_of(frame), key=f"csv-{name}-{number_of}",
                    label=f"{name} {number_of + 1}" if len(frames) > 1 else "CSV",
                )  # fmt: skip
