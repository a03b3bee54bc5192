"""Agreement: which metrics rank the compared sets alike, and how little a few sets can say about it."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import agreement_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.problems import empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside, wide
from pages.components.frame.selection import clicked_name
from pages.components.page import open_page
from pages.components.panels import comparing, demo
from pages.components.panels.metric_pairs import show_pair, table
from pages.components.runs.status import running_now
from pages.components.style.palette import theme
from pages.components.tables.downloads import downloads

FEWEST = 3  # sets that a rank correlation needs


def draw(reference: ReferenceInUse | None) -> None:
    """Controls, matrix with the chosen pair at its right, all pairs below."""
    if reference is None:
        return demo.offer("No generator has been evaluated", "Metrics that rank generators alike stand beside each other here.")
    results = read.results(reference)
    done = results[(results["status"] == "ok") & (results["subgroup"] == "all")]
    names = done["set_name"].drop_duplicates().tolist()
    if len(names) < FEWEST:
        text = f"A rank correlation needs {FEWEST} evaluated sets; this reference has {len(names)}."
        empty("Too few generators to compare metrics", text, "Generate images", page="generate")
        return None
    metrics = api.metrics()
    with st.container(horizontal=True, gap="small"):
        told = {
            "placeholder": f"all {len(names)}",
            "width": 330,
            "help": "Over which sets metrics are compared; all unless you choose some.",
        }
        chosen = address.several(st.multiselect, "Sets", names, [], key="compare", **told) or names
        families = address.several(st.pills, "Families", api.FAMILIES, api.FAMILIES, key="families", selection_mode="multi")
    running_now()
    pairs = read.redundancy(reference, chosen)
    have = set(read.pareto(reference, [done["metric"].iloc[0]], chosen, True)["set_name"])
    comparing.offer_draws(reference, results, [n for n in chosen if n not in have], "rank correlation")
    kept = [m for m in agreement_charts.metrics_of(pairs) if m in metrics and metrics[m].family in families]
    pairs = pairs[pairs["first"].isin(kept) & pairs["second"].isin(kept)].reset_index(drop=True)
    if pairs.empty:
        empty("Nothing to correlate", "Choose more families, or at least three sets with numbers.", icon=":material/help:")
        return None
    left, right = beside([7, 3], "agreement")
    with right.container(border=True):
        pair = show_pair(results[results["set_name"].isin(chosen)], pairs, metrics)
    figure = agreement_charts.matrix(pairs, metrics, theme(), pair)

    def clicked() -> None:
        hit = clicked_name(st.session_state.get("matrix"))
        if hit and int(hit) < len(pairs):
            st.session_state.update(first=pairs["first"].iat[int(hit)], second=pairs["second"].iat[int(hit)])

    with left:
        wide("matrix").plotly_chart(
            figure, key="matrix", on_select=clicked, selection_mode="points", config=CONFIG, alt="Rank correlations of metrics"
        )
        st.caption(
            f"Spearman's rank correlation over n = {pairs['n'].max()} sets, each metric turned so that up is better; neighbours agree. "
            "**Bold** where the 95 percent interval leaves out 0. With seven sets an observed 0.8 spans about 0.1 to 0.97: a high number "
            "over few sets is weak evidence that two metrics say the same. [How it is made](methods)"
        )
        downloads("agreement", pairs, figure, theme())
    st.dataframe(table(pairs, metrics), hide_index=True, alt="All pairs of metrics")
    return None


open_page("Agreement", "Which metrics say the same?", draw)
