"""Overview: what this is, every set at a glance, running jobs, where to go."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address, tour
from pages.components.frame.compared import choose_sets
from pages.components.frame.menu import page_path
from pages.components.frame.problems import go_button, part
from pages.components.frame.reference import ReferenceInUse
from pages.components.identity import sees_real
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.runs import evaluations
from pages.components.runs.evaluations import Evaluations
from pages.components.style.markup import Markup
from pages.components.style.palette import Style, Theme, theme
from pages.components.style.words import plain
from pages.components.tables.blind_spots import usual_size
from pages.components.tables.downloads import file_button, report_button
from pages.components.tables.glance import headline_metrics
from pages.components.tables.overview_table import Remarks, SetRow, overview_html, overview_table
from pages.components.tables.verdicts import COLOUR_BY, HELP_FAMILIES, By, verdicts
from pages.components.viewer.showing import ask_open

WAYS = (
    ("Generate images", "generate", "auto_awesome"),
    ("Compare two metrics", "trade_offs", "bubble_chart"),
    ("Look for copies", "memorization", "fingerprint"),
    ("See the map", "embeddings", "scatter_plot"),
)
FILMS = 2


def films(set_id: str) -> list[tuple[str, bytes]]:
    """Some images of a set, with their ids."""
    ids = read.table(set_id)["image_id"].head(FILMS).tolist()
    return list(zip(ids, read.thumbnails(set_id, ids, 96), strict=True))


def set_rows(results: pd.DataFrame, names: list[str]) -> list[SetRow]:
    """The rows of the table, in the order of `names`."""
    sets = results.drop_duplicates("set_name").set_index("set_name")
    look = read.look(names)
    return [
        SetRow(n, i, read.made_by(n, g), look.of(n, g), films(i))
        for n, i, g in zip(names, sets["synthetic"][names], sets["generator"][names], strict=True)
    ]


@read.kept(st.cache_data, 64)
def made_table(reference: ReferenceInUse, names: list[str], by: By, theme: Theme, real_pixels: bool) -> tuple[Markup, str]:
    """The table of these sets for all who see the same, and what is said below it. `real_pixels`: whether the visitor sees real films."""
    results = read.results(reference)
    overall = results[results["set_name"].isin(names) & (results["subgroup"] == "all")]
    judged = verdicts(overall, api.metrics(), by)
    who = f"{reference.real_name}: what a perfect generator scores."
    real = SetRow("Real images", reference.real, who, Style(0), films(reference.real))
    blind = {
        m: read.blind_spots(reference, m, usual_size(overall[overall["metric"] == m]))
        for m in headline_metrics(overall, api.metrics()).values()
    }
    table = overview_html(overall, api.metrics(), set_rows(results, names), real, theme, Remarks(judged, blind))
    return table, judged.words


def say(reference: ReferenceInUse) -> None:
    """What the numbers are read against, and how."""
    train = f" and **{reference.n_train:,} training** images" if reference.train else ", without a training set,"
    st.markdown(
        f"Judged against **{reference.n_real:,} held-out** images{train} in the feature space of **{plain(reference.encoder_title)}**. "
        "Large: at the sizes that compare with a perfect generator, whose score stands beside it. All: of all images, with its interval."
    )


def draw(reference: ReferenceInUse | None) -> None:
    """The table of generators, or what to do first."""
    asked = st.session_state.pop("_row", None)
    if asked:
        st.session_state["_carry"] = {"set": asked}
        st.switch_page(page_path("trade_offs"))
    if reference is None:
        demo.offer(
            "Nothing is here yet",
            "TriadCXR judges generators of chest X-rays: how real, varied and useful their images are, and whether they copy patients.",
        )
        return None
    results = read.results(reference)
    wanted = Evaluations(reference, evaluations.lacking(results))
    if results.empty:
        title = "No generator has been evaluated against this reference"
        return evaluations.offer(
            wanted, title, "Each set of synthetic images is a row here: how real, varied and useful it is, and what was found of copies."
        )
    say(reference)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        names = choose_sets(results)
        by = address.one(
            st.segmented_control, "Colour by", list(COLOUR_BY), "family", key="colours", format_func=COLOUR_BY.get, help=HELP_FAMILIES,
            required=True,
        )  # fmt: skip
    evaluations.offer_rest(wanted)
    with part("draw the table"):
        table, words = made_table(reference, names, by, theme(), sees_real())
        overview_table(table, "overview", lambda name: st.session_state.update(_row=name), ask_open)
        st.caption(words)
    with st.container(horizontal=True, gap="small"):
        for label, page, icon in WAYS:
            go_button(label, page, key=f"way-{page}", icon=f":material/{icon}:")
        if st.button("Tour", key="tour-start", icon=":material/play_arrow:", help="Five stops, five minutes: what this program shows."):
            tour.go(1)
        with st.popover("Reports", icon=":material/download:"):
            ids = results.drop_duplicates("set_name").set_index("set_name")["synthetic"]
            for name in names:
                report_button(name, ids[name], reference, key=f"report-{name}", label=plain(name))
        file_button("results.csv", lambda: api.csv_of(results.drop(columns=["settings"])), key="csv-all", label="CSV of all numbers")
    return None


open_page("Overview", "How good, how varied and how useful are the images of each generator, and do they copy patients?", draw)
