"""Agreement: which metrics rank the compared sets alike, and how little a few sets can say about it."""

from dataclasses import replace

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import agreement_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.compared import choose_sets
from pages.components.frame.problems import empty, part
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside, wide
from pages.components.frame.selection import clicked_name
from pages.components.page import open_page
from pages.components.panels import comparing, demo, metric_worth
from pages.components.panels.metric_pairs import show_pair, table
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.palette import theme
from pages.components.tables.about import about
from pages.components.tables.downloads import downloads

FEWEST = 3  # sets that a rank correlation needs
READING = (
    "rho is Spearman's rank correlation over n sets, each metric turned so that up is better; low to high is its 95 percent interval, the "
    "sets as a sample of generators; noise_low to noise_high is where 95 percent fall when the same sets are measured again."
)


def draw(reference: ReferenceInUse | None) -> None:
    """Controls, matrix with the chosen pair at its right, all pairs below."""
    if reference is None:
        return demo.offer("No generator has been evaluated", "Metrics that rank generators alike stand beside each other here.")
    results = read.results(reference)
    done = results[(results["status"] == "ok") & (results["subgroup"] == "all")]
    wanted = Evaluations(reference, evaluations.lacking(results))
    judged = done["set_name"].nunique()
    if judged < FEWEST:
        text = f"A rank correlation needs {FEWEST} evaluated sets; this reference has {judged}."
        return evaluations.offer(wanted, "Too few generators to compare metrics", text)
    metrics = api.metrics()
    with st.container(horizontal=True, gap="small"):
        chosen = choose_sets(done, width=330)
        families = address.several(st.pills, "Families", api.FAMILIES, api.FAMILIES, key="families", selection_mode="multi")
    evaluations.offer_rest(wanted)
    pairs = read.redundancy(reference, chosen)
    have = set(read.pareto(reference, [done["metric"].iloc[0]], chosen, False)["set_name"])
    comparing.offer_draws(reference, results, [n for n in chosen if n not in have], "rank correlation")
    kept = [m for m in agreement_charts.metrics_of(pairs) if m in metrics and metrics[m].family in families]
    pairs = pairs[pairs["first"].isin(kept) & pairs["second"].isin(kept)].reset_index(drop=True)
    if pairs.empty:
        few = f"Of the {len(chosen)} chosen sets {len(have)} can be compared at one size; a rank correlation needs {FEWEST}."
        empty("Nothing to correlate", few if len(have) < FEWEST else "Choose more families.", icon=":material/help:")
        return None
    left, right = beside([7, 3], "agreement")
    with right.container(border=True):
        pair = show_pair(results[results["set_name"].isin(chosen)], pairs, metrics)
    figure = agreement_charts.matrix(pairs, metrics, theme(), pair)

    def clicked() -> None:
        hit = clicked_name(st.session_state.get("matrix"))
        if hit and int(hit) < len(pairs):
            st.session_state.update(first=pairs["first"].iat[int(hit)], second=pairs["second"].iat[int(hit)])

    with left, part("draw the figure"):
        wide("matrix").plotly_chart(
            figure, key="matrix", on_select=clicked, selection_mode="points", config=CONFIG, alt="Rank correlations of metrics"
        )
        st.caption(
            f"Spearman's rank correlation over n = {pairs['n'].max()} sets, each metric turned so that up is better; neighbours agree. "
            "**Bold** where the 95 percent interval leaves out 0. With seven sets an observed 0.8 spans about 0.1 to 0.97: a high number "
            "over few sets is weak evidence that two metrics say the same. [How it is made](methods)"
        )
        told = about("Which metrics say the same", reference, done[done["set_name"].isin(chosen)], metrics)
        downloads("agreement", pairs, figure, theme(), replace(told, reading=READING))
    st.dataframe(table(pairs, metrics), hide_index=True, alt="All pairs of metrics")
    metric_worth.show(reference)
    return None


open_page("Agreement", "Which metrics say the same?", draw)
