"""Which metric should one look at? Every metric beside what the sets are worth for training, with a reading in plain words."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.figures import worth_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.problems import part
from pages.components.frame.reference import ReferenceInUse
from pages.components.panels.utility_parts import MEASURES
from pages.components.read import kept
from pages.components.style.palette import theme
from pages.components.style.words import plain
from pages.components.tables.about import About
from pages.components.tables.downloads import downloads

READING = "rho is Spearman's rank correlation over n sets, the metric turned so that up is better; low to high is its 95 percent interval."


@kept(st.cache_data, 8)
def figures(reference: api.Reference) -> list[api.WorthFigure]:
    """What can be asked; see `api.worth_figures`."""
    return api.worth_figures(reference)


@kept(st.cache_data, 32, "Comparing every metric with what sets are worth")
def known(reference: api.Reference, figure: api.WorthFigure) -> pd.DataFrame:
    """Metrics beside utility; see `api.metric_worth`."""
    return api.metric_worth(reference, figure)


def show(reference: ReferenceInUse) -> None:
    """The section; nothing where no set was trained on against this reference."""
    st.subheader("Which metric should I look at?", anchor="which-metric")
    asked = {str(i): figure for i, figure in enumerate(figures(reference))}
    if not asked:
        st.caption(
            "A rank correlation of metrics with what images are worth for training needs four sets with numbers and a utility run each: "
            "the page [Utility](utility) makes one, [Studies](studies) all of them."
        )
        return
    arms = api.arms()
    words = {key: _words(figure, arms) for key, figure in asked.items()}
    usual = next((key for key, figure in asked.items() if (figure.arm, figure.measure) == ("augmented", "auroc")), "0")
    chosen = address.one(st.selectbox, "Worth", list(words), usual, key="worth", format_func=words.__getitem__)
    rows = known(reference, asked[chosen])
    st.markdown(plain(api.reading_of_worth(rows)))
    with part("draw the correlations"):
        figure = worth_charts.correlations(rows, api.metrics(), theme())
        st.plotly_chart(figure, key="worth-chart", config=CONFIG, alt="Rank correlation of every metric with what sets are worth")
        facts = {"figure": words[chosen], "encoder": reference.encoder, "made_with": "TriadCXR"}
        downloads("metric-worth", rows, figure, theme(), About("Which metric to look at", facts, [], READING))
    st.caption(
        f"{READING} The bootstrap draws sets, half-samples of each number, and gains by their intervals. Thin lines: the range with one "
        "family of generators left out."
    )


def _words(figure: api.WorthFigure, arms: Mapping[str, api.Arm]) -> str:
    measure = MEASURES.get(figure.measure, figure.measure)
    return f"{arms[figure.arm].title}: gain in {measure}, {100 * figure.share:g} % of real patients, {figure.classifier}"
