"""Stored results as tables that pages and notebooks can use."""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from bench_core.engine.keys import per_image_key
from bench_core.errors import NotPossible, UnknownName
from bench_core.frames import PER_IMAGE, RESULTS
from bench_core.store.workspace import Workspace

_SAME = ["synthetic", "real", "train", "encoder", "metric", "subgroup", "mode", "settings_key"]


def results_frame(
    workspace: Workspace, real: str | None, train: str | None, encoder: str | None, synthetic: Sequence[str] | None,
    with_step: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """See `api.results`; `with_step` keeps a column `step_key`."""
    find = workspace.sets.find
    rows = workspace.results.rows(
        synthetic=None if synthetic is None else [find(s) for s in synthetic], real=find(real) if real else None,
        train=find(train) if train else None, encoder=encoder,
    )  # fmt: skip
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
    """See `api.run_results`."""
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
    """See `api.per_image`."""
    rows = workspace.results.rows(
        synthetic=[workspace.sets.find(synthetic)], encoder=encoder, metric=metric, subgroup="all", mode="corrected"
    )
    for row in reversed(rows):
        table = workspace.derived.table(per_image_key(row["step_key"]))
        if table is not None and metric in table:
            return table.set_index("image_id")[metric]
    raise NotPossible(f"No values an image of {metric!r} are stored for set {synthetic!r}.", "Evaluate it; not every metric has them.")


def run_per_image(workspace: Workspace, run_id: str) -> pd.DataFrame:
    """See `api.per_image_table`."""
    rows = workspace.results.rows(run_id=workspace.runs.get(run_id)["id"], subgroup="all")
    encoders = {row["step_key"]: row["encoder"] for row in rows}
    out: pd.DataFrame | None = None
    for step, encoder in encoders.items():
        table = workspace.derived.table(per_image_key(step))
        if table is not None:
            table = table.set_index("image_id").add_prefix(f"{encoder}/" if len(encoders) > 1 else "")
            out = table if out is None else out.join(table)
    if out is None:
        raise NotPossible("No metric of this run has values an image.")
    return PER_IMAGE.of(out.reset_index())


def study_rows(workspace: Workspace) -> list[tuple[str, str, str | None, str]]:
    """See `api.studies`: name, real, train, encoder."""
    listing = workspace.sets.listing().drop_duplicates("id").set_index("id")
    found = []
    for real, train, encoder in workspace.results.studies():
        if real not in listing.index or (train and train not in listing.index):
            continue
        named = [listing.loc[real, "name"]] + ([listing.loc[train, "name"]] if train else [])
        found.append(
            (
                not listing.loc[real, "simulated"],
                train is None,
                encoder != "phantom-clip",
                " / ".join(map(str, named)),
                real,
                train,
                encoder,
            )
        )
    return [(f"{name} · {encoder}", real, train, encoder) for *_, name, real, train, encoder in sorted(found, key=lambda row: row[:4])]
