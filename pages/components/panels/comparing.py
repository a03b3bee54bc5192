"""Synthetic sets against each other: how likely each is on the front, and what the selected one differs in from the others."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import who
from pages.components.frame.problems import attempt
from pages.components.frame.reference import ReferenceInUse
from pages.components.runs.status import evaluation_of
from pages.components.style.numbers import decimals, number
from pages.components.style.words import plain
from pages.components.tables.quiet import quiet_table


def evaluate_again(reference: ReferenceInUse, set_ids: Sequence[str]) -> None:
    """Queues the evaluation of these sets; numbers that are there without draws are made again."""
    for set_id in set_ids:
        attempt(who.submit, reference.evaluation(set_id))


def offer_draws(reference: ReferenceInUse, results: pd.DataFrame, names: Sequence[str], what: str) -> None:
    """Says which sets cannot be compared as they were evaluated, with the button that does it again; nothing where there are none.

    A set without any matched value has too few prompts for one: to evaluate it again would not help.
    """
    small = [n for n in names if results.loc[(results["set_name"] == n) & (results["subgroup"] == "all"), "matched"].isna().all()]
    if small:
        few = "too few prompts or images to be compared with sets of another size"
        st.markdown(f":material/info: {_listed(small)}: {few}, so there is no {what}.")
    names = [n for n in names if n not in small]
    if not names:
        return
    ids = results.drop_duplicates("set_name").set_index("set_name")["synthetic"]
    waiting = [n for n in names if evaluation_of(ids[n])]
    with st.container(horizontal=True, vertical_alignment="center"):
        lacking = "no half-samples are kept, or no values at the size of the smallest set"
        st.markdown(f":material/info: {_listed(names)}: {lacking}, so there is no {what}.", width="content")
        if waiting:
            st.caption("being evaluated …")
        else:
            st.button("Evaluate again", on_click=evaluate_again, args=(reference, [ids[n] for n in names]), key="again")


def _listed(names: Sequence[str]) -> str:
    return plain(", ".join(names)) if len(names) < 4 else f"{len(names)} sets"


def front_chances(reference: ReferenceInUse, axes: Sequence[str], names: Sequence[str], raw: bool) -> dict[str, float]:
    """The share of joint draws in which each set is on the Pareto front; sets without draws are left out."""
    found = read.pareto(reference, axes, names, raw)
    return dict(zip(found["set_name"], found["probability"], strict=True))


def differences_of(found: pd.DataFrame, selected: str, metrics: Mapping[str, api.Metric], wanted: Sequence[str]) -> pd.DataFrame:
    """The selected set against each other one: one row per set, two columns per metric: the difference with its interval, and what it says.

    Args:
        found: pairs, see `api.compare`; they are turned so that the selected set comes first.
    """
    rows: dict[str, dict[str, str]] = {}
    for row in found.to_dict("records"):
        if selected not in (row["first"], row["second"]):
            continue
        turn = 1 if row["first"] == selected else -1
        other = row["second"] if turn == 1 else row["first"]
        low, high = sorted((turn * row["low"], turn * row["high"]))
        mine = row["better"] == ("first" if turn == 1 else "second")
        told = rows.setdefault(other, {"against": other})
        title = metrics[row["metric"]].title
        matched = " (matched)" if row["basis"] == "matched" else ""
        if not row["basis"]:
            told[f"Δ {title}"], told[f"{title}: excludes 0"] = "– (no values at one size)", "–"
            continue
        places = min(decimals(row["difference"]), 4)
        told[f"Δ {title}"] = f"{number(turn * row['difference'], places)} [{number(low, places)}, {number(high, places)}]{matched}"
        told[f"{title}: excludes 0"] = f"yes, {'better' if mine else 'worse'}" if row["excludes_zero"] else "no"
    columns = [c for m in wanted for c in (f"Δ {metrics[m].title}", f"{metrics[m].title}: excludes 0")]
    frame = pd.DataFrame(list(rows.values()), columns=["against", *columns])
    return frame.fillna("–")


def against_others(
    reference: ReferenceInUse, selected: str, axes: Sequence[str], names: Sequence[str], metrics: Mapping[str, api.Metric]
) -> None:
    """The table of paired differences between the selected set and each other one."""
    wanted = list(dict.fromkeys(axes))
    found = read.compare(reference, wanted, names)
    table = differences_of(found, selected, metrics, wanted)
    if table.empty:
        return
    st.markdown(f"**{plain(selected)} minus each other set**")
    quiet_table(table, f"Paired differences of {selected}")
    st.caption(
        "Paired: both sets on the same 40 halves of the real images, so that what these do to both drops out. 95 percent interval; where "
        "it leaves out 0 the two differ. Between equal sets, one comparison in twenty leaves it out by chance. Matched: sets of different "
        "sizes are compared at the size of the smaller one."
    )
