"""Which studies of arms there are against a reference, whatever was learned in them."""

from typing import Any

from bench_core.errors import UnknownName
from bench_core.records import Reference
from bench_core.store.workspace import Workspace


def studied(workspace: Workspace, index: str, reference: Reference) -> list[dict[str, Any]]:
    """What says where figures are, oldest first; of sets that are still there, by their present names (`set_name`).

    Args:
        index: kind of the small values that say it.
    """
    if reference.train is None:
        return []
    try:
        real, train = workspace.sets.find(reference.real), workspace.sets.find(reference.train)
    except UnknownName:
        return []
    found = workspace.derived.values(index, [real]).values()
    return [
        {**about, "set_name": workspace.sets.open(about["synthetic"]).name}
        for about in found
        if (about["real"], about["train"]) == (real, train)
    ]
