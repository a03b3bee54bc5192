"""Planted copies: what is found of them, what is missed, and what is called what."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures.charts import CONFIG
from pages.components.figures.recall_charts import DETECTORS, recall_chart
from pages.components.frame import address, who
from pages.components.frame.problems import attempt, empty
from pages.components.frame.reference import ReferenceInUse
from pages.components.runs.status import ACTIVE, follow
from pages.components.style.numbers import duration
from pages.components.style.palette import theme
from pages.components.tables.downloads import downloads

SHARES = (0.001, 0.01, 0.05)
PER_PLANT, PER_ENCODED, PER_REGISTERED = 0.02, 0.016, 0.06
"""Seconds of a core for each film, as measured on the embedded cohort (docs/copies.md)."""
NAME = "planted copies"
GOAL = 0.95


@read.kept(st.cache_data, 4)
def planted_sets() -> list[str]:
    """Names of the sets with planted copies; see `api.planted_sets`."""
    return api.planted_sets()


@read.kept(st.cache_data, 8)
def planted_recall(name: str, reference: api.Reference) -> pd.DataFrame:
    """How many planted copies are found; see `api.planted_recall`."""
    return api.planted_recall(name, reference)


@read.kept(st.cache_data, 8)
def planted_f1(name: str, reference: api.Reference) -> tuple[float, pd.DataFrame]:
    """How well copies are told apart; see `api.planted_f1`."""
    return api.planted_f1(name, reference)


def in_progress(kinds: tuple[str, ...]) -> str | None:
    """The id of a run of these kinds that is queued or running."""
    runs = api.runs(50)
    found = runs[runs["kind"].isin(kinds) & runs["status"].isin(ACTIVE)]["id"]
    return str(found.iloc[0]) if len(found) else None


def offer_plants(reference: ReferenceInUse) -> None:
    """Nothing is planted yet: what would be here, and the button that plants."""
    if run_id := in_progress(("plant",)):
        return follow(run_id, "Planting copies · ")
    spec = api.PlantSpec(name=NAME, train=str(reference.train), real=reference.real)
    empty(
        "Which copies would be found?",
        "Training films are moved, turned, mirrored, blurred, mixed with others, and hidden among films of held-out patients. Here stands "
        "how many of them each detector finds, at a share of false flags that you accept. Planting takes about "
        f"{duration(PER_PLANT * reference.n_real)}; looking for them, which is asked next, about {duration(_looking(reference))} where all "
        "films are there.",
        "Plant copies",
        lambda: attempt(who.submit, spec),
        icon=":material/content_copy:",
    )
    return None


def _looking(reference: ReferenceInUse) -> float:
    """Seconds of a core that a detection takes: all films are encoded, those of held-out patients and as many planted ones registered."""
    return PER_ENCODED * (reference.n_train + 2 * reference.n_real) + PER_REGISTERED * 2 * reference.n_real


def offer_detection(name: str, reference: ReferenceInUse) -> None:
    """Copies are planted and were not looked for: the button that looks."""
    if run_id := in_progress(("detect",)):
        return follow(run_id, "Looking for copies · ")
    empty(
        f"{name} waits to be searched",
        f"Three detectors look for each film in all {reference.n_train:,} training films. It takes about {duration(_looking(reference))}; "
        "simulated films that were never needed are rendered first, twelve a second.",
        "Look for copies",
        lambda: attempt(who.submit, api.detection_spec(name, reference)),
        icon=":material/content_copy:",
    )
    return None


def show_recall(name: str, table: pd.DataFrame) -> None:
    """Curves at a share of false flags, what they come to, and what is missed."""
    known = [s for s in SHARES if table.loc[table["share"] == s, "recall"].notna().any()]
    if not known:
        empty("Too few held-out patients", "They cannot tell 5 % of false flags: 20 more patients are needed.")
        return
    share = float(
        address.one(
            st.segmented_control, "Accepted false flags", known, 0.01 if 0.01 in known else known[0], key="share",
            format_func=lambda s: f"{s:.1%}", required=True,
        )
    )  # fmt: skip
    now = table[table["share"] == share]
    copies, strangers = now[now["truth"] != "unrelated"], now[now["truth"] == "unrelated"].set_index("detector")
    ways = api.plantings()
    figure = recall_chart(copies, {w: p.title for w, p in ways.items()}, {w: p.unit for w, p in ways.items()}, theme())
    st.plotly_chart(figure, key="recall", config=CONFIG, alt="Recall of planted copies by way, strength and detector")
    told = [
        f"{DETECTORS[d]} {int(strangers.loc[d, 'found'])} of {int(strangers.loc[d, 'films'])}" for d in DETECTORS if d in strangers.index
    ]
    st.caption(
        f"Films found together with their original, with exact 95 % intervals. Held-out films flagged: {', '.join(told)}. "
        "Half of these were altered in the same ways."
    )
    st.markdown(missed(copies))
    downloads("planted_recall", table, figure, theme())


def missed(copies: pd.DataFrame) -> str:
    """What the vote finds less of than the goal, as a sentence."""
    ways = api.plantings()
    vote = copies[copies["detector"] == "vote"]
    short = vote[vote["recall"] < GOAL].sort_values("recall")
    if short.empty:
        return f"The vote finds at least {GOAL:.0%} of every kind of copy."
    rows = [(ways[r["planting"]], r) for r in short.to_dict("records")]
    told = [f" {r['strength']:g} {p.unit}" if len(p.strengths) > 1 else "" for p, r in rows]
    words = [f"{p.title.lower()}{by} {r['recall']:.0%}" for (p, r), by in zip(rows, told, strict=True)]
    return f"**Missed more often than {1 - GOAL:.0%}** by the vote: {'; '.join(words)}."


def show_calls(name: str, reference: ReferenceInUse) -> None:
    """What was called what, at 1 % of false flags."""
    score, called = planted_f1(name, reference)
    st.metric("Mean F1 of exact, near, unrelated", f"{score:.3f}", help="At 1 % of false flags; the goal is 0.90.")
    st.dataframe(called.rename_axis("Truth").reset_index(), hide_index=True, alt="What was called what")
