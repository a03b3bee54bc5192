"""Visits at a screen that anybody may use (`BENCH_KIOSK_SECONDS`): what each made is deleted when it has ended, and nothing else.

A visit is a guest of its own, so that what it asked for has its name as owner. Only sets that came into being during the visit, by its own
requests and imports, are deleted: a request for what was there already, or for what somebody else asked for too, leaves it.
"""

import time
from typing import Any

import pandas as pd

from bench_core.engine.requests.deletion import delete_run, delete_set
from bench_core.errors import BenchError, UnknownName
from bench_core.store.runs import UNFINISHED
from bench_core.store.workspace import Workspace

VISIT = "kiosk visit "
"""Beginning of the names of the states that keep visits."""
STEP = 5.0
"""Seconds after which it is noted again that a visit goes on."""
MOST = 100_000


def visit(workspace: Workspace, guest: str, now: float | None = None) -> None:
    """Notes that a guest is here, and ends the visits of those who have not been for `kiosk_seconds`."""
    now = time.time() if now is None else now
    idle = workspace.config.kiosk_seconds or 0
    found = workspace.states(VISIT)
    mine = found.get(VISIT + guest, {"began": now, "seen": 0.0, "made": []})
    if now - mine["seen"] >= STEP:
        workspace.set_state(VISIT + guest, {**mine, "seen": now})
    for name, other in found.items():
        if name != VISIT + guest and now - other["seen"] > idle:
            reset(workspace, name.removeprefix(VISIT))


def note_import(workspace: Workspace, guest: str, set_name: str) -> None:
    """Notes a set that a visit imported under a name that was new."""
    now = time.time()
    mine = workspace.state(VISIT + guest) or {"began": now, "seen": now, "made": []}
    workspace.set_state(VISIT + guest, {**mine, "made": [*mine["made"], set_name]})


def reset(workspace: Workspace, guest: str) -> list[str]:
    """Deletes runs, sets, numbers, marks and reader studies of a visit; names of the sets that went. Without a visit nothing goes.

    A run that is being carried out is asked to stop, and what belongs to it goes when the next visit begins.
    """
    mine = workspace.state(VISIT + guest)
    if mine is None:
        return []
    owner = workspace.guests.name_of(guest)
    runs = workspace.runs.listing(MOST)
    own = runs[runs["owner"] == owner].to_dict("records")
    for run in own:
        if run["status"] in UNFINISHED:
            workspace.runs.cancel(run["id"])
    workspace.reading.forget_owner(owner, mine["began"])
    wanted = [*mine["made"], *(name for run in own if (name := _set_made_by(workspace, run, runs, mine["began"])))]
    gone = [name for name in dict.fromkeys(wanted) if _deleted(workspace, name)]
    waiting = [name for name in wanted if name not in gone and _is_there(workspace, name)]
    for run in own:
        try:
            delete_run(workspace, run["id"])
        except BenchError:  # it is being carried out
            waiting.append(run["id"])
    workspace.marks.forget_author(owner, mine["began"])
    if waiting:
        workspace.set_state(VISIT + guest, {**mine, "seen": 0.0})
    else:
        workspace.guests.forget(guest)
        workspace.forget_state(VISIT + guest)
    return gone


def _set_made_by(workspace: Workspace, run: dict[str, Any], runs: pd.DataFrame, began: float) -> str | None:
    """The name of the set that a run brought into being; None where it made none, or not alone."""
    spec = workspace.runs.describe(run["id"]).spec
    name, set_id = getattr(spec, "name", None), run["set_id"]
    if not name or not set_id or name not in workspace.sets.names_of(set_id):
        return None
    listing = workspace.sets.listing()
    made = listing.loc[listing["id"] == set_id, "created"]
    if len(made) and made.iloc[0].timestamp() < began:
        return None
    others = runs[(runs["set_id"] == set_id) & (runs["owner"] != run["owner"])]
    asked = [getattr(workspace.runs.describe(other).spec, "name", None) for other in others["id"]]
    return None if name in asked else str(name)


def _is_there(workspace: Workspace, name: str) -> bool:
    try:
        return bool(workspace.sets.find(name))
    except UnknownName:
        return False


def _deleted(workspace: Workspace, name: str) -> bool:
    try:
        delete_set(workspace, name)
    except BenchError:  # it is gone, or a run still uses it
        return False
    return True
