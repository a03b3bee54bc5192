"""What is known of attacks: stored rows, ROC curves, and which patients stand out."""

from typing import Any

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key
from bench_core.errors import UnknownName
from bench_core.frames import ATTACK_ROC, ATTACKED_PATIENTS, ATTACKS
from bench_core.membership import MembershipScores, patients_of, roc_of
from bench_core.records import Reference
from bench_core.store.workspace import Workspace

KIND = "attack"
"""Kind of the rows and of the tables of scores in the store."""


def attacks(workspace: Workspace, reference: Reference, synthetic: str | None) -> pd.DataFrame:
    """`frames.ATTACKS` of a set (of a model that was asked without one: None) against a reference: of each attack the newest.

    Attacks on classifiers that arms of training made are not among them: studies have those.

    Rows of attacks or encoders that have changed since are left out.
    """
    known, found = registry.attacks(), {}
    for row in _rows(workspace, reference, synthetic):
        attack = known.get(row["attack"])
        if attack is not None and attack.version == row["version"]:
            found[row["attack"]] = {**row, "other": row["about"].get("other"), "generator": row["about"].get("generator")}
    return ATTACKS.of([found[name] for name in known if name in found])


def _rows(workspace: Workspace, reference: Reference, synthetic: str | None) -> list[dict[str, Any]]:
    """Oldest first."""
    try:
        key = card_key(encoder_card(workspace.config, reference.encoder))
        real, train = workspace.sets.find(reference.real), reference.train and workspace.sets.find(reference.train)
        asked = None if synthetic is None else workspace.sets.find(synthetic)
    except UnknownName:
        return []
    wanted = {"real": real, "train": train, "encoder_key": key, "synthetic": asked, "taught": None}
    rows = workspace.derived.values(KIND, [real]).values()
    return sorted((r for r in rows if all(r["about"].get(name) == value for name, value in wanted.items())), key=lambda r: r["made"])


def attack_roc(workspace: Workspace, scores: str) -> pd.DataFrame:
    """`frames.ATTACK_ROC` of the scores kept there, over patients by their highest score; empty where they are gone."""
    table = workspace.derived.table(scores)
    return ATTACK_ROC.of([] if table is None else roc_of(patients_of(_scores(table))))


def attacked_patients(workspace: Workspace, reference: Reference, scores: str) -> pd.DataFrame:
    """`frames.ATTACKED_PATIENTS` of the scores kept there; empty where they are gone."""
    table = workspace.derived.table(scores)
    if table is None or reference.train is None:
        return ATTACKED_PATIENTS.of([])
    found = _scores(table)
    top, mean = patients_of(found), patients_of(found, "mean")
    counts = np.bincount(np.unique(found.patients, return_inverse=True)[1])
    others = np.sort(top.values[~top.member])
    frame = pd.DataFrame(
        {
            "member": top.member, "score": top.values, "mean": mean.values, "images": counts, "row": top.rows,
            "above": 1 - np.searchsorted(others, top.values, side="left") / max(1, len(others)),
        }
    )  # fmt: skip
    for member, name in ((True, reference.train), (False, reference.real)):
        images = workspace.sets.open(name).table
        side = (frame["member"] == member).to_numpy()
        own = images.iloc[frame.loc[side, "row"]]
        ids = own["image_id"].astype(str).to_numpy()
        patients = own["subject_id"].astype(object).where(own["subject_id"].notna(), ids) if "subject_id" in own else ids
        frame.loc[side, "image_id"], frame.loc[side, "patient"] = ids, np.asarray(patients).astype(str)
    return ATTACKED_PATIENTS.of(frame.sort_values(["score", "mean"], ascending=False, kind="stable").reset_index(drop=True))


def _scores(table: pd.DataFrame) -> MembershipScores:
    columns = (table[name].to_numpy() for name in ("score", "member", "patient", "row"))
    return MembershipScores(*columns)
