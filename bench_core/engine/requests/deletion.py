"""Deleting sets and runs with everything that was computed from them."""

from bench_core.engine.keys import draws_key, per_image_key
from bench_core.errors import InputError
from bench_core.records import RunDeletion
from bench_core.store.features import text_digest
from bench_core.store.workspace import Workspace


def delete_set(workspace: Workspace, name_or_id: str) -> None:
    """Deletes a set and all that was made from it; features and thumbnails of images that another set holds too are kept.

    Raises:
        UnknownName: there is none.
        InputError: a run that has not ended makes or reads it.
    """
    set_id = workspace.sets.find(name_or_id)
    if users := workspace.runs.using(set_id):
        raise InputError(f"Set {name_or_id!r} is used by a run that has not ended ({users[0]}).", "Cancel the run first.")
    table = workspace.sets.open(set_id).table
    others = workspace.sets.all_tables(besides=set_id)
    gone = set(table["digest"]) - {d for other in others for d in other["digest"]}
    texts = set(table["prompt"].dropna()) - {p for other in others for p in other["prompt"].dropna()}
    workspace.sets.remove_objects(set_id)
    workspace.results.forget_set(set_id)
    workspace.derived.forget_set(set_id)
    workspace.sets.remove(set_id)
    workspace.thumbnails.forget(gone)
    workspace.features.forget(gone | {text_digest(t) for t in texts})


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
    workspace.derived.forget([key(step) for step in unused for key in (per_image_key, draws_key)])
