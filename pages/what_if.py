"""What if: move the threshold of a filter, and see what would remain of fidelity, variety, privacy and utility."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bench_core import api
from pages.components import read
from pages.components.figures import what_if_charts
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.problems import empty, part
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import beside
from pages.components.page import open_page
from pages.components.panels import demo, remains, what_if_panel
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.numbers import counted
from pages.components.style.palette import theme
from pages.components.style.words import plain
from pages.components.tables.about import About
from pages.components.tables.downloads import downloads

READING = (
    "Each curve: a number of what remains, against the share of images that remains. A filter and a number that look through the same "
    "encoder agree by construction: look at what is left in another one too."
)
TEXT = "Here stands what a filter would take out of a set, and what that costs in fidelity, variety, privacy and utility."


def choose(reference: ReferenceInUse, sets: pd.DataFrame) -> tuple[str, str, api.Filter, DeltaGenerator]:
    """The set, by name and id, and the filter; and the place beside them, for the threshold."""
    names, kinds = sets["name"].tolist(), api.filters()
    able = [i for i, one in kinds.items() if reference.train or "train" not in one.reads]
    a, b, c = st.columns([4, 4, 7], gap="medium")
    with a:
        first = sorted(names, key=lambda n: (n != "phantom-ldm-overfit", n))[0]
        name = address.one(st.selectbox, "Synthetic set", names, first, key="set", help="The encoder is chosen in the sidebar.")
    with b:
        why = {i: "It needs a training set: choose a reference that has one in the sidebar." for i in kinds if i not in able}
        kind = address.one(st.selectbox, "Filter", able, able[0], key="filter", absent=why, format_func=lambda i: kinds[i].title)
    return name, sets.loc[sets["name"] == name, "id"].iloc[0], kinds[kind], c


def told(reference: ReferenceInUse, name: str, one: api.Filter, metrics: list[str]) -> About:
    """What the numbers are about, for whoever opens the files."""
    known = api.metrics()
    facts = {
        "synthetic_set": name,
        "filter": f"{one.title} ({one.id}, version {one.version}): {one.summary}",
        "real_set": f"{reference.real_name} ({counted(reference.n_real, 'image')})",
        "training_set": f"{reference.train_name} ({counted(reference.n_train, 'image')})" if reference.train else "none",
        "encoder": f"{reference.encoder_title} ({reference.encoder})",
        "metrics": "; ".join(f"{known[m].title} ({m}, version {known[m].version})" for m in metrics),
        "made_with": "TriadCXR",
    }
    return About(f"What remains of {name}", facts, [], "matched compares with null_low to null_high, the range of a perfect generator.")


def curve(spec: api.FilterSpec, steps: list[float], at: float, metrics: list[str], judged: bool) -> pd.DataFrame:
    """All rows of the charts, that of the chosen threshold among them, one after the other; how far it is where that takes a while."""
    wanted: list[float | None] = [None, *sorted({*(steps[:: max(1, len(steps) // 8)] if judged else steps), at})]
    bar, rows = st.empty(), []
    for number, at in enumerate(wanted):
        if number:
            bar.progress(number / len(wanted), text=f"Threshold {number} of {len(wanted) - 1}")
        rows.append(remains.what_remains(spec.model_dump_json(), metrics, at, judged))
    bar.empty()
    return pd.concat(rows, ignore_index=True)


def draw(reference: ReferenceInUse | None) -> None:
    """Set, filter and threshold; numbers of what remains; curves at the left, who goes at the right."""
    if reference is None:
        return demo.offer("Nothing to filter yet", TEXT)
    sets = read.sets("synthetic")
    sets = sets[sets["complete"]]
    if sets.empty:
        return evaluations.offer(Evaluations(reference, {}), "Nothing to filter yet", TEXT)
    name, set_id, one, beside_them = choose(reference, sets)
    asked = what_if_panel.spec_of(reference, set_id, one.id)
    try:
        steps, able = remains.filter_steps(asked.model_dump_json())
    except api.NotPossible as error:
        if "Evaluate it first" in error.hint:
            encoder = plain(reference.encoder_title)
            lacking = Evaluations(reference, {name: set_id})
            return evaluations.offer(lacking, f"{plain(name)} has not been seen in {encoder} yet", "Evaluating it finds its distances.")
        empty(f"{one.title} cannot look at {plain(name)}", f"{plain(error.message)} {plain(error.hint)}", icon=":material/filter_alt_off:")
        return None
    stops = what_if_panel.stops(steps, one.threshold)
    with beside_them:
        at = address.one(
            st.select_slider, what_if_panel.titled(one.threshold), stops, f"{one.threshold.usual:g}", key="at",
            help=one.summary,
        )  # fmt: skip
    spec = asked.model_copy(update={"threshold": float(at)})
    log = remains.what_goes(spec.model_dump_json())
    metrics = what_if_panel.choose_metrics(able)
    numbers, (left, right) = st.container(), beside([7, 4], "what-if")
    figure_side, below = left.container(), left.container(horizontal=True, gap="medium", vertical_alignment="center")
    with below:
        judged = address.flag(
            "Beside a perfect generator of as many images", key="perfect",
            help="Intervals and nulls at eight thresholds, made once: about a minute for hundreds of images, long for thousands.",
        )  # fmt: skip
    before, now = (remains.what_remains(asked.model_dump_json(), metrics, t, judged) for t in (None, float(at)))
    with numbers:
        what_if_panel.show_numbers(reference, now, before, judged)
    with right.container(border=True), part("show who goes"):
        what_if_panel.show_gone(set_id, log, one)
        what_if_panel.offer_set(reference, spec, name, int(log["kept"].sum()), len(log))
    with figure_side, part("draw the curves"):
        rows = curve(asked, steps, float(at), metrics, judged)
        colour = read.style_of(name, sets.set_index("name")["generator"][name]).colour(theme())
        figure = what_if_charts.chart(what_if_charts.Remains(rows, now, metrics), api.metrics(), colour, theme())
        st.plotly_chart(figure, key="what-if", config=CONFIG, alt=f"Numbers of what remains of {name} at every threshold")
        with below:
            downloads("what-if", rows, figure, theme(), told(reference, name, one, metrics))
        left.caption(READING)
    what_if_panel.offer_slower(spec, able, reference)
    st.dataframe(what_if_panel.table(pd.concat([before, now]), metrics), hide_index=True, alt="Numbers before and after the filter")
    return None


open_page("What if", "What would filtering buy, and what would it cost?", draw)
