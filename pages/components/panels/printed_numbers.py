"""What papers printed: numbers on CheXGenBench's protocol beside imported ones and ours, other numbers, statements."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import external_numbers, published_chart
from pages.components.figures.charts import CONFIG
from pages.components.figures.external_numbers import IMPORTED, PUBLISHED
from pages.components.frame import address
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import try_outs
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.palette import theme
from pages.components.tables.downloads import downloads, file_button

HEADLINE = "FID (RadDino)"
COLUMNS = ["group", "model", "metric", "subgroup", "value", "warning", "source"]


def ours(reference: ReferenceInUse | None, metric_id: str, encoder: str, subgroup: str) -> pd.DataFrame:
    """Our own numbers of that metric in that very space, in compatible mode; none where the reference is in another space."""
    if reference is None or not metric_id or reference.encoder != encoder:
        return pd.DataFrame()
    found = read.results(reference, "compatible")
    found = found[(found["metric"] == metric_id) & (found["subgroup"] == subgroup) & (found["status"] == "ok")]
    small = try_outs(found.groupby("set_name")["n_synthetic"].max().to_dict())
    found = found[~found["set_name"].isin(small)]
    return found.assign(origin=published_chart.OURS, group=reference.real_name, model=found["set_name"], warning="")


def choose(frame: pd.DataFrame) -> pd.DataFrame:
    """The row of controls: metric, finding, and whose numbers."""
    metrics = frame["metric"].drop_duplicates().tolist()
    with st.container(horizontal=True, gap="small"):
        metric = address.one(st.selectbox, "Number", metrics, HEADLINE, key="printed", width=220)
        frame = frame[frame["metric"] == metric]
        findings = sorted(set(frame["subgroup"]) - {"all"})
        options = [s for s in ("all", *findings) if s in set(frame["subgroup"])]
        finding = address.one(
            st.selectbox, "Finding", options, options[0], key="finding", width=190,
            format_func=lambda s: "all images" if s == "all" else s.removeprefix("finding="),
        )  # fmt: skip
        frame = frame[frame["subgroup"] == finding]
        groups = frame["group"].drop_duplicates().tolist()
        usual = [g for g in groups if g not in external_numbers.SECOND]
        chosen = address.several(
            st.pills, "Printed or imported by", groups, usual or groups, key="by", selection_mode="multi", wrap=True,
            help="A leaderboard and reprints repeat the cells of CheXGenBench's own tables; they are off unless you want to compare them.",
        )  # fmt: skip
    return frame[frame["group"].isin(chosen)]


def show_protocol(reference: ReferenceInUse | None) -> None:
    """Results of models on the protocol: chart, table, download."""
    frame = choose(external_numbers.everything())
    if frame.empty:
        st.info("Choose whose numbers to show.", icon=":material/filter_alt:")
        return
    first = frame.iloc[0]
    mine = ours(reference, first["metric_id"], first["encoder"], first["subgroup"])
    if reference is not None and first["metric_id"] and reference.encoder == first["encoder"]:
        evaluations.offer_rest(Evaluations(reference, evaluations.lacking(read.results(reference, "compatible")), "compatible"))
    suspect = int((frame["warning"] != "").sum())
    marks = [f"○ {PUBLISHED}"] + ([f"◇ {IMPORTED}"] if (frame["origin"] == IMPORTED).any() else []) + (["● ours"] if len(mine) else [])
    marks += [f"⊗ {suspect} with a warning (point at it)"] if suspect else []
    space = f"space {first['encoder']}, mode compatible" if first["metric_id"] else "no metric of ours is the same"
    st.caption(f"{' · '.join(marks)} · {space} · one seed, no interval and no number of images were printed")
    if first["subgroup"] != "all" and "FID" in first["metric"]:
        st.warning(
            "A Fréchet distance rises as the number of images falls: compare models within a finding, never findings with each other.",
            icon=":material/balance:",
        )
    drawn = pd.concat([frame, mine]) if len(mine) else frame
    figure = published_chart.figure(drawn, first["metric"], first["better"], theme())
    st.plotly_chart(figure, key="published-chart", config=CONFIG, alt=f"{first['metric']} of {drawn['model'].nunique()} models")
    downloads("published", frame[["origin", *COLUMNS, "metric_id", "encoder", "mode", "better"]], figure, theme())
    shown = frame[["group", "model", "value", "warning", "source"]].sort_values("value", ascending=first["better"] != "higher")
    table(shown.rename(columns={"group": "by"}))


def table(frame: pd.DataFrame) -> None:
    """A table whose suspect rows say so in a column before the value."""
    marked = frame.assign(suspect=["⚠" if w else "" for w in frame["warning"]])
    columns = [c for c in marked.columns if c != "suspect"]
    at = columns.index("value") + 1
    st.dataframe(
        marked[[*columns[:at], "suspect", *columns[at:]]], hide_index=True, alt="Numbers with their sources",
        column_config={"suspect": st.column_config.TextColumn("", width=30), "warning": st.column_config.TextColumn(width="large")},
    )  # fmt: skip


def show_others() -> None:
    """Numbers that do not compare with ours: other data, spaces or attacks, and settings."""
    frame = read.published().query("data != 'MIMIC-CXR' or kind != 'result'")
    papers = frame["paper"].drop_duplicates().tolist()
    chosen = address.several(st.multiselect, "Papers", papers, [], key="papers", placeholder=f"all {len(papers)}")
    frame = frame[frame["paper"].isin(chosen or papers)][["paper", "model", "metric", "value", "data", "warning", "note", "source"]]
    st.caption("Other data, spaces and attacks, sizes and settings: none of these compares with a number of ours.")
    table(frame)
    file_button("reference_points.csv", lambda: api.csv_of(frame), key="csv-reference-points")


def show_statements() -> None:
    """What papers say in words."""
    frame = api.published_statements()
    st.caption("In their words or close to them; where it is somebody else's summary of the paper, it says so.")
    st.dataframe(
        frame, hide_index=True, alt="Statements of papers", column_config={"statement": st.column_config.TextColumn(width="large")}
    )
