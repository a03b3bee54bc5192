"""What attacks found, in a line, in a table, and one of them in words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.frame.reference import ReferenceInUse
from pages.components.style.numbers import counted, number
from pages.components.style.words import inert
from pages.components.tables.about import About

VERDICTS = {
    "leak": ("●", "tells members"),
    "nothing found": ("○", "nothing found"),
    "control failed": ("✕", "no verdict"),
    "not possible": ("–", "cannot run"),
}
READING = (
    "auc is over images with a 95 percent interval over whole patients; tpr counts patients at that share of false alarms, with exact "
    "intervals. A verdict is shown only where a perfect generator and two halves of the members are at chance and planted leaks are seen."
)


def answer(found: pd.DataFrame) -> str:
    """How many attacks found something, in words that promise nothing."""
    counts = found["verdict"].value_counts()
    row = found.iloc[0]
    parts = [f"**{counts.get('leak', 0)} of {counts.get('leak', 0) + counts.get('nothing found', 0)} attacks tell members from others**"]
    if counts.get("control failed", 0):
        parts.append(f"{counts['control failed']} failed a control and say nothing")
    if counts.get("not possible", 0):
        parts.append(f"{counts['not possible']} cannot run")
    sizes = (
        f"{counted(row['n_released'], 'released image')}; {row['patients_members']:,} training and {row['patients_others']:,} held-out "
        f"patients asked about"
    )
    return f"{', '.join(parts)}. :small[{sizes}. An attack that finds nothing has a limit: it stands in the column Controls.]"


def first_of(found: pd.DataFrame) -> str:
    """The attack that is shown first: the one that is surest of a leak, else the first that ran."""
    leaks = found[found["verdict"] == "leak"].sort_values("p_value", kind="stable")
    ran = found[found["scores"].notna()]
    chosen = leaks if len(leaks) else ran if len(ran) else found
    return str(chosen["attack"].iloc[0])


def table(found: pd.DataFrame, attacks: Mapping[str, api.Attack]) -> pd.DataFrame:
    """One row per attack, in words and numbers as they are read."""
    rows = []
    for row in found.to_dict("records"):
        mark, word = VERDICTS[row["verdict"]]
        rates = {name: _rate(row["tpr_at"].get(name)) for name in ("0.01", "0.001")}
        ends = f" [{row['auc_low']:.3f}, {row['auc_high']:.3f}]" if row["auc"] == row["auc"] else ""
        rows.append(
            {
                "attack": attacks[row["attack"]].title, "verdict": f"{mark} {word}",
                "controls": controls_in_words(row["controls"]), "AUC": f"{row['auc']:.3f}{ends}" if ends else "–",
                "TPR at 1 %": rates["0.01"], "TPR at 0.1 %": rates["0.001"],
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _rate(rate: Mapping[str, Any] | None) -> str:
    if not rate:
        return "–"
    if rate["tpr"] is None:
        return "too few patients"
    return f"{100 * rate['tpr']:.2g} % [{100 * rate['low']:.2g}, {100 * rate['high']:.2g}]"


def controls_in_words(controls: Mapping[str, Any]) -> str:
    """`perfect ✓ · halves ✓ · sees 5 %`: the three controls, each with what it must show."""
    words = []
    for name, title in (("perfect", "perfect"), ("members", "halves")):
        one = controls.get(name)
        if one:
            words.append(f"{title} ✓" if one["passed"] else f"{title} ✕ ({one['auc']:.3f})")
    seen = least_seen(controls.get("planted") or [])
    if controls.get("planted"):
        words.append(f"sees {dosed(seen)}" if seen else "sees no plant ✕")
    return " · ".join(words) or "–"


def dosed(planted: Mapping[str, Any]) -> str:
    """A dose with its unit: of images the share of members that were released, of models how often films were learned."""
    return f"{planted['dose']} repeats" if planted.get("unit") == "times" else f"{planted['dose']} %"


def least_seen(planted: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The smallest dose from which on all are seen."""
    least = None
    for one in reversed(planted):
        if not one["seen"]:
            break
        least = one
    return least


def said(row: pd.Series, attack: api.Attack) -> None:
    """One attack: its verdict as a sentence, its numbers, its controls and what it does."""
    mark, word = VERDICTS[row["verdict"]]
    st.markdown(f"{mark} **{word.capitalize()}.** {inert(row['message'])}")
    controls = row["controls"]
    lines = []
    for rate in row["tpr_at"].values():
        if rate["message"]:
            lines.append(rate["message"])
    for name, title in (("perfect", "A perfect generator"), ("members", "Two halves of the members")):
        one = controls.get(name)
        if one:
            told = "at chance, as it must be" if one["passed"] else "**not at chance**: the attack sees something else than membership"
            lines.append(f"{title}: AUC {one['auc']:.3f} [{one['auc_low']:.3f}, {one['auc_high']:.3f}], {told}.")
    planted = controls.get("planted") or []
    if planted and planted[0].get("unit") == "times":
        seen = least_seen(planted)
        told = f"sees them from {seen['dose']} repeats on" if seen else "**does not see them**"
        lines.append(f"Of {planted[0]['patients']} patients whose films a copy of the model learned again and again it {told}.")
    elif not planted and row["target"] != "released images" and controls.get("perfect"):
        lines.append("No leak was planted: the model is too large to learn anything here, so what the attack would see is not known.")
    origin = controls.get("generated")
    if origin:
        what = "tells" if origin["seen"] else "does not tell"
        lines.append(f"Its classifier {what} generated from real images: AUC {origin['auc']:.3f}.")
    if row["set_attack"]:
        won = row["set_attack"]
        lines.append(f"Of two sets of {won['size']} patients it picks the training one in {won['share']:.0%} of draws.")
    if lines:
        st.markdown("\n".join(f"- {line}" for line in lines))
    st.caption(f"[{attack.title}](methods?attack={attack.id}): {' '.join(attack.summary.split())}")


def told(reference: ReferenceInUse, found: pd.DataFrame) -> About:
    """What the numbers are about, for whoever opens the files."""
    attacks = api.attack_plugins()
    row = found.iloc[0]
    facts = {
        "real_set": f"{reference.real_name} ({counted(reference.n_real, 'image')})",
        "training_set": f"{reference.train_name} ({counted(reference.n_train, 'image')})",
        "encoder": f"{reference.encoder_title} ({reference.encoder})",
        "asked_about": f"{row['patients_members']:,} training and {row['patients_others']:,} held-out patients",
        "released": number(row["n_released"]),
        "exported": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "made_with": "TriadCXR",
    }
    words = [f"{attacks[a].title}: {' '.join(attacks[a].summary.split())} {attacks[a].paper}" for a in found["attack"]]
    return About("Who was in the training set?", facts, words, READING)
