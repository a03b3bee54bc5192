"""The views of the page Utility: classification, segmentation, writing reports, reports read from images, predictions of other programs."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from bench_core.errors import BenchError
from pages.components import read, read_tasks
from pages.components.figures import report_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.problems import empty, part, show_error
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.panels import utility_tasks
from pages.components.panels.utility_parts import told
from pages.components.style.palette import theme
from pages.components.style.words import inert
from pages.components.tables.about import About
from pages.components.tables.downloads import downloads

VIEWS = {
    "classification": "Classification", "segmentation": "Segmentation", "reports": "Writing reports", "reading": "Reports read from images",
    "predictions": "Your predictions",
}  # fmt: skip
SHOWN = 12
"""Images that are listed, those that say least of what was asked first."""
Draw = Callable[[ReferenceInUse | None], None]


def by_view(classification: Draw) -> Draw:
    """The page with a switch between its views; `classification` draws the first one, and what stands where there is no reference."""

    def draw(reference: ReferenceInUse | None) -> None:
        view = address.one(
            st.segmented_control, "View", list(VIEWS), "classification", key="view", format_func=VIEWS.__getitem__, required=True,
            label_visibility="collapsed",
        )  # fmt: skip
        if view == "predictions":
            return predictions()
        if view == "classification" or reference is None or reference.train is None:
            return classification(reference)
        if view == "reading":
            return reading(reference)
        return utility_tasks.draw(reference, str(view))

    return draw


def reading(reference: ReferenceInUse) -> None:
    """Each finding that is read from a set's images beside held-out real ones, recall of reports, and images that say something else."""
    sets = read.sets("synthetic")
    ids = dict(zip(sets["name"], sets["id"], strict=True))
    if not ids:
        empty("No synthetic set yet", "What is read from its images, beside what their prompts asked for, stands here.", page="generate")
        return
    name = address.one(st.selectbox, "Synthetic set", list(ids), next(iter(ids)), key="reading-set", width=320)
    try:
        found, images = read_tasks.round_trip(ids[name], reference)
    except BenchError as error:
        empty("Nothing to read yet", inert(f"{error.message} {error.hint}"), icon=":material/description:")
        return
    left, right = beside([6, 6], "reading")
    with left, part("draw what is read"):
        st.caption("F1 of findings that are read from images and those that their prompts asked for, beside held-out real images.")
        rows = found.assign(label=[_label(f, s) for f, s in zip(found["finding"], found["side"], strict=True)])
        figure = report_charts.beside_null(rows[rows["asked"] + rows["read"] > 0], "F1 of what is read and what was asked", theme())
        st.plotly_chart(figure, key="reading", config=CONFIG, alt="F1 of each finding read from images, beside held-out real images")
        downloads("reports_read", found, figure, theme(), told(reference, found.assign(set_name=name)))
    with right:
        _recall(reference, ids[name])
        with part("list images"):
            st.caption(f"The {SHOWN} images that say least of what was asked.")
            worst = images.sort_values("f1", kind="stable").head(SHOWN)
            columns = {"image_id": "image", "missed": "missed", "invented": "invented", "f1": "F1", "prompt": "prompt"}
            st.dataframe(worst[[*columns]].rename(columns=columns).round(2), hide_index=True, alt="Images that say something else")


def _label(finding: str, side: str) -> str:
    return "All findings" if finding == "all" else f"{finding[0].upper()}{finding[1:]} {side}".strip()


def _recall(reference: ReferenceInUse, set_id: str) -> None:
    """How often an image finds its own report, and a report its image."""
    with part("draw recall"):
        try:
            rows = read_tasks.retrieval(set_id, reference.encoder, reference.real)
        except BenchError as error:
            st.markdown(f":material/info: {inert(f'{error.message} {error.hint}')}")
            return
        words = {"image_to_report": "Report of an image", "report_to_image": "Image of a report"}
        rows = rows.assign(label=[f"{words[d]}, {k} nearest" for d, k in zip(rows["direction"], rows["k"], strict=True)])
        n, reports = int(rows["images"].iloc[0]), int(rows["reports"].iloc[0])
        st.caption(f"Recall among {n:,} images with {reports:,} different reports; chance at 1 is {rows['chance'].iloc[0]:.1%}.")
        figure = report_charts.beside_null(rows, "recall", theme(), "as many held-out real images")
        st.plotly_chart(figure, key="recall", config=CONFIG, alt="Recall at 1, 5 and 10 from image to report and back, beside real images")


def predictions() -> None:
    """Scores of a file that another program wrote."""
    st.markdown(
        "Reports that any model predicted, one JSON object a line (`id` and `patient` may be left out): "
        '`{"prediction": "...", "reference": "...", "id": "...", "patient": "..."}`'
    )
    file = st.file_uploader("Predicted reports (JSONL)", type=["jsonl", "json", "txt"], key="predictions", max_upload_size=100)
    if file is not None:
        try:
            found = read_tasks.report_scores(file.getvalue(), file.name)
        except BenchError as error:
            show_error(error.message, error.hint, getattr(error, "problems", None))
            return
        _scores(found, file.name)
    with st.expander("Scores that need further packages"):
        for title, lack in read_tasks.lacking_scores().items():
            st.markdown(f"**{title}**: {inert(lack)}")
        st.caption("They run on the command line when named: python -m bench_core reports --predictions FILE --scores a,b")


def _scores(found: pd.DataFrame, name: str) -> None:
    whole = found[found["finding"] == "all"].assign(label=lambda rows: rows["title"])
    each = found[found["finding"] != "all"].assign(label=lambda rows: rows["finding"] + " (" + rows["reports"].astype(str) + ")")
    left, right = beside([6, 6], "predictions")
    with left, part("draw scores"):
        st.caption(f"{int(whole['reports'].iloc[0]):,} pairs of reports, 95 % intervals over patients")
        figure = report_charts.beside_chance(whole, "score, 0 to 1", theme())
        st.plotly_chart(figure, key="scores", config=CONFIG, alt="Scores of the predictions with intervals, beside chance")
        about = About("Scores of predicted reports", {"file": name, "made_with": "TriadCXR"}, [], "chance: reports of other patients.")
        downloads("report_scores", found, figure, theme(), about)
    with right, part("draw findings"):
        st.caption("F1 of each finding; in brackets how many references state it")
        figure = report_charts.beside_chance(each, "F1", theme())
        st.plotly_chart(figure, key="score-findings", config=CONFIG, alt="F1 of each finding with intervals, beside chance")
    st.dataframe(whole.drop(columns=["label", "finding"]).round(3), hide_index=True, alt="Scores of the predictions")
