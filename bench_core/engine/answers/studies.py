"""What is known of studies: the cells that were made, with utility and attack strength, and why others could not be."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from bench_core.data import content_key
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key
from bench_core.errors import UnknownName
from bench_core.frames import STUDIES, STUDY_CELLS
from bench_core.store.workspace import Workspace
from bench_core.studies.cells import Cell, cells_of
from bench_core.studies.spec import StudySpec

STUDY, CELL = "study", "study cell"
"""Kinds of the small values that hold the text of a study, and where the numbers of a cell are kept."""
FEW_ALARMS = "0.01"
"""The false-alarm rate at which the share of patients who are found is told."""


def sets_of(workspace: Workspace, spec: StudySpec) -> tuple[str, str]:
    """Ids of the held-out and of the training set.

    Raises:
        UnknownName: there is none of that name.
    """
    return workspace.sets.find(spec.real), workspace.sets.find(spec.train)


def study_key(workspace: Workspace, spec: StudySpec) -> str:
    """Content key of a study on the sets as they are called now."""
    return content_key(STUDY, sets_of(workspace, spec), spec.model_dump(exclude={"real", "train"}))


def cell_key(workspace: Workspace, spec: StudySpec, cell: Cell) -> str:
    """Content key of what decides the numbers of a cell: equal cells of two studies are one."""
    asked = spec.model_dump(include={"share", "trainings", "steps", "seed", "prompts", "attacks"})
    if cell.source is None or cell.source.set is not None:
        asked.pop("prompts")
    else:
        asked["prompts"]["reports_of"] = workspace.sets.find(asked["prompts"]["reports_of"])
    source = cell.source and (cell.source.id or workspace.sets.find(str(cell.source.set)))
    card = card_key(encoder_card(workspace.config, spec.encoder))
    return content_key(CELL, sets_of(workspace, spec), card, source, cell.model_dump(), asked)


def study_cells(workspace: Workspace, spec: StudySpec) -> pd.DataFrame:
    """`frames.STUDY_CELLS`: one row per cell, in the order of the study."""
    known = workspace.derived.values(CELL, list(sets_of(workspace, spec)))
    tables: dict[str, pd.DataFrame | None] = {}
    return STUDY_CELLS.of([_row(workspace, spec, cell, known.get(_key_or_none(workspace, spec, cell)), tables) for cell in cells_of(spec)])


def _key_or_none(workspace: Workspace, spec: StudySpec, cell: Cell) -> str:
    try:
        return cell_key(workspace, spec, cell)
    except UnknownName:  # a set that is not there
        return ""


def _row(
    workspace: Workspace, spec: StudySpec, cell: Cell, kept: Mapping[str, Any] | None, tables: dict[str, pd.DataFrame | None]
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "source": cell.name, "filter": "" if cell.filter is None else f"{cell.filter.id} {cell.threshold:g}", "arm": cell.arm,
        "classifier": cell.classifier, "release": cell.release, "epsilon": np.nan if cell.epsilon is None else cell.epsilon,
        "share": spec.share, "state": "not made yet", "set_name": "", "attack": "", "verdict": "", "message": "", "seconds": np.nan,
        "images": 0, "synthetic": "", **dict.fromkeys(NUMBERS, np.nan),
    }  # fmt: skip
    if kept is None:
        return row
    row |= {"message": kept["problem"], "state": "could not be made" if kept["problem"] else "made"}
    if kept["synthetic"]:
        images = workspace.sets.open(kept["synthetic"])
        row |= {"set_name": images.name, "images": len(images), "synthetic": images.id}
    row["seconds"] = sum(s for s in kept["seconds"].values() if s is not None)
    row |= _utility(workspace, cell, kept["utility"], tables) | _attack(workspace, kept["attack"])
    return row


NUMBERS = (
    "utility", "utility_low", "utility_high", "gain", "gain_low", "gain_high", "attack_auc", "attack_low", "attack_high", "found",
    "found_low", "found_high",
)  # fmt: skip


def _utility(workspace: Workspace, cell: Cell, key: str | None, tables: dict[str, pd.DataFrame | None]) -> dict[str, Any]:
    if key is None:
        return {}
    if key not in tables:
        tables[key] = workspace.derived.table(key)
    table = tables[key]
    if table is None:
        return {}
    mine = table[(table["arm"] == cell.arm) & (table["measure"] == "auroc") & (table["finding"] == "all")]
    if mine.empty:
        return {}
    one = mine.iloc[0]
    values = {"utility": one["value"], "utility_low": one["low"], "utility_high": one["high"]}
    return values | {name: one[name] for name in ("gain", "gain_low", "gain_high")}


def _attack(workspace: Workspace, key: str | None) -> dict[str, Any]:
    kept = None if key is None else workspace.derived.value(key)
    if kept is None:
        return {}
    found: dict[str, Any] = {"attack": kept["attack"], "verdict": kept["verdict"]}
    if kept["auc"] is None:
        return {**found, "message": kept["message"], "state": "could not be made"}
    rate = kept["tpr_at"].get(FEW_ALARMS) or {}
    found |= {"attack_auc": kept["auc"], "attack_low": kept["auc_low"], "attack_high": kept["auc_high"]}
    return found | {"found": rate.get("tpr"), "found_low": rate.get("low"), "found_high": rate.get("high")}


def studies(workspace: Workspace, real: str, train: str | None) -> pd.DataFrame:
    """`frames.STUDIES` on these sets, the newest first; studies of an earlier version that cannot be read any more are left out."""
    rows = []
    for key, kept in workspace.derived.values(STUDY, [i for i in (real, train) if i]).items():
        if (kept["real"], kept["train"]) == (real, train):
            state = workspace.state(f"{STUDY} {key}") or {}
            spec = kept["spec"]
            rows.append(
                {
                    "key": key, "title": spec["title"], "summary": spec["summary"], "encoder": spec["encoder"], "toml": kept["toml"],
                    "created": kept["created"], "done": state.get("done", 0), "total": state.get("total", 0),
                    "message": state.get("message", ""),
                }
            )  # fmt: skip
    return STUDIES.of(sorted(rows, key=lambda row: -row["created"]))


def keep_study(workspace: Workspace, spec: StudySpec, toml: str, now: float) -> str:
    """Puts a study on the list; its key."""
    key, (real, train) = study_key(workspace, spec), sets_of(workspace, spec)
    if workspace.derived.value(key) is None:
        value = {"spec": json.loads(spec.model_dump_json()), "toml": toml, "created": now, "real": real, "train": train}
        workspace.derived.write_value(key, STUDY, value, [real, train])
    return key
