"""Stored results as tables that pages and notebooks can use."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from bench_core.cards import BUNDLED_ENCODER
from bench_core.engine.keys import per_image_key
from bench_core.errors import NotPossible, UnknownName
from bench_core.frames import PER_IMAGE, RESULTS
from bench_core.records import Reference
from bench_core.store.workspace import Workspace

_SAME = ["synthetic", "real", "train", "encoder", "metric", "subgroup", "mode", "settings_key"]


def results_frame(
    workspace: Workspace, reference: Reference | None, synthetic: Sequence[str] | None, with_step: bool = False
) -> pd.DataFrame:
    """Stored numbers as `COLUMNS`, one row per number: the newest of equal ones, oldest first.

    Args:
        reference: None: against any. One without a training set: whatever the training set was.
        synthetic: names or ids of sets; None: any.
        with_step: keeps a column `step_key`.

    Raises:
        UnknownName: there is no such set.
    """
    find = workspace.sets.find
    equal: dict[str, str] = {}
    if reference is not None:
        equal = {"real": find(reference.real), "encoder": reference.encoder}
        equal |= {"train": find(reference.train)} if reference.train else {}
    rows = workspace.results.rows(synthetic=None if synthetic is None else [find(s) for s in synthetic], **equal)
    frame = _frame(workspace, rows)
    if with_step:
        frame["step_key"] = [row["step_key"] for row in rows]
    frame["settings_key"] = [json.dumps(s, sort_keys=True) for s in frame["settings"]]
    return _newest(frame).drop(columns="settings_key").reset_index(drop=True)


def _newest(frame: pd.DataFrame) -> pd.DataFrame:
    """The newest of equal numbers; one that was made without intervals does not hide one that has them."""
    ok = frame["status"] == "ok"
    bare = ok & frame[["low", "matched", "null"]].isna().all(axis=1)
    names = pd.MultiIndex.from_frame(frame[[*_SAME, "version"]])
    hidden = bare & names.isin(names[ok & ~bare])
    return frame[~hidden].drop_duplicates(_SAME, keep="last")


def run_frame(workspace: Workspace, run_id: str) -> pd.DataFrame:
    """The numbers of one run as `COLUMNS`, in the order in which they were computed.

    Raises:
        UnknownName: there is no such run.
    """
    return _frame(workspace, workspace.results.rows(run_id=workspace.runs.get(run_id)["id"]))


def _frame(workspace: Workspace, rows: list[dict[str, Any]]) -> pd.DataFrame:
    facts: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["synthetic"] not in facts:
            facts[row["synthetic"]] = _facts(workspace, row["synthetic"])
        row.update(facts[row["synthetic"]], run=row["run_id"])
    return RESULTS.of(rows)


def _facts(workspace: Workspace, set_id: str) -> dict[str, Any]:
    try:
        images = workspace.sets.open(set_id)
    except UnknownName:
        return {"set_name": set_id, "generator": None, "generator_title": None}
    return {"set_name": images.name, "generator": images.meta.get("generator"), "generator_title": images.meta.get("generator_title")}


def per_image_values(workspace: Workspace, synthetic: str, encoder: str, metric: str) -> pd.Series:
    """Values of a metric on each image, by image_id: those of the newest evaluation in corrected mode that kept them.

    Raises:
        UnknownName: there is no such set.
        NotPossible: none kept them.
    """
    rows = workspace.results.rows(
        synthetic=[workspace.sets.find(synthetic)], encoder=encoder, metric=metric, subgroup="all", mode="corrected"
    )
    for row in reversed(rows):
        table = workspace.derived.table(per_image_key(row["step_key"]))
        if table is not None and metric in table:
            return table.set_index("image_id")[metric]
    raise NotPossible(f"No values per image of {metric!r} are stored for set {synthetic!r}.", "Evaluate it; not every metric has them.")


def run_per_image(workspace: Workspace, run_id: str) -> pd.DataFrame:
    """What the metrics of a run say of each image: `image_id`, then one column per metric, `encoder/metric` where encoders are several.

    Raises:
        UnknownName: there is no such run.
        NotPossible: none of its metrics has values per image.
    """
    rows = workspace.results.rows(run_id=workspace.runs.get(run_id)["id"], subgroup="all")
    encoders = {row["step_key"]: row["encoder"] for row in rows}
    out: pd.DataFrame | None = None
    for step, encoder in encoders.items():
        table = workspace.derived.table(per_image_key(step))
        if table is not None:
            table = table.set_index("image_id").add_prefix(f"{encoder}/" if len(encoders) > 1 else "")
            out = table if out is None else out.join(table)
    if out is None:
        raise NotPossible("No metric of this run has values per image.")
    return PER_IMAGE.of(out.reset_index())


def references(workspace: Workspace) -> list[Reference]:
    """What numbers are stored against, named by sets and encoder: simulated patients, training sets and the bundled encoder first.

    Left out are those of which a set was deleted.
    """
    listing = workspace.sets.listing().drop_duplicates("id").set_index("id")
    found = []
    for reference in workspace.results.references():
        sets = [reference.real, *([reference.train] if reference.train else [])]
        if all(set_id in listing.index for set_id in sets):
            name = " / ".join(str(listing.loc[set_id, "name"]) for set_id in sets)
            rank = (not listing.loc[reference.real, "simulated"], reference.train is None, reference.encoder != BUNDLED_ENCODER, name)
            found.append((rank, replace(reference, name=f"{name} · {reference.encoder}")))
    return [reference for _, reference in sorted(found, key=lambda pair: pair[0])]
