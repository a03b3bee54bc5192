"""Deleting sets and runs with everything that was computed from them."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from bench_core.data import as_stored
from bench_core.engine.keys import draws_key, per_image_key, sizes_key
from bench_core.errors import BenchError, InputError, StoreError
from bench_core.files import folder_bytes
from bench_core.records import Deletion, RunDeletion
from bench_core.store.drafts import journal_rows
from bench_core.store.features import text_digest
from bench_core.store.image_sets import with_all_columns
from bench_core.store.workspace import Workspace


def deletion_of(workspace: Workspace, name_or_id: str) -> Deletion:
    """What `delete_set` would delete now.

    Raises:
        UnknownName: there is none.
    """
    set_id = workspace.sets.find(name_or_id)
    names = workspace.sets.names_of(set_id)
    others = [name for name in names if name != name_or_id] if name_or_id in names else []
    try:
        images = workspace.sets.open(name_or_id)
        count, root = len(images), str(images.root) if images.meta.get("in_place") else ""
    except StoreError:  # damaged: it can be deleted all the same
        count, root = 0, ""
    kept = folder_bytes(workspace.sets.home_of(set_id))
    return Deletion(set_id, name_or_id, others, count, kept, workspace.results.count(set_id), root, workspace.marks.count(set_id))


def delete_set(workspace: Workspace, name_or_id: str) -> Deletion:
    """Deletes a name of a set. With its last name (or by its id, which stands for all names) goes the set and all that was made from it.

    Features and thumbnails of images that another set holds too are kept.

    Raises:
        UnknownName: there is none.
        InputError: a run that has not ended makes or reads it, or an open reader study shows it.
    """
    plan = deletion_of(workspace, name_or_id)
    set_id, named = plan.set_id, name_or_id if name_or_id in workspace.sets.names_of(plan.set_id) else None
    if named is not None and (left := workspace.sets.release_name(named)):
        return replace(plan, other_names=left)
    if users := workspace.runs.using(set_id):
        raise InputError(f"Set {name_or_id!r} is used by a run that has not ended ({users[0]}).", "Cancel the run first.")
    if studies := workspace.reading.open_studies_of(set_id):
        raise InputError(
            f"Films of set {name_or_id!r} are shown in the reader study {studies[0]!r}, which is open.", "Close the study first."
        )
    workspace.sets.remove_objects(set_id)
    if not workspace.sets.forget(set_id, named):
        return replace(plan, other_names=workspace.sets.names_of(set_id))
    _remove_forgotten(workspace, set_id)
    return plan


def _remove_forgotten(workspace: Workspace, set_id: str) -> None:
    """Deletes what was made from a set that nobody finds any more, its folder last: until then `sweep` can go on where this was killed."""
    table = _last_table(workspace.sets.home_of(set_id))
    others = workspace.sets.all_tables(besides=set_id)
    gone = set(table["digest"].dropna()) - {d for other in others for d in other["digest"]}
    gone |= {as_stored(digest) for digest in gone}
    texts = set(table["prompt"].dropna()) - {p for other in others for p in other["prompt"].dropna()}
    workspace.results.forget_set(set_id)
    workspace.derived.forget_set(set_id)
    workspace.marks.forget_set(set_id)
    workspace.thumbnails.forget(gone)
    workspace.features.forget(gone | {text_digest(t) for t in texts})
    workspace.sets.remove_files(set_id)


def _last_table(home: Path) -> pd.DataFrame:
    """The rows of a set that is forgotten, as far as its folder tells them."""
    try:
        return with_all_columns(pd.read_parquet(home / "table.parquet"))
    except (OSError, ValueError):
        rows = journal_rows(home)
        return with_all_columns(pd.DataFrame([rows[i] for i in sorted(rows)]))


def sweep(workspace: Workspace) -> list[str]:
    """Removes what nobody owns any more and finishes deletions that were killed; returns one line for each kind of thing.

    Deletions that cannot be finished now (a store of images that is away) are said and stay for the next time.
    """
    lines = []
    for set_id in workspace.sets.orphans():
        try:
            workspace.sets.remove_objects(set_id)
            _remove_forgotten(workspace, set_id)
            lines.append(f"set {set_id}, whose deletion had been interrupted")
        except BenchError as error:
            lines.append(f"nothing of set {set_id}, whose deletion cannot be finished now: {error}")
    return lines + workspace.sweep()


def deletion_of_run(workspace: Workspace, run_id: str) -> RunDeletion:
    """What goes with a run; see `delete_run`.

    Raises:
        UnknownName: there is none.
    """
    row = workspace.runs.get(run_id)
    numbers = workspace.results.rows(run_id=row["id"], status="ok")
    elsewhere = {
        step: any(other["run_id"] != row["id"] for other in workspace.results.rows(step_key=step))
        for step in {number["step_key"] for number in numbers}
    }
    names = workspace.sets.listing()
    known = names.loc[names["id"] == row["set_id"], "name"].tolist()
    return RunDeletion(
        name=row["name"], numbers=len(numbers), shared=sum(elsewhere[number["step_key"]] for number in numbers),
        images=row["done"] if row["images"] and known else 0, set_name=str(known[0]) if known else "",
    )  # fmt: skip


def delete_run(workspace: Workspace, run_id: str) -> None:
    """Deletes a run, its numbers, and the values and draws that no other run shares; images that it made stay.

    Raises:
        UnknownName: there is none.
        InputError: it is running.
    """
    row = workspace.runs.get(run_id)
    if row["status"] == "running":
        raise InputError(f"Run {row['id']} is running.", "Cancel it first.")
    if row["images"] and row["set_id"]:
        workspace.sets.release_unused_names(row["set_id"])
    steps = {r["step_key"] for r in workspace.results.rows(run_id=row["id"])}
    workspace.runs.remove(row["id"])
    unused = [step for step in steps if not workspace.results.rows(step_key=step)]
    workspace.derived.forget([key(step) for step in unused for key in (per_image_key, draws_key, sizes_key)])
